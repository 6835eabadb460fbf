"""File types: what may be uploaded, and what a file is by its content, never by its name."""

from dataclasses import dataclass
from enum import StrEnum

HEAD_BYTES = 64
"""How much of a file's beginning tells its type."""


class Kind(StrEnum):
    """What sort of thing a medium is."""

    IMAGE = "image"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file that may be uploaded.

    Attributes:
        media_type: its name, as in RFC 2046.
        kind: image or video.
    """

    media_type: str
    kind: Kind


JPEG = FileType("image/jpeg", Kind.IMAGE)
PNG = FileType("image/png", Kind.IMAGE)
WEBP = FileType("image/webp", Kind.IMAGE)
MP4 = FileType("video/mp4", Kind.VIDEO)

BY_NAME = {each.media_type: each for each in (JPEG, PNG, WEBP, MP4)}
"""The types that may be uploaded."""

# Brands of ISO base media files that browsers play; others of the family are photos or audio.
_MP4_BRANDS = frozenset(
    [b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "]
)


def of_content(head: bytes) -> FileType | None:
    """Tell the type of a file by its first bytes; None when it may not be uploaded.

    Args:
        head: at least `HEAD_BYTES` of its beginning, or all of a shorter one.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return MP4 if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS else None
