"""Images: read with distrust, made upright, freed of metadata, and written anew in a few sizes.

All of this takes processor time and runs on threads of jobs.
"""

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import structlog
from PIL import Image, ImageCms

from domain.file_types import JPEG, PNG, WEBP, FileType
from domain.media import Made, Refused
from domain.media_files import Format, Size
from workers.image_headers import TooManyScansError, orientation, read_jpeg

_log = structlog.get_logger("kith.media")

LONGEST_SIDE: Mapping[Size, int] = MappingProxyType(
    {Size.THUMBNAIL: 200, Size.MEDIUM: 640, Size.LARGE: 1600}
)
"""The most pixels of each side."""

_PILLOW_NAMES = {JPEG: ("JPEG",), PNG: ("PNG",), WEBP: ("WEBP",)}
_PLACEHOLDER_SIDE = 16
_QUALITY = 82
_TRANSPOSE: Mapping[int, Image.Transpose] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
"""What makes an image upright, by the orientation that it tells."""


class FileRefused(Exception):
    """A file is not what may be shown; `why` says why not."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why)
        self.why = why


def make_images(
    source: Path, file_type: FileType, target: Path, *, most_pixels: int
) -> tuple[Made, dict[tuple[Size, Format], Path]]:
    """Make what is shown of an image. Nothing of the file itself is kept, only its pixels.

    Args:
        source: the file.
        file_type: what its content says that it is.
        target: a folder for the images.
        most_pixels: how many the file may have; it is refused before more are decoded.

    Returns:
        What it is, of the largest image, and the images.

    Raises:
        FileRefused: it is damaged, not whole, too large, or takes too long to decode.
    """
    content = source.read_bytes()
    try:
        image = _upright(content, file_type, most_pixels)
    except FileRefused:
        raise
    except (MemoryError, TooManyScansError):
        raise FileRefused(Refused.TOO_LARGE) from None
    except Exception as error:  # Damaged files make decoders raise more than they promise.
        _log.info("image unreadable", error=repr(error)[:200])
        raise FileRefused(Refused.UNREADABLE) from error
    made: dict[tuple[Size, Format], Path] = {}
    width = height = 0
    for size in sorted(Size, key=LONGEST_SIDE.__getitem__, reverse=True):
        side = LONGEST_SIDE[size]
        # Each is made of the one before, which has less to compute; never is one enlarged.
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        if not made:
            width, height = image.size
        for shown_as in Format:
            path = target / f"{size}.{shown_as}"
            _write(image, path, shown_as)
            made[size, shown_as] = path
    return Made(width=width, height=height, placeholder=_placeholder(image)), made


def _upright(content: bytes, file_type: FileType, most_pixels: int) -> Image.Image:
    if not _is_whole(content, file_type):
        raise FileRefused(Refused.UNREADABLE)
    exif = b""
    if file_type == WEBP:
        # Pillow reserves the memory of a WebP when it opens it.
        _check_pixels(_webp_size(content[:30]), most_pixels)
    if file_type == JPEG:
        jpeg = read_jpeg(content)
        content, exif = jpeg.plain, jpeg.exif
    with Image.open(io.BytesIO(content), formats=_PILLOW_NAMES[file_type]) as opened:
        _check_pixels(opened.size, most_pixels)
        side = LONGEST_SIDE[Size.LARGE]
        if file_type == JPEG:
            # The decoder gives a smaller one at once, of which the wanted sizes are made.
            times = max(1, max(opened.size) // side)
            opened.draft(None, (opened.width // times, opened.height // times))
        opened.load()
        image = _with_plain_pixels(opened)
        # First of all smaller, as each of the following steps makes a copy.
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        turn = _TRANSPOSE.get(orientation(exif or opened.info.get("exif", b"")))
        if turn is not None:
            image = image.transpose(turn)
        return _in_srgb(image, opened.info.get("icc_profile"))


def _with_plain_pixels(image: Image.Image) -> Image.Image:
    """Give an image whose pixels can be mixed: neither numbers of colours, nor one transparent."""
    if image.has_transparency_data and image.mode not in {"RGBA", "LA"}:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "RGBA", "L", "LA", "CMYK"} else image.convert("RGB")


def _is_whole(content: bytes, file_type: FileType) -> bool:
    """Say whether a file goes on to its end, which decoders do not always ask for."""
    if file_type == JPEG:
        return content.find(b"\xff\xd9", content.find(b"\xff\xda")) > 0
    if file_type == WEBP:
        return len(content) >= int.from_bytes(content[4:8], "little") + 8
    place = 8
    while place + 12 <= len(content):
        if content[place + 4 : place + 8] == b"IEND":
            return True
        place += int.from_bytes(content[place : place + 4], "big") + 12
    return False


def _check_pixels(size: tuple[int, int], most: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise FileRefused(Refused.UNREADABLE)
    if width * height > most:
        raise FileRefused(Refused.TOO_LARGE)


def _webp_size(head: bytes) -> tuple[int, int]:
    """Read the size of a WebP (RFC 9649) from its first chunk."""
    if len(head) < 30:
        raise FileRefused(Refused.UNREADABLE)
    kind = head[12:16]
    if kind == b"VP8X":
        sides = head[24:27], head[27:30]
        return (int.from_bytes(sides[0], "little") + 1, int.from_bytes(sides[1], "little") + 1)
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        return (
            int.from_bytes(head[26:28], "little") & 0x3FFF,
            int.from_bytes(head[28:30], "little") & 0x3FFF,
        )
    raise FileRefused(Refused.UNREADABLE)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Give the pixels as sRGB, with transparency where there is some, and without all else."""
    has_alpha = image.has_transparency_data
    mode = "RGBA" if has_alpha else "RGB"
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            converted = ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            # Its colours are then shown as they are written, which is what old clients do.
            converted = None
        image = converted or image
    pixels = image.convert(mode)
    bare = Image.new(mode, pixels.size)
    bare.paste(pixels)
    return bare


def _write(image: Image.Image, path: Path, shown_as: Format) -> None:
    if shown_as is Format.WEBP:
        image.save(path, "WEBP", quality=_QUALITY, method=4)
        return
    _on_white(image).save(path, "JPEG", quality=_QUALITY, optimize=True, progressive=True)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _placeholder(image: Image.Image) -> str:
    tiny = _on_white(image)
    tiny.thumbnail((_PLACEHOLDER_SIDE, _PLACEHOLDER_SIDE))
    buffer = io.BytesIO()
    tiny.save(buffer, "WEBP", quality=30, method=6)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"
