"""The store of media at Cloudinary, as raw authenticated files, which it gives back as they are."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from integrations.media_store import (
    MediaStore,
    MediaStoreUnavailable,
    SignedUpload,
    Stored,
    expiry,
)

API = "https://api.cloudinary.com"
_SIGNED_SECONDS = 3_600
"""For how long Cloudinary takes a signature after its timestamp."""

_KIND = {"resource_type": "raw", "type": "authenticated"}
_PATIENCE_SECONDS = 30.0
_DELETING_AT_ONCE = 8


class CloudinaryMedia(MediaStore):
    """Keeps files in a product environment.

    Args:
        cloud_name: the environment.
        key_id: of the key that signs.
        key: the key.
        lasts: for how long at most an address to read is good.
        api: where the API is.
    """

    def __init__(
        self, *, cloud_name: str, key_id: str, key: str, lasts: timedelta, api: str = API
    ) -> None:
        # Their import takes long, and only deployments that set Cloudinary want it.
        import cloudinary.exceptions  # noqa: PLC0415
        import cloudinary.uploader  # noqa: PLC0415
        import cloudinary.utils  # noqa: PLC0415
        import httpx  # noqa: PLC0415

        self._sdk: Any = cloudinary
        self._httpx = httpx
        self._options = {
            "cloud_name": cloud_name,
            "api_key": key_id,
            "api_secret": key,
            "upload_prefix": api,
            **_KIND,
        }
        self._lasts = lasts
        # The SDK puts the present moment into each address, which would make it a new one.
        self._signed = lru_cache(maxsize=10_000)(self._sign)

    def new_upload(
        self, key: str, *, media_type: str, size_bytes: int, expires_at: datetime
    ) -> SignedUpload:
        """Allow somebody to send one file; see `MediaStore.new_upload`.

        Cloudinary signs no size: it is looked at when the file has come.
        """
        fields = self._sdk.utils.sign_request(
            {
                "public_id": key,
                "type": _KIND["type"],
                # What has come once stays.
                "overwrite": "false",
                "timestamp": str(int(expires_at.timestamp()) - _SIGNED_SECONDS),
            },
            self._options,
        )
        url = self._sdk.utils.cloudinary_api_url("upload", **self._options)
        return SignedUpload("POST", url, fields=fields)

    def url(self, key: str, now: datetime) -> str:
        """Give an address to read a file; see `MediaStore.url`."""
        return self._signed(key, expiry(now, self._lasts))

    async def head(self, key: str, length: int) -> Stored | None:
        """Look at a file; see `MediaStore.head`."""
        read: list[bytes] = []
        size = await self._read(key, length, read.append)
        return None if size is None else Stored(size, b"".join(read)[:length])

    async def fetch(self, key: str, path: Path, most_bytes: int) -> bool:
        """Copy a file; see `MediaStore.fetch`."""
        with path.open("wb") as target:
            return await self._read(key, most_bytes + 1, target.write) is not None

    async def put(self, key: str, path: Path, media_type: str) -> None:
        """Keep a file; see `MediaStore.put`."""
        await self._run(
            self._sdk.uploader.upload, str(path), public_id=key, overwrite=True, invalidate=True
        )

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete files; see `MediaStore.delete`."""
        for start in range(0, len(keys), _DELETING_AT_ONCE):
            some = keys[start : start + _DELETING_AT_ONCE]
            await asyncio.gather(
                *(self._run(self._sdk.uploader.destroy, key, invalidate=True) for key in some)
            )

    def _sign(self, key: str, expires: int) -> str:
        url: str = self._sdk.utils.private_download_url(
            key, "", expires_at=expires, **self._options
        )
        return url

    async def _run(self, call: Callable[..., Any], *given: Any, **named: Any) -> None:
        try:
            await asyncio.to_thread(
                call, *given, timeout=_PATIENCE_SECONDS, **named, **self._options
            )
        except (self._sdk.exceptions.Error, OSError) as error:
            kind = type(error).__name__
            raise MediaStoreUnavailable(f"Cloudinary does not do it: {kind}.") from None

    async def _read(self, key: str, most: int, take: Callable[[bytes], Any]) -> int | None:
        """Read the beginning of a file; gives the size of all of it, None when there is none."""
        expires = int(datetime.now().astimezone().timestamp()) + 60
        try:
            async with (
                self._httpx.AsyncClient(timeout=_PATIENCE_SECONDS, follow_redirects=True) as http,
                http.stream("GET", self._sign(key, expires)) as response,
            ):
                if response.status_code == 404:
                    return None
                response.raise_for_status()
                size = int(response.headers["Content-Length"])
                async for chunk in response.aiter_raw():
                    await asyncio.to_thread(take, chunk[:most])
                    most -= len(chunk)
                    if most <= 0:
                        break
                return size
        except (self._httpx.HTTPError, KeyError, ValueError) as error:
            kind = type(error).__name__
            raise MediaStoreUnavailable(f"Cloudinary does not give it: {kind}.") from None
