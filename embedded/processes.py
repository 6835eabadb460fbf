"""Child processes of the stores: their start, their end, and orphans of a killed owner."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psutil  # type: ignore[import-untyped]

from embedded.accounts import Account
from embedded.errors import EmbeddedError

# The children need no secret of ours, and variables like PGPORT must not reach them.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
START_SECONDS = 60.0
STOP_SECONDS = 15.0
LONGEST_LOG_BYTES = 8 * 1024 * 1024
PROGRAMS = {"initdb": signal.SIGINT, "postgres": signal.SIGINT, "valkey-server": signal.SIGTERM}


class Server:
    """One server process in a session of its own, so that a terminal's Ctrl-C does not reach it."""

    def __init__(
        self, command: Sequence[str], *, directory: Path, account: Account, log: Path
    ) -> None:
        """Start `command` in `directory` as `account`, its output appended to `log`."""
        if log.exists() and log.stat().st_size > LONGEST_LOG_BYTES:
            log.unlink()
        self.name = log.stem
        self.log = log
        with log.open("ab") as output:
            self._log_start = output.tell()
            self.process = subprocess.Popen(  # noqa: S603  # our own binaries, no shell
                command,
                cwd=directory,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **account.identity,
            )

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Wait until the server answers.

        Args:
            is_ready: Asked every 10 ms.

        Raises:
            EmbeddedError: The server ended, or was not ready within `START_SECONDS`.
        """
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self.process.poll() is not None:
                raise EmbeddedError(f"{self.name} did not start: {self.complaint()} ({self.log})")
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{self.name} was not ready after {START_SECONDS:.0f} s; see {self.log}."
                )
            time.sleep(0.01)

    def complaint(self) -> str:
        """The last error in this run's part of the log, or its last line."""
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            lines = file.read().decode(errors="replace").splitlines()
        marks = ("FATAL", "PANIC", "error:", "DETAIL:", "HINT:")
        marked = [line for line in lines if any(mark in line for mark in marks)]
        return " ".join(marked[-2:] or lines[-1:]) or "it said nothing"

    def stop(self, *signals: signal.Signals) -> None:
        """End the server: each of `signals` in turn, then SIGKILL, `STOP_SECONDS` apart."""
        for number in (*signals, signal.SIGKILL):
            self.process.send_signal(number)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            return


def evict_orphans(directories: Collection[Path]) -> None:
    """End servers that still work in `directories` although their owner is gone.

    They are recognised by program and working directory, which no stale pid file can feign.

    Args:
        directories: Absolute paths, owned by the caller through the lock.

    Raises:
        EmbeddedError: A process survives SIGKILL.
    """
    for process in _working_in(directories):
        # PostgreSQL's children follow their postmaster; a signal of ours would confuse them.
        if not _command(process).startswith("postgres:"):
            _signal(process, PROGRAMS[process.info["name"]])
    if _all_gone(directories):
        return
    for process in _working_in(directories):
        _signal(process, signal.SIGKILL)
    if not _all_gone(directories):
        pids = ", ".join(str(process.pid) for process in _working_in(directories))
        raise EmbeddedError(f"Processes of an earlier start do not end: {pids}.")


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `SystemExit`, so that they end `with` blocks as Ctrl-C does.

    Handlers that somebody else installed stay; outside the main thread this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    taken = [
        number
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in taken:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let no second Ctrl-C or SIGTERM cut off what the block does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in previous.items():
            if handler is not None:  # None: installed by C code, which Python cannot restore
                signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _working_in(directories: Collection[Path]) -> list[psutil.Process]:
    wanted = {str(directory) for directory in directories}
    return [
        process
        for process in psutil.process_iter(["name"])
        if process.info["name"] in PROGRAMS and _directory(process) in wanted
    ]


def _directory(process: psutil.Process) -> str:
    try:
        return str(process.cwd())
    except psutil.Error:  # ended in the meantime, or not ours
        return ""


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _all_gone(directories: Collection[Path]) -> bool:
    deadline = time.monotonic() + STOP_SECONDS
    while _working_in(directories):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
