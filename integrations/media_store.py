"""The store of media: files by their keys, in a folder, in S3, or at Cloudinary.

Clients send files to it and read them from it directly, by addresses that are signed and expire.
Calls that block run on threads.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path


class MediaStoreUnavailable(Exception):
    """The store does not do what it should now; the message is one sentence, without keys."""


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """How to send a file: a PUT of its bytes, or a POST of a form.

    Attributes:
        method: PUT or POST.
        url: where to.
        headers: to send with it.
        fields: of the form, before the last one, `file`; empty for PUT.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """What there is under a key.

    Attributes:
        size_bytes: all of it.
        head: its first bytes.
    """

    size_bytes: int
    head: bytes


class MediaStore(ABC):
    """Keeps files by keys like `incoming/1234` and `1234/large.webp`."""

    @abstractmethod
    def new_upload(
        self, key: str, *, media_type: str, size_bytes: int, expires_at: datetime
    ) -> SignedUpload:
        """Allow somebody to send one file.

        Args:
            key: where it will be.
            media_type: what it is said to be.
            size_bytes: how large it is said to be; the store takes no more where it can.
            expires_at: until when it may be sent.
        """

    @abstractmethod
    def url(self, key: str, now: datetime) -> str:
        """Give an address at which a file can be read for a while.

        It is the same for some time, so that clients can keep what they have read.

        Args:
            key: of the file.
            now: the moment.
        """

    @abstractmethod
    async def head(self, key: str, length: int) -> Stored | None:
        """Look at a file; None when there is none.

        Args:
            key: of the file.
            length: how many of its first bytes are wanted.

        Raises:
            MediaStoreUnavailable: try again later.
        """

    @abstractmethod
    async def fetch(self, key: str, path: Path, most_bytes: int) -> bool:
        """Copy a file to this machine.

        Args:
            key: of the file.
            path: where to.
            most_bytes: how much is read; one byte more tells that the file is longer.

        Returns:
            Whether there is such a file.

        Raises:
            MediaStoreUnavailable: try again later.
        """

    @abstractmethod
    async def put(self, key: str, path: Path, media_type: str) -> None:
        """Keep a file of this machine, in place of what may be there.

        Raises:
            MediaStoreUnavailable: try again later.
        """

    @abstractmethod
    async def delete(self, keys: Sequence[str]) -> None:
        """Delete what there is under these keys.

        Raises:
            MediaStoreUnavailable: try again later.
        """


def expiry(now: datetime, lasts: timedelta) -> int:
    """Give the moment until which an address is good, the same for half of its duration.

    Args:
        now: the moment.
        lasts: the longest duration; the shortest is half of it.

    Returns:
        Seconds since 1970.
    """
    window = max(1, int(lasts.total_seconds()) // 2)
    return (int(now.timestamp()) // window + 2) * window
