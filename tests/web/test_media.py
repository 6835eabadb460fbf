"""Local media over HTTP: only what is signed is taken and given, and never more than announced."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.support.media import announce, image

LARGE = f"{uuid4()}/large.webp"


@pytest.fixture
async def store(services, tmp_path):
    store = services.integrations.media_store
    (tmp_path / "f").write_bytes(b"0123456789")
    await store.put(LARGE, tmp_path / "f", "image/webp")
    yield store
    await store.delete([LARGE])


@pytest.fixture
async def upload(people):
    """Where somebody may send an image, and the image."""
    content = image()
    medium = await announce(await people.join(), content)
    return medium["upload"]["url"], content


async def test_a_file_is_given_so_that_browsers_do_no_harm_with_it(http, store):
    url = store.url(LARGE, datetime.now(UTC))
    response = await http.get(url)
    assert (response.status_code, response.content) == (200, b"0123456789")
    headers = response.headers
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"].startswith("private, max-age=")
    assert "immutable" in headers["Cache-Control"]
    again = await http.head(url)
    assert (again.status_code, again.headers["Content-Length"]) == (200, "10")


async def test_players_may_ask_for_a_part(http, store):
    url = store.url(LARGE, datetime.now(UTC))
    part = await http.get(url, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    beyond = await http.get(url, headers={"Range": "bytes=10-"})
    assert beyond.status_code == 416


async def test_only_addresses_that_are_signed_and_young_give_files(http, store):
    now = datetime.now(UTC)
    url = store.url(LARGE, now)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    other = url.replace("large.webp", "medium.webp")
    for bad in (
        other,
        url.replace(query["expires"], str(int(query["expires"]) + 1)),
        f"{url[:-2]}AA",
        store.url(LARGE, now - timedelta(hours=2)),
        store.url(f"incoming/{uuid4()}", now),
        store.url("../secrets", now),
        store.url(f"{LARGE}/../../../../etc/passwd", now),
    ):
        assert (await http.get(bad)).status_code in {403, 404}, bad
    for bad in (url.partition("?")[0], f"{url}&expires=x"):
        assert (await http.get(bad)).status_code == 422
    assert (await http.get(store.url(f"{uuid4()}/large.jpg", now))).status_code == 404
    assert (await http.put(url, content=b"x")).status_code == 405


async def test_a_file_may_be_sent_again_until_it_is_completed(http, upload, services):
    url, content = upload
    for sent in (b"x" * len(content), content):
        assert (await http.put(url, content=sent)).status_code == 204
    key = urlsplit(url).path.removeprefix("/media/")
    found = await services.integrations.media_store.head(key, len(content))
    assert found.head == content


async def test_nothing_longer_than_announced_is_taken(http, upload, services):
    url, content = upload
    store, read = services.integrations.media_store, []

    async def endless():
        while True:
            read.append(1)
            yield bytes(100_000)
            await asyncio.sleep(0)

    announced = await http.put(url, content=content + b"x")
    assert (announced.status_code, announced.headers["Connection"]) == (413, "close")
    folder = store.root / "incoming"
    before = set(folder.iterdir()) if folder.exists() else set()
    assert (await http.put(url, content=endless())).status_code == 413
    assert set(folder.iterdir()) == before
    assert len(read) < 5


async def test_a_file_comes_once_at_a_time(http, upload):
    url, content = upload
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow():
        begun.set()
        yield content[:10]
        await go_on.wait()
        yield content[10:]

    first = asyncio.create_task(http.put(url, content=slow()))
    await begun.wait()
    # What a client sends is read after its place is taken.
    assert (await http.put(url, content=content)).status_code == 409
    go_on.set()
    assert (await first).status_code == 204
    assert (await http.put(url, content=content)).status_code == 204


async def test_what_a_killed_process_left_goes_with_its_file(store):
    key = f"incoming/{uuid4()}"
    folder = store.path(key).parent
    folder.mkdir(parents=True, exist_ok=True)
    old, young = (folder / f".coming-{store.path(key).name}-{name}" for name in ("old", "young"))
    for left in (old, young):
        left.write_bytes(b"a part")
    os.utime(old, (0, 0))
    await store.delete([key])
    assert [left.exists() for left in (old, young)] == [False, True]
    young.unlink()


async def test_an_address_that_calls_too_often_sends_nothing(serve):
    async with serve(requests_per_minute_per_address=2) as http:
        for path in (
            f"/media/incoming/{uuid4()}?size=1&expires=1&signature=x",
            "/unsubscribe?token=x",
        ):
            send = http.put if path.startswith("/media") else http.post
            statuses = [(await send(path)).status_code for _ in range(4)]
            assert statuses[-1] == 429
            assert "Retry-After" in (await send(path)).headers


async def test_only_who_was_allowed_sends_a_file(http, upload, services):
    url, content = upload
    size = f"size={len(content)}"
    for bad in (
        url.replace(size, f"size={len(content) + 1}"),
        f"{url[:-2]}AA",
        url.replace("/incoming/", f"/incoming/{uuid4()}?"),
        url.replace(urlsplit(url).path, f"/media/incoming/{uuid4()}"),
    ):
        assert (await http.put(bad, content=content)).status_code in {403, 422}, bad
    async with services.database.write() as tx:
        await tx.connection.execute("UPDATE media SET state = 'processing'")
    assert (await http.put(url, content=content)).status_code == 409


async def test_pages_of_the_app_may_send_and_read(http, upload):
    url, _ = upload
    origin = "http://localhost:3000"
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    preflight = await http.options(
        url, headers={**asked, "Access-Control-Request-Headers": "content-type"}
    )
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    foreign = await http.options(url, headers={**asked, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in foreign.headers
