"""Videos for tests: MP4 files made of boxes."""

import struct


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box with this content."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def track(handler=b"vide", codec=b"avc1", size=(640, 360), turned=False) -> bytes:
    """A track of a movie."""
    matrix = (
        (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
        if turned
        else (
            *(1 << 16, 0, 0, 0, 1 << 16),
            *(0, 0, 0, 1 << 30),
        )
    )
    sides = struct.pack(">II", size[0] << 16, size[1] << 16)
    header = box(b"tkhd", bytes(40), struct.pack(">9i", *matrix), sides)
    entry = box(codec, bytes(78))
    described = box(b"stsd", bytes(4), struct.pack(">I", 1), entry)
    handles = box(b"hdlr", bytes(8), handler, bytes(12), b"Handler\0")
    return box(b"trak", header, box(b"mdia", handles, box(b"minf", box(b"stbl", described))))


def movie(*tracks: bytes, duration=2500, scale=1000, extra=b"") -> bytes:
    """The box that says what the file holds."""
    header = box(b"mvhd", bytes(12), struct.pack(">II", scale, duration), bytes(80))
    return box(b"moov", header, *(tracks or (track(),)), extra)


def video(*, about=None, data=b"\0\0\0\1frames", front=b"", end=b"") -> bytes:
    """A whole file."""
    kind = box(b"ftyp", b"isom", bytes(4), b"isomavc1")
    return kind + front + (about or movie()) + box(b"mdat", data) + end
