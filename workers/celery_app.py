"""Celery: the queue of jobs, with one event loop for each process that works on them."""

from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from celery import Celery, Task
from celery.exceptions import Reject
from celery.signals import worker_process_init, worker_process_shutdown, worker_shutdown

from workers import broker
from workers.runtime import Opening, Runtime

_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 120
MOST_RETRIES = 720
"""How often a task that fails is tried again, which takes about a day."""

# A killed worker's tasks run again after this time. It must be longer than any pause between
# retries: Celery's Redis transport gives a task that waits in one worker to another one then.
_VISIBILITY_SECONDS = 300

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
    # A process opens its stores before it says that it is there.
    worker_proc_alive_timeout=60,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": _VISIBILITY_SECONDS,
        # Who hands a task to a Redis that is frozen must learn that it failed.
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
    },
    worker_hijack_root_logger=False,
)

broker.keep_worker_alive()
runtime = Runtime()

Job = Callable[..., Coroutine[Any, Any, None]]


def try_again(failed: Task, error: Exception) -> NoReturn:
    """Let a task that failed run again under its id after a pause, also while Redis is away.

    Args:
        failed: the task that runs now.
        error: why it failed; in the eager mode it reaches who handed the task out.
    """
    if failed.request.is_eager:
        raise error
    pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**failed.request.retries)
    try:
        raise failed.retry(exc=error, countdown=pause)
    except Reject as rejection:
        # It could not be handed back, and would be thrown away.
        raise Reject(repr(error), requeue=True) from rejection


def task(job: Job) -> Task:
    """Declare a coroutine a task: ``async def index_profile(resources, fact_id, body)``.

    In a worker it is tried again for about a day, with pauses that grow to two minutes. In the
    eager mode a failure reaches the relay, which tries again in its own time. The coroutine stays
    reachable as `job`, for who has the resources already.
    """

    def run(self: Task, *arguments: Any) -> None:
        try:
            runtime.run(job, *arguments)
        except Exception as error:  # noqa: BLE001 - it is raised again
            try_again(self, error)

    run.__doc__ = job.__doc__
    declared: Task = celery.task(
        run, bind=True, name=f"kith.{job.__name__}", max_retries=MOST_RETRIES
    )
    declared.job = job
    return declared


def use_broker(redis_url: str) -> None:
    """Hand tasks to workers through Redis.

    Args:
        redis_url: ``redis://``, ``rediss://`` or ``unix://``, as redis-py writes them.
    """
    url = redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
    celery.conf.update(broker_url=url, task_always_eager=False)


def run_eagerly() -> None:
    """Run tasks in this process, where they are handed out; failures reach who hands them out."""
    # Celery names the broker's address even where it hands nothing over.
    nowhere = "memory://localhost/"
    celery.conf.update(task_always_eager=True, task_eager_propagates=True, broker_url=nowhere)


def open_in_workers(opening: Opening) -> None:
    """Open the resources in every process of a worker that runs tasks."""

    @worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]
    def start(**_: Any) -> None:
        runtime.start(opening)

    @worker_shutdown.connect(weak=False)  # type: ignore[untyped-decorator]
    @worker_process_shutdown.connect(weak=False)  # type: ignore[untyped-decorator]
    def stop(**_: Any) -> None:
        runtime.stop()
