"""Stores of media: all keep files alike, and take and give only what is signed."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from integrations.cloudinary_media import CloudinaryMedia
from integrations.local_media import LocalMedia
from integrations.media_store import MediaStoreUnavailable, expiry
from integrations.s3_media import S3Media
from tests.support.media_servers import BUCKET, CLOUD, KEY, KEY_ID, REGION, S3, Cloudinary

LASTS = timedelta(minutes=60)
LARGE = bytes(range(256)) * 10_000


def s3_at(address):
    return S3Media(
        bucket=BUCKET, region=REGION, key_id=KEY_ID, key=KEY, endpoint_url=address, lasts=LASTS
    )


def cloudinary_at(address):
    return CloudinaryMedia(cloud_name=CLOUD, key_id=KEY_ID, key=KEY, lasts=LASTS, api=address)


@pytest.fixture(scope="module")
def s3():
    with S3() as server:
        server.store = s3_at(server.address)
        yield server


@pytest.fixture(scope="module")
def cloudinary():
    with Cloudinary() as server:
        server.store = cloudinary_at(server.address)
        yield server


@pytest.fixture(params=["s3", "cloudinary"])
def remote(request):
    """A server and the store that speaks with it."""
    server = request.getfixturevalue(request.param)
    server.files.clear()
    yield server
    server.is_away = False


@pytest.fixture(params=["local", "s3", "cloudinary"])
def store(request, tmp_path):
    if request.param == "local":
        return LocalMedia(tmp_path / "media", address="http://x", secret=b"s" * 32, lasts=LASTS)
    server = request.getfixturevalue(request.param)
    server.files.clear()
    return server.store


async def send(upload, content, **fields):
    async with httpx.AsyncClient() as http:
        return await http.post(
            upload.url, data={**upload.fields, **fields}, files={"file": ("f", content)}
        )


async def read(url):
    async with httpx.AsyncClient() as http:
        return await http.get(url)


async def test_files_are_kept_looked_at_copied_and_deleted(store, tmp_path):
    path, copy = tmp_path / "file", tmp_path / "copy"
    assert await store.head("1/large.webp", 4) is None
    assert await store.fetch("1/large.webp", copy, 10) is False
    for content in (b"first", LARGE):  # the second takes the place of the first
        path.write_bytes(content)
        await store.put("1/large.webp", path, "image/webp")
    found = await store.head("1/large.webp", 4)
    assert (found.size_bytes, found.head) == (len(LARGE), LARGE[:4])
    assert await store.fetch("1/large.webp", copy, len(LARGE))
    assert copy.read_bytes() == LARGE
    assert await store.fetch("1/large.webp", copy, 1_000)
    assert copy.stat().st_size > 1_000
    await store.delete(["1/large.webp", "1/nothing", "incoming/2"])
    assert await store.head("1/large.webp", 4) is None


async def test_what_is_signed_is_taken_and_given(remote):
    store, now = remote.store, datetime.now(UTC)
    upload = store.new_upload(
        "incoming/1", media_type="image/png", size_bytes=5, expires_at=now + timedelta(minutes=9)
    )
    assert upload.method == "POST"
    assert (await send(upload, b"bytes")).status_code in {200, 204}
    assert (await store.head("incoming/1", 9)).head == b"bytes"
    url = store.url("incoming/1", now)
    assert (await read(url)).content == b"bytes"
    assert store.url("incoming/1", now) == url
    forged = url.replace("incoming", "1")
    assert (await read(forged)).status_code in {401, 403, 404}
    assert (await read(f"{url[:-3]}000")).status_code in {401, 403}
    late = store.url("incoming/1", now - timedelta(hours=2))
    assert (await read(late)).status_code in {401, 403}


async def test_what_is_not_signed_is_not_taken(remote):
    expires = datetime.now(UTC) + timedelta(minutes=9)
    upload = remote.store.new_upload(
        "incoming/1", media_type="image/png", size_bytes=5, expires_at=expires
    )
    other = "key" if "key" in upload.fields else "public_id"
    assert (await send(upload, b"bytes", **{other: "1/large.webp"})).status_code in {401, 403}
    other = "x-amz-signature" if other == "key" else "signature"
    assert (await send(upload, b"bytes", **{other: "0" * 40})).status_code in {401, 403}
    assert remote.files == {}


async def test_s3_takes_exactly_what_was_announced(s3):
    s3.files.clear()
    expires = datetime.now(UTC) + timedelta(minutes=9)
    given = {"media_type": "image/png", "size_bytes": 5, "expires_at": expires}
    upload = s3.store.new_upload("incoming/1", **given)
    for content in (b"four", b"longer"):
        assert (await send(upload, content)).status_code == 400
    other = {"Content-Type": "text/html"}
    assert (await send(upload, b"bytes", **other)).status_code == 403
    assert s3.files == {}


async def test_s3_keeps_what_browsers_must_know(s3, tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    await s3.store.put("1/large.webp", tmp_path / "f", "image/webp")
    _, headers = s3.files["1/large.webp"]
    assert headers["Content-Type"] == "image/webp"
    assert "immutable" in headers["Cache-Control"]


def test_addresses_of_s3_are_those_of_the_sdk(s3):
    now = datetime.now(UTC)
    for store in (s3.store, s3_at(None)):
        ours = store.url("1 b/lärge~.webp", now)
        theirs = store._client.generate_presigned_url(
            "get_object", Params=store._at("1 b/lärge~.webp"), ExpiresIn=3600
        )
        assert ours.partition("?")[0] == theirs.partition("?")[0]
        named = [
            [part.partition("=")[0] for part in url.partition("?")[2].split("&")]
            for url in (ours, theirs)
        ]
        assert named[0] == named[1]


async def test_what_came_once_stays_at_cloudinary_and_comes_in_time(cloudinary):
    cloudinary.files.clear()
    before = datetime.now(UTC) - timedelta(minutes=1)
    stale = cloudinary.store.new_upload(
        "incoming/2", media_type="image/png", size_bytes=5, expires_at=before
    )
    assert (await send(stale, b"bytes")).status_code == 400
    expires = datetime.now(UTC) + timedelta(minutes=9)
    upload = cloudinary.store.new_upload(
        "incoming/1", media_type="image/png", size_bytes=5, expires_at=expires
    )
    for content in (b"first", b"other"):
        assert (await send(upload, content)).status_code == 200
    assert cloudinary.files["incoming/1"][0] == b"first"


async def test_a_store_that_is_away_is_told_without_keys(remote, tmp_path):
    remote.is_away = True
    store = remote.store
    (tmp_path / "f").write_bytes(b"x")
    for call in (
        lambda: store.head("1", 1),
        lambda: store.fetch("1", tmp_path / "copy", 1),
        lambda: store.put("1", tmp_path / "f", "image/png"),
        lambda: store.delete(["1"]),
    ):
        with pytest.raises(MediaStoreUnavailable) as caught:
            await call()
        assert KEY not in str(caught.value)


def test_an_address_lives_for_half_an_hour_to_an_hour_and_stays_the_same_for_half_of_it():
    start = datetime(2030, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(seconds=seconds) for seconds in range(0, 7_200, 7)]
    lives = [expiry(now, LASTS) - now.timestamp() for now in moments]
    assert 1_800 < min(lives) < max(lives) <= 3_600
    assert len({expiry(now, LASTS) for now in moments}) == 4
