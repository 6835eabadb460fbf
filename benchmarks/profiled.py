"""Kith under a sampling profiler: `python -m benchmarks.profiled serve ...` runs its commands.

While it runs, SIGUSR2 writes what was sampled since the last SIGUSR2 to the file that PROFILE
names, and starts anew. A sample is taken for each millisecond of CPU that the process uses, or for
each tick of the kernel where that is longer.
"""

import os
import signal
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import orjson

from cli import main

_INTERVAL_SECONDS = 0.001
_PATIENCE_SECONDS = 30
_ROOT = str(Path(__file__).resolve().parent.parent) + os.sep
_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - a prefix of texts
_PACKAGES = f"{os.sep}site-packages{os.sep}"

Place = tuple[str, str]
"""A function: its file and its qualified name."""


class Sampler:
    """Counts on which functions the CPU is spent."""

    def __init__(self, report: Path) -> None:
        self._report = report
        self._own: Counter[Place] = Counter()
        self._whole: Counter[Place] = Counter()
        self._samples = 0

    def start(self) -> None:
        """Begin to sample the main thread."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.signal(signal.SIGUSR2, self._write)
        signal.setitimer(signal.ITIMER_PROF, _INTERVAL_SECONDS, _INTERVAL_SECONDS)

    def _sample(self, number: int, frame: FrameType | None) -> None:
        stack: list[Place] = []
        while frame is not None:
            stack.append((frame.f_code.co_filename, frame.f_code.co_qualname))
            frame = frame.f_back
        if stack:
            self._samples += 1
            self._own[stack[0]] += 1
            self._whole.update(set(stack))

    def _write(self, number: int, frame: FrameType | None) -> None:
        shares = {
            kind: [[*_shown(place), count / self._samples] for place, count in seen.most_common()]
            for kind, seen in (("own", self._own), ("whole", self._whole))
        }
        unfinished = self._report.with_suffix(".part")
        unfinished.write_bytes(orjson.dumps({"samples": self._samples, **shares}))
        unfinished.rename(self._report)
        self._own.clear()
        self._whole.clear()
        self._samples = 0


def _shown(place: Place) -> tuple[str, str]:
    path, name = place
    for root in (_ROOT, _LIBRARY):
        path = path.removeprefix(root).removeprefix(f"site-packages{os.sep}")
    return path.rpartition(_PACKAGES)[2], name


def read(report: Path) -> dict[str, Any]:
    """Wait for what SIGUSR2 lets the server write, read it, and remove it.

    Raises:
        TimeoutError: it does not come; the server may have ended.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while not report.exists():
        if time.monotonic() > until:
            raise TimeoutError(f"{report} was not written")
        time.sleep(0.05)
    found: dict[str, Any] = orjson.loads(report.read_bytes())
    report.unlink()
    return found


if __name__ == "__main__":
    Sampler(Path(os.environ["PROFILE"])).start()
    main()
