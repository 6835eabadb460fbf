"""Jobs about media: what is uploaded becomes safe and shown, or is refused; the rest is deleted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from PIL import Image

from domain import media as verbs
from domain import media_files
from integrations.content_safety import NullContentSafety
from integrations.virus_scan import NullVirusScan, VirusScanUnavailable
from persistence import models
from resolvers import ids
from tests.support.conversations import global_id, matched
from tests.support.live import until_so
from tests.support.media import image, photographed, ready, sent, uploaded
from tests.support.people import PASSWORD
from tests.support.videos import video
from workers import media
from workers.celery_app import runtime

ONE = """query ($id: ID!) { media(id: $id) {
  state refusal width height durationSeconds placeholder large: url(size: LARGE)
  jpeg: url(size: THUMBNAIL, format: JPEG) } }"""


@pytest.fixture
def resources(services):
    """What the jobs work with."""
    return SimpleNamespace(
        database=services.database,
        settings=services.settings,
        integrations=services.integrations,
    )


@pytest.fixture
def run(monkeypatch):
    """Runs a job once, on the loop of the test."""
    jobs = []
    monkeypatch.setattr(runtime, "run", lambda *asked: jobs.append(asked))

    async def run(resources, task, **body):
        task(*(["fact", body] if body else []))
        ((job, *arguments),) = jobs
        jobs.clear()
        await job(resources, *arguments)

    return run


def with_integrations(resources, **others):
    changed = replace(resources.integrations, **others)
    return SimpleNamespace(**{**vars(resources), "integrations": changed})


async def process(resources, run, media_id):
    await run(resources, media.process_media, media_id=str(key_of(media_id)))


def key_of(media_id):
    return ids.decode(media_id, "Media")


async def incoming_of(resources, media_id):
    key = media_files.incoming(key_of(media_id))
    return await resources.integrations.media_store.head(key, 1)


async def shown(person, media_id):
    return (await person.api.ask(ONE, id=media_id))["media"]


async def files_of(resources, media_id):
    store = resources.integrations.media_store
    keys = media_files.all_of(key_of(media_id))
    return [key for key in keys if await store.head(key, 1)]


async def test_an_image_is_made_safe_and_shown(people, resources, run, http, tmp_path):
    ada = await people.join()
    exif = Image.Exif()
    exif[0x010E] = "GPS of Ada"
    media_id = await uploaded(ada, image("JPEG", (900, 600), exif=exif) + b"<script>")
    for _ in range(2):  # twice as well as once
        await process(resources, run, media_id)
    medium = await shown(ada, media_id)
    assert (medium["state"], medium["width"], medium["height"]) == ("READY", 900, 600)
    assert medium["placeholder"].startswith("data:image/webp;base64,")
    for name, media_type in (("large", "image/webp"), ("jpeg", "image/jpeg")):
        response = await http.get(medium[name])
        assert response.headers["Content-Type"] == media_type
        assert b"GPS" not in response.content
        assert b"<script>" not in response.content
        (tmp_path / name).write_bytes(response.content)
        with Image.open(tmp_path / name) as result:
            assert max(result.size) == (900 if name == "large" else 200)
    assert await incoming_of(resources, media_id) is None
    assert len(await files_of(resources, media_id)) == 6


async def test_a_video_keeps_its_duration(people, resources, run, http):
    ada = await people.join()
    content = video()
    media_id = await uploaded(ada, content, "video/mp4")
    await process(resources, run, media_id)
    medium = await shown(ada, media_id)
    assert (medium["state"], medium["durationSeconds"]) == ("READY", 2.5)
    assert medium["placeholder"] is None
    part = await http.get(medium["large"], headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")


class Found(NullVirusScan):
    async def is_clean(self, path):
        return False


class Away(NullVirusScan):
    async def is_clean(self, path):
        raise VirusScanUnavailable("away")


class Unsafe(NullContentSafety):
    async def is_safe(self, path, media_type):
        return False


@pytest.mark.parametrize(
    "bad",
    [
        (image()[:-200], {}, "UNREADABLE"),
        (image("JPEG", (64, 48)), {"virus_scan": Found()}, "INFECTED"),
        (image("JPEG", (64, 48)), {"content_safety": Unsafe()}, "UNSAFE"),
    ],
)
async def test_a_bad_file_is_refused_and_no_photo(people, resources, run, bad):
    content, others, why = bad
    ada = await people.join()
    media_id = await uploaded(ada, content)
    await ada.api.done("addPhoto", mediaId=media_id)
    await process(with_integrations(resources, **others), run, media_id)
    medium = await shown(ada, media_id)
    assert (medium["state"], medium["refusal"], medium["large"]) == ("REFUSED", why, None)
    photos = await ada.api.ask("{ viewer { profile { photos { id } } } }")
    assert photos["viewer"]["profile"]["photos"] == []
    assert await files_of(resources, media_id) == []


async def test_an_image_with_too_many_pixels_is_refused(people, resources, run):
    ada = await people.join()
    media_id = await uploaded(ada, image("PNG", (200, 200)), "image/png")
    resources.settings = resources.settings.model_copy(update={"max_image_pixels": 39_999})
    await process(resources, run, media_id)
    assert (await shown(ada, media_id))["refusal"] == "TOO_LARGE"


async def test_nothing_is_shown_while_nobody_can_look_through_it(people, resources, run):
    ada = await people.join()
    media_id = await uploaded(ada)
    with pytest.raises(VirusScanUnavailable):
        await process(with_integrations(resources, virus_scan=Away()), run, media_id)
    assert (await shown(ada, media_id))["state"] == "PROCESSING"
    await process(resources, run, media_id)
    assert (await shown(ada, media_id))["state"] == "READY"


async def test_a_medium_that_is_deleted_meanwhile_leaves_no_files(people, resources, run):
    ada = await people.join()
    media_id = await uploaded(ada)

    class Slow(NullContentSafety):
        async def is_safe(self, path, media_type):
            await ada.api.done("deleteMedia", mediaId=media_id)
            return True

    await process(with_integrations(resources, content_safety=Slow()), run, media_id)
    assert await files_of(resources, media_id) == []
    assert await shown(ada, media_id) is None


async def test_a_deleted_photo_loses_its_files_at_once(people, database, resources, run):
    ada = await people.join()
    media_id = await uploaded(ada)
    await process(resources, run, media_id)
    await ada.api.done("addPhoto", mediaId=media_id)
    kept = await photographed(database, await people.join())
    async with database.write() as tx:
        both = [key_of(media_id), key_of(kept[0])]
        verbs.release(tx, media_ids=both)
    named = [str(key) for key in both]
    await run(resources, media.drop_released, media_ids=named)
    assert len(await files_of(resources, media_id)) == 6
    await photographed_elsewhere(database, ada)
    await ada.api.done("deletePhoto", mediaId=media_id)
    await run(resources, media.drop_released, media_ids=named)
    assert await files_of(resources, media_id) == []
    assert await shown(ada, media_id) is None
    assert (await shown(ada, kept[0]))["state"] == "READY"


async def test_attachments_lose_their_files_with_their_message_or_their_account(
    people, database, resources, run
):
    ada, bob = await people.join(), await people.join()
    key = global_id(await matched(database, ada.key, bob.key))
    first, second = await uploaded(ada), await uploaded(ada)
    for media_id in (first, second):
        await process(resources, run, media_id)
    messages = [
        (
            await ada.api.done(
                "sendMessage", "sentMessage { id }", conversationId=key, mediaIds=[media_id]
            )
        )["sentMessage"]["id"]
        for media_id in (first, second)
    ]
    named = [str(key_of(media_id)) for media_id in (first, second)]
    await ada.api.done("deleteMessage", messageId=messages[0])
    await run(resources, media.drop_released, media_ids=named)
    assert await files_of(resources, first) == []
    assert len(await files_of(resources, second)) == 6
    assert (await shown(bob, second))["large"] is not None
    await ada.api.done("deleteAccount", password=PASSWORD)
    await run(resources, media.drop_files_of_account, account_id=str(ada.key))
    assert await files_of(resources, second) == []
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM message_media") == 0


async def photographed_elsewhere(database, person):
    """Give somebody another photo, so that they may delete one."""
    key = await ready(database, person)
    async with database.write() as tx:
        await tx.add(models.Photo, media_id=key, profile_id=person.key, position=9)


async def test_whoever_leaves_takes_their_files_along(people, database, resources, run):
    ada, bob = await people.join(), await people.join()
    mine, others = await uploaded(ada), await uploaded(bob)
    for media_id in (mine, others):
        await process(resources, run, media_id)
    late = await sent(ada, image())
    await ada.api.done("deleteAccount", password=PASSWORD)
    await run(resources, media.drop_files_of_account, account_id=str(ada.key))
    assert await files_of(resources, mine) == await files_of(resources, late) == []
    assert len(await files_of(resources, others)) == 6
    # What may still come is deleted by a later run, and then nothing is known of it any more.
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT uploader_id FROM media WHERE uploader_id IS NULL")
        assert len(rows) == 2
        await tx.connection.execute("UPDATE media SET upload_expires_at = now() - interval '1 s'")
    await run(resources, media.collect_media)
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM media") == 1


async def test_what_hangs_on_nothing_is_collected_after_a_day(people, database, resources, run):
    ada = await people.join()
    old, young = await uploaded(ada), await uploaded(ada)
    (photo,) = await photographed(database, ada)
    for media_id in (old, young):
        await process(resources, run, media_id)
    never_sent = await ready(database, ada, state="awaiting", width=None, height=None)
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE media SET created_at = $1, upload_expires_at = $1 WHERE media_id <> $2",
            long_ago,
            key_of(young),
        )
    await run(resources, media.collect_media)
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT media_id FROM media")
    assert {row["media_id"] for row in rows} == {key_of(young), key_of(photo)}
    assert never_sent not in {row["media_id"] for row in rows}
    assert await files_of(resources, old) == []
    assert len(await files_of(resources, young)) == 6


async def test_a_file_that_comes_again_is_deleted_once_it_can_come_no_more(
    people, database, resources, run, tmp_path
):
    ada = await people.join()
    media_id = await uploaded(ada)
    await process(resources, run, media_id)
    (tmp_path / "again").write_bytes(b"again")
    incoming = media_files.incoming(key_of(media_id))
    await resources.integrations.media_store.put(incoming, tmp_path / "again", "image/jpeg")
    async with database.write() as tx:
        await tx.connection.execute("UPDATE media SET upload_expires_at = now() - interval '1 s'")
    await run(resources, media.collect_media)
    assert await incoming_of(resources, media_id) is None
    assert (await shown(ada, media_id))["state"] == "READY"


async def test_the_whole_way_from_the_phone_to_the_profile(people, running, http):
    ada, bob = await people.join(), await people.join()
    async with running():
        media_id = await uploaded(ada, image("WEBP", (300, 400)), "image/webp")
        await ada.api.done("addPhoto", mediaId=media_id)

        async def photo():
            query = "query ($id: ID!) { profile(id: $id) { photo { id url width height } } }"
            return (await bob.api.ask(query, id=ada.id))["profile"]["photo"]

        async def is_shown():
            return await photo() is not None

        await until_so(is_shown, True)
        found = await photo()
    assert (found["id"], found["width"], found["height"]) == (media_id, 300, 400)
    assert (await http.get(found["url"])).status_code == 200
