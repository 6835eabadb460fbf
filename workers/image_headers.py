"""Headers of images: what is read of a file before, and beside, the decoding of its pixels.

Pillow reads metadata as TIFF directories, whose entries may all point to the same bytes, and
copies these for each: a small file then takes gigabytes. So it is given none.
"""

import re
import struct
from dataclasses import dataclass

MOST_SCANS = 100
"""How often a JPEG may go over its pixels. Encoders do so about ten times."""

_EXIF = b"Exif\0\0"
_ICC = b"ICC_PROFILE\0"
_ORIENTATION = 0x0112
_SHORT = 3
_START_OF_IMAGE, _END_OF_IMAGE, _START_OF_SCAN = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
# FF00 is a byte of a scan, and FFD0 to FFD7 part one.
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")


class TooManyScansError(Exception):
    """A JPEG would be decoded over and over."""


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A JPEG, read without decoding.

    Attributes:
        plain: the file without metadata, other than of colours.
        exif: what it tells of how it was made, empty when it does not.
    """

    plain: bytes
    exif: bytes


def read_jpeg(content: bytes) -> Jpeg:
    """Walk through the segments of a JPEG (ITU T.81, annex B), as its decoder does.

    Args:
        content: the file, which may be damaged.

    Raises:
        TooManyScansError: more than `MOST_SCANS`.
    """
    kept, exif, scans, place, first_scan = [b"\xff\xd8"], b"", 0, 2, len(content)
    while found := _MARKER.search(content, place):
        kind, start = found[1][0], found.end()
        if kind == _END_OF_IMAGE:
            break
        # Those without a length: a decoder that lost its way looks for the next one behind them.
        if kind < 0xC0 or kind == _START_OF_IMAGE:
            place = start
            continue
        place = start + max(2, int.from_bytes(content[start : start + 2], "big"))
        if kind == _START_OF_SCAN:
            first_scan = min(first_scan, found.end() - 2)
            scans += 1
            if scans > MOST_SCANS:
                raise TooManyScansError
        elif scans == 0:
            body = content[start + 2 : place]
            if kind == _APP1 and body.startswith(_EXIF):
                exif = exif or body
            if _is_kept(kind, body):
                kept.append(b"\xff" + content[start - 1 : place])
    return Jpeg(b"".join([*kept, content[first_scan:]]), exif)


def orientation(exif: bytes) -> int:
    """Tell how an image lies, from 1 to 8 (tag 274 of TIFF 6.0); 1 when it is not told.

    Args:
        exif: with or without the name that stands before it in a JPEG; it may be damaged.
    """
    tiff = exif.removeprefix(_EXIF)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
            if tag == _ORIENTATION and kind == _SHORT:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        # It ends too early, and so says nothing.
        return 1
    return 1


def _is_kept(kind: int, body: bytes) -> bool:
    if kind == _APP2:
        return body.startswith(_ICC)
    return kind in {_APP0, _APP14} or not (_APP0 <= kind <= _APP15 or kind == _COMMENT)
