"""Videos for tests: MP4 files made of boxes."""

import struct


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box with this content."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def sample_tables(*places, samples=(), per_chunk=1, size=0, long=False) -> bytes:
    """The boxes that say where the samples of a track lie: how many in a chunk, how long each."""
    sizes = struct.pack(
        f">4xII{0 if size else len(samples)}I", size, len(samples), *(samples if not size else ())
    )
    offsets = struct.pack(f">4xI{len(places)}{'Q' if long else 'I'}", len(places), *places)
    runs = struct.pack(">4xIIII", 1, 1, per_chunk, 1)
    kind = b"co64" if long else b"stco"
    return box(b"stsc", runs) + box(b"stsz", sizes) + box(kind, offsets)


def track(handler=b"vide", codec=b"avc1", size=(640, 360), turned=False, samples=b"") -> bytes:
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
    return box(
        b"trak", header, box(b"mdia", handles, box(b"minf", box(b"stbl", described, samples)))
    )


def movie(*tracks: bytes, duration=2500, scale=1000, extra=b"") -> bytes:
    """The box that says what the file holds."""
    header = box(b"mvhd", bytes(12), struct.pack(">II", scale, duration), bytes(80))
    return box(b"moov", header, *(tracks or (track(),)), extra)


def video(*, about=None, data=b"\0\0\0\1frames", front=b"", end=b"") -> bytes:
    """A whole file."""
    kind = box(b"ftyp", b"isom", bytes(4), b"isomavc1")
    return kind + front + (about or movie()) + box(b"mdat", data) + end
