"""Kith's own processes, each started again whenever it ends, as a service manager does."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.processes import ROOT
from settings import Settings, variable

PATIENCE_SECONDS = 120.0
_RESTART_SECONDS = 0.5


class NotStarted(Exception):
    """A process does not begin to work."""


def environment(**values: str) -> dict[str, str]:
    """The environment of the processes: no setting of this machine, but these values."""
    ours = {variable(name, field) for name, field in Settings.model_fields.items()}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **values}


class Program:
    """One process that is to run all the time.

    Args:
        name: for the report.
        arguments: of `kith`.
        says: what it prints once it works.
        folder: where it works and writes its log.
        environment: all its variables.
        chances: how long its restarts take.

    Attributes:
        gave_up: how often it ended by itself after it had worked.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        says: str,
        folder: Path,
        environment: Mapping[str, str],
        chances: random.Random,
    ) -> None:
        self.name = name
        self.gave_up = 0
        self.log = folder / f"{name}.log"
        self._command = [sys.executable, "-m", "cli", *arguments]
        self._says = says.encode()
        self._folder = folder
        self._environment = {**environment, "DATA_DIR": str(folder / name)}
        self._chances = chances
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._is_killed = False

    async def run(self) -> None:
        """Keep it running until cancelled; then it is killed."""
        try:
            while True:
                self._start()
                await self._ended()
                if not self._is_killed and self._has_spoken():
                    self.gave_up += 1
                await asyncio.sleep(_RESTART_SECONDS + self._chances.uniform(0, 1))
        finally:
            self.kill()
            if self._process is not None:
                self._process.wait()

    def works(self) -> bool:
        """Whether it runs and has said so."""
        return self._runs() and not self._is_killed and self._has_spoken()

    async def wait(self) -> None:
        """Wait until it works.

        Raises:
            NotStarted: it does not within two minutes.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not self.works():  # noqa: ASYNC110 - a process tells nothing
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            output = await asyncio.to_thread(self.log.read_text, errors="replace")
            raise NotStarted(f"{self.name} does not work:\n{output[-2000:]}") from error

    def kill(self) -> None:
        """End it and its children at once, as a crash of its container does."""
        self._is_killed = True
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop it from running, with all its connections open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run again."""
        self._signal(signal.SIGCONT)

    def _start(self) -> None:
        self._is_killed = False
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def _ended(self) -> None:
        while self._runs():  # noqa: ASYNC110 - a process tells nothing
            await asyncio.sleep(0.05)

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _has_spoken(self) -> bool:
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            return self._says in file.read(20_000)

    def _signal(self, number: signal.Signals) -> None:
        if self._runs():
            assert self._process is not None
            os.killpg(self._process.pid, number)
