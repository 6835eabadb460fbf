"""The store of media in a bucket of S3, or of another store that speaks its protocol."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from integrations.media_store import (
    MediaStore,
    MediaStoreUnavailable,
    SignedUpload,
    Stored,
    expiry,
)

T = TypeVar("T")
_CHUNK = 1 << 20
_MOST_KEYS = 1_000  # that one request may delete


class S3Media(MediaStore):
    """Keeps files in a bucket.

    Args:
        bucket: its name.
        region: where it is.
        key_id: of the key that signs.
        key: the key.
        endpoint_url: where it is when not at Amazon.
        lasts: for how long at most an address to read is good.
    """

    def __init__(
        self,
        *,
        bucket: str,
        region: str,
        key_id: str,
        key: str,
        endpoint_url: str | None = None,
        lasts: timedelta,
    ) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as below

        self._errors = (BotoCoreError, ClientError)
        self._bucket = bucket
        self._lasts = int(lasts.total_seconds())
        self._client = _client(region, key_id, key, endpoint_url)
        address = self._client.generate_presigned_url("get_object", Params=self._at("x"))
        base = urlsplit(address.partition("?")[0].removesuffix("x"))
        reading = _Reading(base, region, key_id, key, self._lasts)
        self._signed = lru_cache(maxsize=10_000)(reading.sign)

    def new_upload(
        self, key: str, *, media_type: str, size_bytes: int, expires_at: datetime
    ) -> SignedUpload:
        """Allow somebody to send one file; see `MediaStore.new_upload`."""
        seconds = max(1, int((expires_at - datetime.now(UTC)).total_seconds()))
        form = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": media_type},
            Conditions=[
                {"Content-Type": media_type},
                ["content-length-range", size_bytes, size_bytes],
            ],
            ExpiresIn=seconds,
        )
        return SignedUpload("POST", form["url"], fields=form["fields"])

    def url(self, key: str, now: datetime) -> str:
        """Give an address to read a file; see `MediaStore.url`."""
        # It counts from its own moment: the window's, so that it stays the same.
        window = self._lasts // 2
        return self._signed(key, expiry(now, timedelta(seconds=self._lasts)) - 2 * window)

    async def head(self, key: str, length: int) -> Stored | None:
        """Look at a file; see `MediaStore.head`."""

        def look() -> Stored:
            found = self._client.get_object(**self._at(key), Range=f"bytes=0-{length - 1}")
            with found["Body"] as body:
                return Stored(int(found["ContentRange"].rpartition("/")[2]), body.read())

        return await self._run(look, missing=None)

    async def fetch(self, key: str, path: Path, most_bytes: int) -> bool:
        """Copy a file; see `MediaStore.fetch`."""

        def copy() -> bool:
            found = self._client.get_object(**self._at(key))
            left = most_bytes + 1
            with found["Body"] as body, path.open("wb") as target:
                while left > 0 and (chunk := body.read(min(_CHUNK, left))):
                    target.write(chunk)
                    left -= len(chunk)
            return True

        return await self._run(copy, missing=False)

    async def put(self, key: str, path: Path, media_type: str) -> None:
        """Keep a file; see `MediaStore.put`."""

        def send() -> None:
            with path.open("rb") as file:
                self._client.put_object(
                    **self._at(key),
                    Body=file,
                    ContentType=media_type,
                    ContentDisposition="inline",
                    CacheControl="private, max-age=1800, immutable",
                )

        await self._run(send, missing=None)

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete files; see `MediaStore.delete`."""

        def remove(some: Sequence[str]) -> None:
            objects = [{"Key": key} for key in some]
            done = self._client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True}
            )
            if done.get("Errors"):
                raise MediaStoreUnavailable("S3 has not deleted all that it should.")

        for start in range(0, len(keys), _MOST_KEYS):
            some = keys[start : start + _MOST_KEYS]
            await self._run(lambda some=some: remove(some), missing=None)  # type: ignore[misc]

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": key}

    async def _run(self, call: Callable[[], T], *, missing: T) -> T:
        try:
            return await asyncio.to_thread(call)
        except self._errors as error:
            code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
            # A range of an empty file cannot be satisfied.
            if code in {"NoSuchKey", "404", "InvalidRange"}:
                return missing
            kind = code or type(error).__name__
            raise MediaStoreUnavailable(f"S3 does not do what it is asked: {kind}.") from None


class _Reading:
    """Signs addresses for reading, by AWS Signature Version 4 in the query.

    The SDK takes 2 ms for one, and a page of people has dozens.
    """

    def __init__(self, base: SplitResult, region: str, key_id: str, key: str, lasts: int) -> None:
        self._base = base
        self._region = region
        self._key_id = key_id
        self._key = key
        self._lasts = lasts

    def sign(self, key: str, since: int) -> str:
        """Give an address that is good for a while from a moment in Unix seconds on."""
        moment = datetime.fromtimestamp(since, UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
        path = self._base.path + quote(key, safe="/~")
        query = urlencode(
            {
                "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
                "X-Amz-Credential": f"{self._key_id}/{scope}",
                "X-Amz-Date": moment,
                "X-Amz-Expires": str(self._lasts),
                "X-Amz-SignedHeaders": "host",
            },
            quote_via=quote,
            safe="",
        )
        asked = f"GET\n{path}\n{query}\nhost:{self._base.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
        digest = hashlib.sha256(asked.encode()).hexdigest()
        secret = f"AWS4{self._key}".encode()
        for part in scope.split("/"):
            secret = hmac.digest(secret, part.encode(), hashlib.sha256)
        signed = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}".encode()
        signature = hmac.digest(secret, signed, hashlib.sha256).hex()
        address = f"{self._base.scheme}://{self._base.netloc}{path}"
        return f"{address}?{query}&X-Amz-Signature={signature}"


def _client(region: str, key_id: str, key: str, endpoint_url: str | None) -> Any:
    # Their import takes long, and only deployments that set S3 want it.
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    style = "path" if endpoint_url else "virtual"
    return boto3.client(
        "s3",
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=key_id,
        aws_secret_access_key=key,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": style},
            # Other stores than Amazon's know no newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 3, "mode": "standard"},
        ),
    )
