"""The store of media in a folder of this machine, whose addresses lead to this very server."""

import asyncio
import hashlib
import hmac
import os
import shutil
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from integrations.media_store import MediaStore, SignedUpload, Stored, expiry

PATH = "/media"
_CHUNK = 1 << 20
_LEFT_SECONDS = 600
"""After how long what has not come whole was left by a process that was killed."""


class LocalMedia(MediaStore):
    """Keeps files in a folder.

    Args:
        root: the folder.
        address: where clients reach this server.
        secret: signs addresses.
        lasts: for how long at most an address to read is good.
    """

    def __init__(self, root: Path, *, address: str, secret: bytes, lasts: timedelta) -> None:
        self.root = root
        self._base = f"{address.rstrip('/')}{PATH}/"
        self._secret = hmac.digest(secret, b"kith:media", hashlib.sha256)
        self._lasts = lasts

    def new_upload(
        self, key: str, *, media_type: str, size_bytes: int, expires_at: datetime
    ) -> SignedUpload:
        """Allow somebody to send one file; see `MediaStore.new_upload`."""
        expires = int(expires_at.timestamp())
        query = {
            "size": size_bytes,
            "expires": expires,
            "signature": self._signature("PUT", key, size_bytes, expires),
        }
        url = f"{self._base}{key}?{urlencode(query)}"
        return SignedUpload("PUT", url, headers={"Content-Type": media_type})

    def url(self, key: str, now: datetime) -> str:
        """Give an address to read a file; see `MediaStore.url`."""
        expires = expiry(now, self._lasts)
        signature = self._signature("GET", key, 0, expires)
        return f"{self._base}{key}?expires={expires}&signature={signature}"

    def allows(  # noqa: PLR0917 - what a signature covers
        self, method: str, key: str, size_bytes: int, expires: int, signature: str, now: datetime
    ) -> bool:
        """Say whether an address was signed by us for this, and is still good.

        Args:
            method: GET or PUT.
            key: of the file.
            size_bytes: how large a file may be sent; 0 for GET.
            expires: until when it is good, in seconds since 1970.
            signature: what the address says.
            now: the moment.
        """
        good = self._signature(method, key, size_bytes, expires)
        return hmac.compare_digest(good.encode(), signature.encode()) and expires > now.timestamp()

    def path(self, key: str) -> Path:
        """Where a file lies; keys are ours, never a client's."""
        return self.root / key

    async def receive(self, key: str, chunks: AsyncIterator[bytes], most_bytes: int) -> bool:
        """Keep a file that somebody sends, once all of it has come.

        Args:
            key: of the file.
            chunks: its bytes.
            most_bytes: how large it may be.

        Returns:
            False when it is larger; nothing more is read then, and nothing kept.
        """
        path = self.path(key)
        handle, name = await asyncio.to_thread(self._temporary, path)
        try:
            size, waiting = 0, bytearray()
            async for chunk in chunks:
                size += len(chunk)
                if size > most_bytes:
                    return False
                waiting += chunk
                if len(waiting) >= _CHUNK:
                    await asyncio.to_thread(os.write, handle, bytes(waiting))
                    waiting.clear()
            await asyncio.to_thread(os.write, handle, bytes(waiting))
            await asyncio.to_thread(Path(name).replace, path)
            return True
        finally:
            os.close(handle)
            await asyncio.to_thread(Path(name).unlink, missing_ok=True)

    async def head(self, key: str, length: int) -> Stored | None:
        """Look at a file; see `MediaStore.head`."""
        return await asyncio.to_thread(self._head, key, length)

    async def fetch(self, key: str, path: Path, most_bytes: int) -> bool:
        """Copy a file; see `MediaStore.fetch`."""
        return await asyncio.to_thread(self._fetch, key, path, most_bytes)

    async def put(self, key: str, path: Path, media_type: str) -> None:
        """Keep a file; see `MediaStore.put`."""
        await asyncio.to_thread(self._put, key, path)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete files; see `MediaStore.delete`."""
        await asyncio.to_thread(self._delete, keys)

    def _signature(self, method: str, key: str, size_bytes: int, expires: int) -> str:
        signed = f"{method}\n{key}\n{size_bytes}\n{expires}".encode()
        return urlsafe_b64encode(hmac.digest(self._secret, signed, hashlib.sha256)).decode()[:43]

    @staticmethod
    def _temporary(path: Path) -> tuple[int, str]:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside the file, so that it can take its place in one step.
        return tempfile.mkstemp(dir=path.parent, prefix=f".coming-{path.name}-")

    def _head(self, key: str, length: int) -> Stored | None:
        try:
            with self.path(key).open("rb") as file:
                return Stored(os.fstat(file.fileno()).st_size, file.read(length))
        except FileNotFoundError:
            return None

    def _fetch(self, key: str, path: Path, most_bytes: int) -> bool:
        try:
            with self.path(key).open("rb") as source, path.open("wb") as target:
                left = most_bytes + 1
                while left > 0 and (chunk := source.read(min(_CHUNK, left))):
                    target.write(chunk)
                    left -= len(chunk)
        except FileNotFoundError:
            return False
        return True

    def _put(self, key: str, path: Path) -> None:
        handle, name = self._temporary(self.path(key))
        try:
            with os.fdopen(handle, "wb") as target, path.open("rb") as source:
                shutil.copyfileobj(source, target, _CHUNK)
            Path(name).replace(self.path(key))
        finally:
            Path(name).unlink(missing_ok=True)

    def _delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            path = self.path(key)
            path.unlink(missing_ok=True)
            _delete_left(path)
            try:
                # Only an empty folder goes, and never the one that all share.
                if path.parent.parent == self.root and path.parent.name != "incoming":
                    path.parent.rmdir()
            except OSError:
                continue


def _delete_left(path: Path) -> None:
    for left in path.parent.glob(f".coming-{path.name}-*"):
        try:
            if left.stat().st_mtime < time.time() - _LEFT_SECONDS:
                left.unlink()
        except FileNotFoundError:
            continue
