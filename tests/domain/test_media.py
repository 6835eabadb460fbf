"""Media: what may be uploaded is told by content and bounds, whatever its name says."""

from hypothesis import given
from hypothesis import strategies as st

from domain import file_types, media
from domain.file_types import HEAD_BYTES, JPEG, MP4, PNG, WEBP, of_content

STARTS = {
    JPEG: b"\xff\xd8\xff\xe0",
    PNG: b"\x89PNG\r\n\x1a\n",
    WEBP: b"RIFF\x10\0\0\0WEBP",
    MP4: b"\0\0\0\x18ftypisom",
}


@given(file_type=st.sampled_from(list(STARTS)), rest=st.binary(max_size=HEAD_BYTES))
def test_a_file_is_what_its_first_bytes_say(file_type, rest):
    assert of_content(STARTS[file_type] + rest) == file_type


@given(st.binary(max_size=HEAD_BYTES))
def test_what_begins_like_nothing_that_is_allowed_is_not_allowed(content):
    found = of_content(content)
    if found is None:
        begins = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
        assert not content.startswith(begins) or content[8:12] != b"WEBP"
    else:
        assert found in STARTS


def test_relatives_of_what_is_allowed_are_not_allowed():
    for content in (
        b"GIF89a",
        b"<svg xmlns=",
        b"%PDF-1.7",
        b"\0\0\0\x18ftypheic",
        b"\0\0\0\x18ftypavif",
        b"\0\0\0\x14ftypqt  ",
        b"RIFF\x10\0\0\0WAVE",
        b"BM",
        b"II*\0",
        b" \xff\xd8\xff",
        b"",
    ):
        assert of_content(content) is None, content


@given(
    media_type=st.one_of(
        st.sampled_from(sorted(file_types.BY_NAME)), st.text("imagevdo/jpnwb4;", max_size=20)
    ),
    size=st.integers(-(2**31), 2**31),
    most=st.integers(1, 2**31),
)
def test_only_allowed_types_and_sizes_pass(media_type, size, most):
    problems = media.upload_problems(media_type, size, most_bytes=most)
    expected = []
    if media_type not in {"image/jpeg", "image/png", "image/webp", "video/mp4"}:
        expected.append("mediaType")
    if size < 1 or size > most:
        expected.append("sizeBytes")
    assert [problem.path for problem in problems] == expected
