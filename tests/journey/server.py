"""`kith up` as a user starts it: another process, with a data directory of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from settings import Settings, variable

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180.0
"""After how long a test gives up; a first start takes a tenth of it."""

_SETTINGS = {variable(name, field) for name, field in Settings.model_fields.items()}
_SERVES = re.compile(r"^Kith serves at (\S+)$", re.MULTILINE)


def environment(**values: str) -> dict[str, str]:
    """The environment of a newcomer: no setting of this machine, but these values.

    No export of the embedding model: that takes longer than what most tests look at.
    """
    values = {"EMBEDDING_RUNTIME": "torch", **values}
    kept = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **values}


class Kith:
    """A running `kith up`; made by `started`.

    Args:
        folder: where it works; its data and its output are kept there.
        options: of `kith up`, besides the port.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self._log = folder / f"output {len(list(folder.glob('output *')))}"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                [sys.executable, "-m", "cli", "up", "--port", "0", *options],
                cwd=folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        """What it has said."""
        return self._log.read_text(encoding="utf-8")

    def address(self) -> str:
        """Wait until it serves, and give where."""
        return self.wait_for(_SERVES)[1]

    def wait_for(self, said: re.Pattern[str]) -> re.Match[str]:
        """Wait until it has said something."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if found := said.search(self.output):
                return found
            assert self._process.poll() is None, self.output
            time.sleep(0.05)
        raise AssertionError(f"It does not say {said.pattern}:\n{self.output}")

    def wait(self) -> int:
        """Wait until it ends by itself, and give its exit code."""
        return self._process.wait(PATIENCE_SECONDS)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, as a service manager or a terminal does, and give its exit code."""
        return self._end(number)

    def kill(self) -> None:
        """End it at once, as a crash does: its stores go on without it."""
        self._end(signal.SIGKILL)

    def stores(self) -> list[str]:
        """The store processes that work in its folder, by name."""
        found = [
            process.info["name"]
            for process in psutil.process_iter(["name", "cwd"])
            if (process.info["cwd"] or "").startswith(str(self.folder / ".kith"))
        ]
        return sorted(set(found))

    def _end(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        return self._process.wait(PATIENCE_SECONDS)
