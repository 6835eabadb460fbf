"""Images: what is shown of a file is made of its pixels, and bad files are refused."""

import io
import struct
import zlib
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain.file_types import JPEG, PNG, WEBP, of_content
from domain.media import Refused
from domain.media_files import Format, Size
from tests.support.media import image
from workers import images
from workers.image_headers import MOST_SCANS, read_jpeg
from workers.images import LONGEST_SIDE, FileRefused

TYPES = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
MOST_PIXELS = 4_000_000
SECRET = b"GPSGPSGPS the address of somebody"

few = hypothesis.settings(
    max_examples=500 if hypothesis.settings.get_current_profile_name() == "nightly" else 25,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)


def make(folder: Path, content: bytes, file_type, most_pixels=MOST_PIXELS):
    source = folder / "file"
    source.write_bytes(content)
    return images.make_images(source, file_type, folder, most_pixels=most_pixels)


def refusal_of(folder, content, file_type, **options):
    with pytest.raises(FileRefused) as caught:
        make(folder, content, file_type, **options)
    return caught.value.why


@pytest.mark.parametrize("shown_as", TYPES)
def test_an_image_becomes_three_sizes_in_two_formats(tmp_path, shown_as):
    made, results = make(tmp_path, image(shown_as, (2000, 1000)), TYPES[shown_as])
    assert (made.width, made.height, made.duration_seconds) == (1600, 800, None)
    assert set(results) == {(size, shown) for size in Size for shown in Format}
    for (size, shown), path in results.items():
        with Image.open(path) as result:
            side = LONGEST_SIDE[size]
            assert result.size == (side, side // 2)
            assert result.format == ("WEBP" if shown is Format.WEBP else "JPEG")
    assert made.placeholder.startswith("data:image/webp;base64,")
    assert len(made.placeholder) < 400


def test_a_small_image_is_not_enlarged(tmp_path):
    made, results = make(tmp_path, image("PNG", (50, 30)), PNG)
    assert (made.width, made.height) == (50, 30)
    for path in results.values():
        with Image.open(path) as result:
            assert result.size == (50, 30)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_metadata_is_gone(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    made, results = make(tmp_path, image("JPEG", (80, 40), exif=exif, comment=SECRET), JPEG)
    assert (made.width, made.height) == ((80, 40) if orientation < 5 else (40, 80))
    for path in results.values():
        assert b"GPSGPS" not in path.read_bytes()
        with Image.open(path) as result:
            assert len(result.getexif()) == 0
            assert not {"comment", "icc_profile", "xmp"} & set(result.info)


def test_colours_of_other_profiles_are_converted(tmp_path):
    from PIL import ImageCms  # noqa: PLC0415 - for this test alone

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, profile[:100], b"no profile"):
        _, results = make(tmp_path, image("PNG", icc_profile=icc), PNG)
        with Image.open(results[Size.LARGE, Format.WEBP]) as result:
            assert "icc_profile" not in result.info


def test_transparency_stays_in_webp_and_becomes_white_in_jpeg(tmp_path):
    buffer = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(buffer, "PNG")
    _, results = make(tmp_path, buffer.getvalue(), PNG)
    with Image.open(results[Size.LARGE, Format.WEBP]) as result:
        assert result.getpixel((5, 5))[3] == 0
    with Image.open(results[Size.LARGE, Format.JPEG]) as result:
        assert min(result.getpixel((5, 5))) > 250


@few
@given(
    shown_as=st.sampled_from(sorted(TYPES)),
    share=st.floats(0.0, 0.9999),
)
def test_a_truncated_image_is_refused(tmp_path, shown_as, share):
    content = image(shown_as, (300, 200))
    assert refusal_of(tmp_path, content[: int(len(content) * share)], TYPES[shown_as])


@few
@given(shown_as=st.sampled_from(sorted(TYPES)), trailing=st.binary(min_size=1, max_size=200))
def test_what_hides_behind_an_image_does_not_come_through(tmp_path, shown_as, trailing):
    hidden = b"<script>alert(1)</script>" + trailing
    _, results = make(tmp_path, image(shown_as) + hidden, TYPES[shown_as])
    for path in results.values():
        assert hidden not in path.read_bytes()


@few
@given(
    shown_as=st.sampled_from(sorted(TYPES)),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_a_damaged_image_is_refused_or_made_anew_and_never_a_fault(tmp_path, shown_as, changes):
    content = bytearray(image(shown_as, (60, 40)))
    for place, value in changes:
        content[int(place * len(content))] = value
    try:
        made, results = make(tmp_path, bytes(content), TYPES[shown_as])
    except FileRefused:
        return
    assert len(results) == 6
    assert made.width * made.height <= MOST_PIXELS


@few
@given(content=st.binary(max_size=300), shown_as=st.sampled_from(sorted(TYPES)))
def test_what_is_no_image_is_refused(tmp_path, content, shown_as):
    assert refusal_of(tmp_path, content, TYPES[shown_as]) is Refused.UNREADABLE


@pytest.mark.parametrize("shown_as", TYPES)
@pytest.mark.parametrize("claimed", TYPES)
def test_one_type_does_not_pass_for_another(tmp_path, shown_as, claimed):
    content = image(shown_as)
    assert of_content(content) == TYPES[shown_as]
    if claimed != shown_as:
        assert refusal_of(tmp_path, content, TYPES[claimed]) is Refused.UNREADABLE


def png(width, height, data=b""):
    """A PNG that says it is this large."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(data)),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def webp(kind, body):
    """A WebP whose first chunk is this."""
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def test_bombs_are_refused_before_they_are_decoded(tmp_path, monkeypatch):
    jpeg = bytearray(image("JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 60_000)
    far = (16_383).to_bytes(3, "little")
    bombs = (
        (png(30_000, 30_000, bytes(1_000_000)), PNG),
        (png(2**31 - 1, 2**31 - 1), PNG),
        (png(3_000, 2_000), PNG),
        (bytes(jpeg), JPEG),
        (webp(b"VP8X", bytes(4) + far + far), WEBP),
        (webp(b"VP8L", b"\x2f" + (0x3FFF | 0x3FFF << 14).to_bytes(4, "little") + bytes(9)), WEBP),
        (webp(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", 16_383, 16_383)), WEBP),
    )

    def decode(*_):
        raise AssertionError("it was decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)

    for content, file_type in bombs:
        assert refusal_of(tmp_path, content, file_type) in {Refused.TOO_LARGE, Refused.UNREADABLE}
    assert refusal_of(tmp_path, bombs[2][0], PNG) is Refused.TOO_LARGE
    assert refusal_of(tmp_path, bombs[4][0], WEBP) is Refused.TOO_LARGE


def test_only_the_first_picture_of_an_animation_is_kept(tmp_path):
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    _, results = make(tmp_path, buffer.getvalue(), WEBP)
    with Image.open(results[Size.LARGE, Format.WEBP]) as result:
        assert getattr(result, "n_frames", 1) == 1
        assert result.convert("RGB").getpixel((9, 9))[0] > 200


def scanned(times):
    """A progressive JPEG whose last scan comes this many times."""
    content = image("JPEG", progressive=True)
    last, end = content.rindex(b"\xff\xda"), content.rindex(b"\xff\xd9")
    return content[:last] + content[last:end] * times + content[end:]


def test_a_jpeg_that_is_decoded_over_and_over_is_refused(tmp_path, monkeypatch):
    before = image("JPEG", progressive=True).count(b"\xff\xda") - 1
    assert make(tmp_path, scanned(MOST_SCANS - before), JPEG)[0].width == 64
    many = scanned(2 * MOST_SCANS)
    first = many.index(b"\xff\xda", many.index(b"\xff\xda") + 2)
    # No decoder that lost its way goes by the length behind this marker.
    hidden = many[:first] + b"\xff\x02\x7f\xff" + many[first:]
    monkeypatch.setattr(
        "PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("It was decoded.", pytrace=False)
    )
    for content in (many, hidden, scanned(MOST_SCANS - before + 1)):
        assert refusal_of(tmp_path, content, JPEG) is Refused.TOO_LARGE


def entry(tag, kind, count, value):
    return struct.pack("<HHI", tag, kind, count) + value


def exif_of(*entries, tail=b""):
    """The EXIF of an image, entry by entry."""
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + directory + tail


UPRIGHT_WHEN_TURNED = entry(0x0112, 3, 1, struct.pack("<HH", 6, 0))


@pytest.mark.parametrize("shown_as", TYPES)
def test_an_image_is_made_upright_whatever_else_its_exif_holds(tmp_path, shown_as):
    for tag, kind in ((0x0103, 7), (0x010E, 5), (0x011A, 1), (0x0128, 12), (0x8825, 3)):
        other = entry(tag, kind, 1, b"\1\0\0\0")
        exif = exif_of(*sorted([UPRIGHT_WHEN_TURNED, other]))
        made, _ = make(tmp_path, image(shown_as, (8, 6), exif=exif), TYPES[shown_as])
        assert (made.width, made.height) == (6, 8)


@few
@given(content=st.binary(max_size=60), starts_well=st.booleans())
def test_exif_that_is_damaged_does_not_matter(tmp_path, content, starts_well):
    exif = exif_of(UPRIGHT_WHEN_TURNED)[:14] + content if starts_well else b"Exif\0\0" + content
    made, _ = make(tmp_path, image("JPEG", (8, 6), exif=exif), JPEG)
    assert sorted((made.width, made.height)) == [6, 8]


def test_entries_that_share_their_bytes_take_no_memory_each():
    shared = [entry(tag, 1, 60_000, struct.pack("<I", 8)) for tag in range(1_000)]
    content = image("JPEG", exif=exif_of(*shared, tail=bytes(50_000)), comment=SECRET)
    read = read_jpeg(content)
    assert len(read.exif) > 60_000
    assert b"Exif" not in read.plain
    assert SECRET not in read.plain
    assert len(read.plain) < 2_000


def test_a_fault_of_a_decoder_refuses_the_file(tmp_path, monkeypatch):
    def fail(_):
        raise struct.error("a case that nobody thought of")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    assert refusal_of(tmp_path, image("PNG"), PNG) is Refused.UNREADABLE
