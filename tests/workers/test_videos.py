"""Videos: MP4 files read strictly, and blanked where they tell of their makers."""

import struct

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.file_types import MP4, of_content
from domain.media import Refused
from tests.support.videos import box, movie, sample_tables, track, video
from workers.images import FileRefused
from workers.videos import make_safe

PLACE = b"\xa9xyz+52.5200+013.4050/"

few = hypothesis.settings(
    max_examples=2_000 if hypothesis.settings.get_current_profile_name() == "nightly" else 60,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)


def made_safe(folder, content):
    path = folder / "video.mp4"
    path.write_bytes(content)
    return make_safe(path), path.read_bytes()


def refused(folder, content):
    with pytest.raises(FileRefused) as caught:
        made_safe(folder, content)
    return caught.value.why


def test_a_video_tells_its_size_and_duration(tmp_path):
    content = video()
    assert of_content(content) == MP4
    made, safe = made_safe(tmp_path, content)
    assert (made.width, made.height, made.duration_seconds) == (640, 360, 2.5)
    assert made.placeholder is None
    assert safe == content


def test_a_video_that_was_filmed_upright_is_told_upright(tmp_path):
    made, _ = made_safe(tmp_path, video(about=movie(track(turned=True))))
    assert (made.width, made.height) == (360, 640)


def test_the_description_may_come_last(tmp_path):
    content = video(about=box(b"free")) + movie()
    assert made_safe(tmp_path, content)[0].width == 640


def test_long_headers_are_read(tmp_path):
    header = box(b"mvhd", b"\1" + bytes(19), struct.pack(">IQ", 600, 1200), bytes(80))
    data = b"frames"
    long = struct.pack(">I4sQ", 1, b"mdat", 16 + len(data)) + data
    content = box(b"ftyp", b"mp42", bytes(4)) + box(b"moov", header, track()) + long
    assert made_safe(tmp_path, content)[0].duration_seconds == 2.0


@pytest.mark.parametrize(
    "about",
    [
        movie(extra=box(b"udta", box(b"\xa9xyz", PLACE))),
        movie(extra=box(b"meta", bytes(4), PLACE)),
        movie(extra=box(b"uuid", bytes(16), PLACE)),
        movie(extra=struct.pack(">I4sQ", 1, b"udta", 16 + len(PLACE)) + PLACE),
        movie(track(), track(b"meta", b"mebx"), extra=box(b"free", PLACE)),
    ],
)
def test_what_tells_of_its_maker_is_blanked_without_moving_anything(tmp_path, about):
    content = video(about=about, front=box(b"uuid", PLACE), end=box(b"udta", PLACE))
    made, safe = made_safe(tmp_path, content)
    assert PLACE not in safe
    assert b"mebx" not in safe
    assert len(safe) == len(content)
    assert safe.index(b"mdat") == content.index(b"mdat")
    assert made_safe(tmp_path, safe) == (made, safe)


FIRST, SECOND = b"GPS5 lat 52.520008", b"lon 13.404954"
FRAMES = b"\0\0\0\1frames"


def located(*, gap=b"more frames", **tables):
    """A video that tells in two samples of a track where the camera was, and its start of those."""
    description = {"samples": (len(FIRST), len(SECOND)), **tables}
    data = FRAMES + FIRST + gap + SECOND + b"the end"

    def made(*places):
        tells = track(b"meta", b"gpmd", samples=sample_tables(*places, **description))
        return video(about=movie(track(), tells), data=data)

    start = len(made(0, 0)) - len(data) + len(FRAMES)
    return made(start, start + len(FIRST) + len(gap))


@pytest.mark.parametrize("is_long", [False, True])
def test_samples_that_tell_where_the_camera_was_are_blanked(tmp_path, is_long):
    content = located(long=is_long)
    _, safe = made_safe(tmp_path, content)
    expected = content.replace(FIRST, bytes(len(FIRST))).replace(SECOND, bytes(len(SECOND)))
    data = content.index(b"mdat")
    assert safe[data:] == expected[data:]
    assert len(safe) == len(content)


def test_samples_of_one_length_and_in_chunks_are_blanked(tmp_path):
    # The second chunk holds the last sample alone.
    content = located(samples=(0, 0, 0), size=9, per_chunk=2)
    _, safe = made_safe(tmp_path, content)
    assert FIRST not in safe
    assert SECOND[:9] not in safe
    assert safe.endswith(SECOND[9:] + b"the end")


@pytest.mark.parametrize(
    "samples",
    [
        sample_tables(0, samples=(40,)),
        sample_tables(2**31, samples=(4,)),
        sample_tables(samples=(4,)),
        sample_tables(2**63, samples=(4,), long=True),
        box(b"stz2", bytes(12)),
        box(b"stsz", bytes(12)),
        sample_tables(0, samples=(4,))[:28] + box(b"stsz", b"\0\0\0\0\0\0\0\0\xff\xff\xff\xff"),
    ],
)
def test_samples_that_lie_nowhere_refuse_the_video(tmp_path, samples):
    content = video(about=movie(track(), track(b"meta", b"gpmd", samples=samples)))
    assert refused(tmp_path, content) is Refused.UNREADABLE


def test_fragments_hold_picture_and_sound_only(tmp_path):
    fragment = box(b"moof", box(b"mfhd", bytes(8)))
    assert made_safe(tmp_path, video(end=fragment))[0].width == 640
    tells = movie(track(), track(b"meta", b"gpmd"))
    assert refused(tmp_path, video(about=tells, end=fragment)) is Refused.UNREADABLE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        video() + b"<html><script>alert(1)</script></html>",
        video() + bytes(4),
        video() + bytes(8),
        video(end=box(b"PK\3\4", b"archive")),
        video(data=b"<!DOCTYPE html><html>"),
        video(about=movie(track(b"soun", b"mp4a", (0, 0)))),
        video(about=movie(track(codec=b"html"))),
        video(about=movie(scale=0)),
        video(about=movie() + movie()),
        box(b"ftyp", b"isom", b"<html><script>alert(1)</script>" + bytes(300)) + video()[24:],
        box(b"moov") + video(),
        video()[:-1],
        video()[: video().index(b"mdat") - 4],
        video(end=struct.pack(">I4s", 0, b"mdat") + b"to the end"),
        video(end=struct.pack(">I4s", 7, b"free")),
        video(end=struct.pack(">I4sQ", 1, b"mdat", 2**62)),
        video(end=box(b"free") * 2_001),
        video(about=movie(extra=box(b"trak", box(b"trak", box(b"trak", box(b"trak")))) * 600)),
    ],
)
def test_what_is_no_whole_video_is_refused(tmp_path, content):
    assert refused(tmp_path, content) is Refused.UNREADABLE


@few
@given(share=st.floats(0, 0.999))
def test_a_truncated_video_is_refused(tmp_path, share):
    content = video(data=bytes(100))
    assert refused(tmp_path, content[: int(len(content) * share)]) is Refused.UNREADABLE


@few
@given(
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=30)
)
def test_a_damaged_video_is_refused_or_safe_and_never_a_fault(tmp_path, changes):
    content = bytearray(video(about=movie(extra=box(b"udta", PLACE))))
    for place, value in changes:
        content[int(place * len(content))] = value
    try:
        made, safe = made_safe(tmp_path, bytes(content))
    except FileRefused:
        return
    assert min(made.width, made.height) > 0
    assert len(safe) == len(content)
