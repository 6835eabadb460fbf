"""Virus scan: files looked through by ClamAV's daemon, or by nobody."""

import asyncio
import struct
from abc import ABC, abstractmethod
from pathlib import Path

_CHUNK = 1 << 18
_PATIENCE_SECONDS = 120.0


class VirusScanUnavailable(Exception):
    """A file could not be looked through; try again later."""


class VirusScan(ABC):
    """Looks for viruses."""

    @abstractmethod
    async def is_clean(self, path: Path) -> bool:
        """Say whether nothing was found in a file.

        Raises:
            VirusScanUnavailable: it could not be looked through.
        """


class NullVirusScan(VirusScan):
    """Finds nothing, as it does not look."""

    async def is_clean(self, path: Path) -> bool:
        """Say that nothing was found; see `VirusScan.is_clean`."""
        return True


class Clamd(VirusScan):
    """Hands files to clamd over TCP, by its command INSTREAM.

    Args:
        host: where clamd is.
        port: its port, 3310 as a rule.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port

    async def is_clean(self, path: Path) -> bool:
        """Say whether clamd found nothing; see `VirusScan.is_clean`."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await self._ask(path)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            kind = type(error).__name__
            raise VirusScanUnavailable(f"clamd does not answer: {kind}.") from None
        if answer == "stream: OK":
            return True
        if answer.endswith(" FOUND"):
            return False
        raise VirusScanUnavailable("clamd did not look through the file.")

    async def _ask(self, path: Path) -> str:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            with await asyncio.to_thread(path.open, "rb") as file:
                while chunk := await asyncio.to_thread(file.read, _CHUNK):
                    writer.write(struct.pack(">I", len(chunk)) + chunk)
                    await writer.drain()
            writer.write(struct.pack(">I", 0))
            await writer.drain()
            answer = await reader.readuntil(b"\0")
        finally:
            writer.close()
        return answer.rstrip(b"\0").decode(errors="replace").strip()
