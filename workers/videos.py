"""Videos: the boxes of MP4 files read strictly, and what tells of their makers blanked out.

Of a track that is neither picture nor sound the samples go too: some tell where the camera was.
The structure is that of ISO/IEC 14496-12. Nothing is decoded: that would take a decoder.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from domain.media import Made, Refused
from workers.images import FileRefused

_TOP_LEVEL = {
    *(b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp", b"sidx", b"moof", b"mfra"),
    *(b"uuid", b"meta", b"udta"),
}
_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex"}
# Where phones write places, names and dates; `uuid` may hold anything, like XMP.
_TELLING = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"}
_SAMPLE_TABLE = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_MOST_BOXES = 2_000
_MOST_SAMPLES = 500_000
_MOST_DEPTH = 8
_MOST_FTYP = 256
_CHUNK = 1 << 20
# Samples are bytes for decoders, but a browser that is misled may take text for a page.
_NO_VIDEO = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php", b"#!/")
_VIDEO_CODECS = {b"avc1", b"avc3", b"hev1", b"hvc1", b"av01", b"vp09", b"mp4v"}


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the file.

    Attributes:
        kind: its four letters.
        start: where its content begins.
        end: where it ends.
        path: its kind after those that it lies in.
    """

    kind: bytes
    start: int
    end: int
    path: tuple[bytes, ...]


def make_safe(path: Path) -> Made:
    """Check a video, and blank out in place what tells where and by whom it was made.

    Blanked boxes keep their size, so that nothing else in the file moves.

    Args:
        path: the file, which is changed.

    Returns:
        What it is.

    Raises:
        FileRefused: it is no whole MP4 with a video track, or carries something else.
    """
    size = path.stat().st_size
    with path.open("r+b") as file:
        try:
            boxes = list(islice(_boxes(file, 0, size, ()), _MOST_BOXES + 1))
            made = _described(file, boxes)
            for box in boxes:
                if box.path == (b"mdat",):
                    _check_start(file, box)
            others = _other_tracks(file, boxes)
            if others and any(box.kind == b"moof" for box in boxes):
                # Where samples of fragments lie is told in many ways, and encoders of fragments
                # write picture and sound.
                raise FileRefused(Refused.UNREADABLE)
            for track in others:
                _blank_samples(file, track, boxes)
            telling = [box for box in boxes if box.kind in _TELLING]
            for box in (*telling, *others):
                _blank(file, box)
        except (struct.error, ValueError, IndexError, KeyError):
            raise FileRefused(Refused.UNREADABLE) from None
    return made


def _boxes(file: BinaryIO, start: int, end: int, within: tuple[bytes, ...]) -> Iterator[Box]:
    """Walk through all boxes, each before those that lie in it.

    Raises:
        FileRefused: one is not whole, is longer than what it lies in, or unknown at the top.
    """
    if len(within) > _MOST_DEPTH:
        raise FileRefused(Refused.UNREADABLE)
    while start < end:
        box = _box_at(file, start, end, within)
        if not within and box.kind not in _TOP_LEVEL:
            raise FileRefused(Refused.UNREADABLE)
        yield box
        if box.kind in _CONTAINERS:
            yield from _boxes(file, box.start, box.end, box.path)
        start = box.end


def _box_at(file: BinaryIO, start: int, end: int, within: tuple[bytes, ...]) -> Box:
    file.seek(start)
    size, kind = struct.unpack(">I4s", file.read(8))
    header = 8
    if size == 1:
        (size,) = struct.unpack(">Q", file.read(8))
        header = 16
    # A size of 0 means "to the end of the file", which hides whatever was put there.
    if size < header or start + size > end:
        raise FileRefused(Refused.UNREADABLE)
    return Box(kind, start + header, start + size, (*within, kind))


def _described(file: BinaryIO, boxes: list[Box]) -> Made:
    tops = [box.kind for box in boxes if len(box.path) == 1]
    movies = [box for box in boxes if box.path == (b"moov", b"mvhd")]
    is_whole = tops[:1] == [b"ftyp"] and tops.count(b"moov") == len(movies) == 1
    if len(boxes) > _MOST_BOXES or not is_whole or b"mdat" not in tops or boxes[0].end > _MOST_FTYP:
        raise FileRefused(Refused.UNREADABLE)
    width, height = _dimensions(file, boxes)
    return Made(
        width=width, height=height, duration_seconds=_duration(_content(file, movies[0], 32))
    )


def _duration(header: bytes) -> float:
    """Give the seconds that a `mvhd` box tells."""
    if header[0] == 1:
        scale, length = struct.unpack(">IQ", header[20:32])
    else:
        scale, length = struct.unpack(">II", header[12:20])
    if scale == 0:
        raise FileRefused(Refused.UNREADABLE)
    return round(float(length / scale), 3)


def _dimensions(file: BinaryIO, boxes: list[Box]) -> tuple[int, int]:
    """Give width and height of the first video track, upright.

    Raises:
        FileRefused: there is no such track.
    """
    track: tuple[int, int] | None = None
    for box in boxes:
        if box.path == (b"moov", b"trak", b"tkhd"):
            track = _track_dimensions(_content(file, box, 96))
        elif box.path[-1] == b"stsd" and track is not None and min(track) > 0:
            entry = _content(file, box, 16)
            if entry[12:16] in _VIDEO_CODECS:
                return track
    raise FileRefused(Refused.UNREADABLE)


def _track_dimensions(header: bytes) -> tuple[int, int]:
    at = 52 if header[0] == 1 else 40
    matrix = struct.unpack(">9i", header[at : at + 36])
    width, height = (side >> 16 for side in struct.unpack(">II", header[at + 36 : at + 44]))
    is_turned = matrix[0] == 0 and matrix[4] == 0
    return (height, width) if is_turned else (width, height)


def _other_tracks(file: BinaryIO, boxes: list[Box]) -> list[Box]:
    """Give the tracks that are neither picture nor sound: some tell where the camera was."""
    others = []
    for box in boxes:
        if box.path == (b"moov", b"trak"):
            kinds = {
                _content(file, inner, 12)[8:12]
                for inner in boxes
                if inner.path == (b"moov", b"trak", b"mdia", b"hdlr")
                and box.start <= inner.start < box.end
            }
            if not kinds <= {b"vide", b"soun"}:
                others.append(box)
    return others


def _blank_samples(file: BinaryIO, track: Box, boxes: list[Box]) -> None:
    """Write zeros over the samples of a track.

    Raises:
        FileRefused: they do not lie where samples lie, or are too many.
    """
    tables = {
        box.kind: box
        for box in boxes
        if box.path[:-1] == _SAMPLE_TABLE and track.start <= box.start < track.end
    }
    media = [box for box in boxes if box.path == (b"mdat",)]
    starts = [box.start for box in media]
    done = 0
    for start, end in sorted(_chunks(file, tables)):
        place = bisect_right(starts, start) - 1
        if place < 0 or end > media[place].end:
            raise FileRefused(Refused.UNREADABLE)
        # Chunks may overlap, and nothing is written twice.
        _zero(file, max(start, done), end)
        done = max(done, end)


def _chunks(file: BinaryIO, tables: Mapping[bytes, Box]) -> Iterator[tuple[int, int]]:
    """Give where runs of samples begin and end, by the tables of their track.

    Raises:
        FileRefused: the tables do not fit each other.
    """
    if not tables.keys() & {b"stsz", b"stz2", b"stco", b"co64"}:
        return
    if not tables.keys() >= {b"stsz", b"stsc"}:
        raise FileRefused(Refused.UNREADABLE)
    size, count = struct.unpack(">II", _content(file, tables[b"stsz"], 12)[4:])
    sizes = [] if size else [row[0] for row in _rows(file, tables[b"stsz"], ">I", skip=8)]
    runs = _rows(file, tables[b"stsc"], ">III")
    is_long = b"co64" in tables
    places = _rows(file, tables[b"co64" if is_long else b"stco"], ">Q" if is_long else ">I")
    run = taken = 0
    for number, (start,) in enumerate(places, 1):
        while run + 1 < len(runs) and runs[run + 1][0] <= number:
            run += 1
        after = min(taken + runs[run][1], count)
        yield start, start + (size * (after - taken) if size else sum(sizes[taken:after]))
        taken = after
    if taken < count:
        raise FileRefused(Refused.UNREADABLE)


def _rows(file: BinaryIO, box: Box, layout: str, *, skip: int = 4) -> list[tuple[int, ...]]:
    """Read a table: how many rows there are, after some bytes, and these."""
    (count,) = struct.unpack_from(">I", _content(file, box, skip + 4), skip)
    length = count * struct.calcsize(layout)
    if count > _MOST_SAMPLES or box.start + skip + 4 + length > box.end:
        raise FileRefused(Refused.UNREADABLE)
    return list(struct.iter_unpack(layout, _content(file, box, skip + 4 + length)[skip + 4 :]))


def _content(file: BinaryIO, box: Box, length: int) -> bytes:
    file.seek(box.start)
    return file.read(min(length, box.end - box.start))


def _check_start(file: BinaryIO, box: Box) -> None:
    start = _content(file, box, 1024).lower()
    if any(mark in start for mark in _NO_VIDEO):
        raise FileRefused(Refused.UNREADABLE)


def _blank(file: BinaryIO, box: Box) -> None:
    # The kind lies in front of the content, and of the long size where there is one.
    file.seek(box.start - 8)
    is_long = file.read(8)[4:] != box.kind
    file.seek(box.start - (12 if is_long else 4))
    file.write(b"free")
    _zero(file, box.start, box.end)


def _zero(file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    left = end - start
    while left > 0:
        part = min(_CHUNK, left)
        file.write(bytes(part))
        left -= part
