"""The processes of Celery: one that works on tasks, and one that hands them out by the clock."""

from typing import Any

from celery.signals import setup_logging

from workers import schedule, subscribers  # noqa: F401 - makes tasks and times known to Celery
from workers.celery_app import celery


def work(*, processes: int) -> int:
    """Work on tasks until Ctrl-C or SIGTERM, and finish those that have begun.

    Args:
        processes: how many run tasks, each one task at a time.

    Returns:
        The exit code.
    """
    setup_logging.connect(_leave_alone)
    worker = celery.Worker(concurrency=processes, redirect_stdouts=False, quiet=True)
    worker.start()
    return int(worker.exitcode or 0)


def keep_time() -> None:
    """Hand out tasks when their time has come, until Ctrl-C or SIGTERM.

    Raises:
        SystemExit: always, when it ends.
    """
    setup_logging.connect(_leave_alone)
    # In memory: a file would need a place to be written to, and what is due soon is due again.
    celery.Beat(scheduler="celery.beat:Scheduler", redirect_stdouts=False, quiet=True).run()


def _leave_alone(**_: Any) -> None:
    """Whoever listens to `setup_logging` keeps Celery from changing the logs set up before."""
