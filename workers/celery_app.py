"""Celery: the queue of jobs, with one event loop for each process that works on them."""

from collections.abc import Callable, Coroutine
from typing import Any

from celery import Celery, Task
from celery.signals import worker_process_init, worker_process_shutdown

from workers.runtime import Opening, Runtime

celery = Celery("kith")
celery.conf.update(
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    enable_utc=True,
    task_ignore_result=True,
    # A task is acknowledged when it is done, so that a killed worker's tasks run again; each is
    # idempotent, so running again does no harm.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)

runtime = Runtime()

Job = Callable[..., Coroutine[Any, Any, None]]


def task(job: Job) -> Task:
    """Declare a coroutine a task: ``async def index_profile(resources, fact_id, body)``.

    It is tried again with growing pauses, up to five times in about ten minutes.
    """

    def run(*arguments: Any) -> None:
        runtime.run(job, *arguments)

    run.__doc__ = job.__doc__
    declared: Task = celery.task(
        run,
        name=f"kith.{job.__name__}",
        autoretry_for=(Exception,),
        max_retries=5,
        retry_backoff=5,
        retry_backoff_max=300,
    )
    return declared


def use_broker(redis_url: str) -> None:
    """Hand tasks to workers through Redis."""
    celery.conf.update(broker_url=redis_url, task_always_eager=False)


def run_eagerly() -> None:
    """Run tasks in this process, where they are handed out; failures reach who hands them out."""
    celery.conf.update(task_always_eager=True, task_eager_propagates=True)


def open_in_workers(opening: Opening) -> None:
    """Open the resources in every process of a worker that runs tasks."""

    @worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]
    def start(**_: Any) -> None:
        runtime.start(opening)

    @worker_process_shutdown.connect(weak=False)  # type: ignore[untyped-decorator]
    def stop(**_: Any) -> None:
        runtime.stop()
