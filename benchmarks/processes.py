"""Processes under measurement: where they run, what they have cost so far, and their end."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types

ROOT = Path(__file__).resolve().parent.parent
_STOP_SECONDS = 15


def cores() -> tuple[set[int], set[int]]:
    """Divide the machine: a core for the server, the others for all else.

    On a machine of one core both are the same, and figures of one run hold less.
    """
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


def free_port() -> int:
    """Find a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    core: set[int],
    directory: Path = ROOT,
) -> Iterator[psutil.Process]:
    """Run a server on a core for the length of a block.

    Args:
        command: the program and its arguments.
        environment: what it gets beside this process's own variables.
        log: where its output goes.
        core: on which it may run.
        directory: from where it is started.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=directory,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, core),  # noqa: PLW1509 - no threads yet
        )
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
            if process.poll() is None:
                process.kill()
                process.wait()


def cpu_seconds(process: psutil.Process) -> float:
    """Add up what a process and its children, also those that have ended, have used of a CPU."""
    ended = process.cpu_times()
    living = sum(_scheduled(member.pid) for member in (process, *_children(process)))
    used: float = living + ended.children_user + ended.children_system
    return used


def memory_bytes(process: psutil.Process) -> int:
    """The resident memory of a process and its children."""
    return sum(member.memory_info().rss for member in (process, *_children(process)))


def move_to(core: set[int], process: psutil.Process) -> None:
    """Let a process and its children run on these cores only, now and later."""
    for member in (process, *_children(process)):
        with contextlib.suppress(psutil.NoSuchProcess):
            member.cpu_affinity(sorted(core))


def _children(process: psutil.Process) -> list[psutil.Process]:
    children: list[psutil.Process] = process.children(recursive=True)
    return children


def _scheduled(pid: int) -> float:
    # In nanoseconds, where /proc/<pid>/stat counts hundredths of seconds.
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            total += int(task.read_text().split()[0])
    return total / 1e9
