"""Media files: under which keys the store of media holds what belongs to a medium."""

from enum import StrEnum
from uuid import UUID

from domain.file_types import Kind


class Size(StrEnum):
    """How large an image is wanted."""

    THUMBNAIL = "thumbnail"
    MEDIUM = "medium"
    LARGE = "large"


class Format(StrEnum):
    """As what an image is wanted."""

    WEBP = "webp"
    JPEG = "jpg"


def incoming(media_id: UUID) -> str:
    """The key to which a file is sent. It is checked there, and never shown from there."""
    return f"incoming/{media_id}"


def image(media_id: UUID, size: Size, shown_as: Format) -> str:
    """The key of an image that was made of the file."""
    return f"{media_id}/{size}.{shown_as}"


def video(media_id: UUID) -> str:
    """The key of a video that was made safe."""
    return f"{media_id}/video.mp4"


def shown(media_id: UUID, kind: Kind, size: Size, shown_as: Format) -> str:
    """The key of what is shown of a medium; of a video there is one size and format."""
    return image(media_id, size, shown_as) if kind is Kind.IMAGE else video(media_id)


def all_of(media_id: UUID) -> list[str]:
    """Every key under which something of a medium may be."""
    images = [image(media_id, size, shown_as) for size in Size for shown_as in Format]
    return [incoming(media_id), video(media_id), *images]
