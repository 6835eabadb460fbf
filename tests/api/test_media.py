"""Media through the API: announced, sent, completed, seen by whom it concerns, and deleted."""

import io

import pytest
from starlette.datastructures import UploadFile

from domain import media_files
from domain.refusals import InvalidInput
from persistence import models
from resolvers.media import upload_media
from tests.support.contents import unchanged
from tests.support.live_events import context_of
from tests.support.media import (
    announce,
    global_id,
    image,
    photographed,
    post_form,
    ready,
    send,
    sent,
    uploaded,
)

MEDIA = "media { id state kind mediaType sizeBytes url upload { url } }"
ONE = "query ($id: ID!) { media(id: $id) { id state url } node(id: $id) { id } }"
UPLOAD_FORM = """
mutation ($input: UploadMediaInput!) { uploadMedia(input: $input) { __typename
  ... on UploadMediaSuccess { media { id state mediaType sizeBytes } }
  ... on Refusal { code } } }
"""


@pytest.fixture
def store(services):
    return services.integrations.media_store


async def seen(person, media_id):
    answer = await person.api.ask(ONE, id=media_id)
    assert (answer["media"] is None) == (answer["node"] is None)
    return answer["media"]


async def test_a_retry_of_what_announced_a_file_that_is_deleted_since_finds_none(people):
    ada = await people.join()
    given = {"mediaType": "image/jpeg", "sizeBytes": 9, "clientMutationId": "k"}
    medium = (await ada.api.done("createUpload", MEDIA, **given))["media"]
    assert (await ada.api.done("createUpload", MEDIA, **given))["media"]["id"] == medium["id"]
    await ada.api.done("deleteMedia", mediaId=medium["id"])
    answer = await ada.api.do("createUpload", **given)
    assert (answer["__typename"], answer["code"]) == ("NotFound", "MEDIA_NOT_FOUND")


async def test_a_file_is_announced_sent_and_completed_once(people, database, store):
    ada = await people.join()
    content = image()
    medium = await announce(ada, content)
    assert (medium["state"], medium["kind"]) == ("AWAITING", "IMAGE")
    assert (await send(ada.api.http, medium["upload"], content)).status_code == 204
    for _ in range(2):
        answer = await ada.api.done("completeUpload", MEDIA, mediaId=medium["id"])
        assert answer["media"] == {
            "id": medium["id"],
            "state": "PROCESSING",
            "kind": "IMAGE",
            "mediaType": "image/jpeg",
            "sizeBytes": len(content),
            "url": None,
            "upload": None,
        }
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT kind FROM facts")
    assert [row["kind"] for row in rows] == ["MediaUploaded"]
    again = await send(ada.api.http, medium["upload"], content)
    assert (again.status_code, "not awaited" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("media_type", "size_bytes", "fields"),
    [
        ("image/gif", 100, ["mediaType"]),
        ("IMAGE/JPEG", 100, ["mediaType"]),
        ("text/html", 0, ["mediaType", "sizeBytes"]),
        ("image/png", -1, ["sizeBytes"]),
        ("video/mp4", 10_000_001, ["sizeBytes"]),
    ],
)
async def test_what_may_not_be_uploaded_is_not_announced(
    people, database, media_type, size_bytes, fields
):
    ada = await people.join()
    async with unchanged(database):
        answer = await ada.api.do("createUpload", mediaType=media_type, sizeBytes=size_bytes)
    assert [field["path"] for field in answer["fields"]] == fields


async def test_who_hoards_uploads_must_use_them_first(people, database):
    ada = await people.join()
    await photographed(database, ada, 3)
    for _ in range(49):
        await ready(database, ada)
    call = {"mediaType": "image/png", "sizeBytes": 10}
    await ada.api.done("createUpload", **call)
    async with unchanged(database):
        answer = await ada.api.do("createUpload", **call)
    assert (answer["__typename"], answer["code"]) == ("LimitReached", "UPLOAD_LIMIT_REACHED")


async def test_an_upload_that_has_not_come_whole_is_not_completed(people, database, store):
    ada = await people.join()
    medium = await announce(ada, image())
    for content in (None, image()[:-1]):
        if content is not None:
            assert (await send(ada.api.http, medium["upload"], content)).status_code == 204
        async with unchanged(database):
            answer = await ada.api.do("completeUpload", mediaId=medium["id"])
        assert (answer["__typename"], answer["code"]) == ("Conflict", "UPLOAD_INCOMPLETE")


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script>", image("PNG"), b"GIF89a" + bytes(50), b"\xff\xd8", b"x"],
)
async def test_a_file_is_what_its_content_says(people, database, content):
    ada = await people.join()
    media_id = await sent(ada, content)
    async with unchanged(database):
        answer = await ada.api.do("completeUpload", mediaId=media_id)
    assert [field["path"] for field in answer["fields"]] == ["mediaId"]
    assert (await seen(ada, media_id))["state"] == "AWAITING"


async def test_only_the_uploader_completes_and_deletes(people, database):
    ada, eve = await people.join(), await people.join()
    media_id = await sent(ada, image())
    async with unchanged(database):
        for mutation in ("completeUpload", "deleteMedia"):
            answer = await eve.api.do(mutation, mediaId=media_id)
            assert (answer["__typename"], answer["code"]) == ("NotFound", "MEDIA_NOT_FOUND")
    assert await seen(eve, media_id) is None


async def test_a_medium_is_seen_where_it_hangs_by_those_who_see_that(people, database):
    ada, bob, eve = [await people.join() for _ in range(3)]
    loose = global_id(await ready(database, ada))
    (photo,) = await photographed(database, ada)
    assert (await seen(ada, loose))["url"] is not None
    assert await seen(bob, loose) is None
    assert (await seen(bob, photo))["url"] is not None
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=eve.key)
    assert await seen(eve, photo) is None
    async with database.write() as tx:
        await tx.connection.execute("UPDATE media SET state = 'processing'")
    assert await seen(bob, photo) is None
    assert (await seen(ada, photo))["url"] is None


async def test_what_is_used_nowhere_can_be_deleted(people, database):
    ada = await people.join()
    loose = await uploaded(ada)
    answer = await ada.api.done("deleteMedia", "deletedMediaId", mediaId=loose)
    assert answer["deletedMediaId"] == loose
    assert await seen(ada, loose) is None
    assert (await ada.api.do("deleteMedia", mediaId=loose))["code"] == "MEDIA_NOT_FOUND"
    (photo,) = await photographed(database, ada)
    async with unchanged(database):
        answer = await ada.api.do("deleteMedia", mediaId=photo)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "MEDIA_IN_USE")


async def test_people_list_their_own_uploads_newest_first(people, database):
    ada = await people.join()
    made = [global_id(await ready(database, ada)) for _ in range(3)]
    query = "{ viewer { media(first: 2) { totalCount nodes { id } pageInfo { hasNextPage } } } }"
    listed = (await ada.api.ask(query))["viewer"]["media"]
    assert [node["id"] for node in listed["nodes"]] == made[:0:-1]
    assert (listed["totalCount"], listed["pageInfo"]["hasNextPage"]) == (3, True)


async def test_a_small_file_comes_with_the_request(people, database, store):
    ada = await people.join()
    content = image("PNG")
    calls = [
        await post_form(
            ada.api,
            UPLOAD_FORM,
            {"input": {"file": None, "clientMutationId": "m"}},
            {"variables.input.file": content},
        )
        for _ in range(2)
    ]
    first, again = (call.json()["data"]["uploadMedia"] for call in calls)
    assert first == again
    assert first["media"]["state"] == "PROCESSING"
    assert (first["media"]["mediaType"], first["media"]["sizeBytes"]) == ("image/png", len(content))
    async with database.write() as tx:
        row = await tx.connection.fetchrow("SELECT * FROM media WHERE state = 'processing'")
    stored = await store.head(media_files.incoming(row["media_id"]), len(content))
    assert stored.head == content


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"x" * 1000])
async def test_a_form_with_another_file_is_refused(people, database, content):
    ada = await people.join()
    async with unchanged(database):
        response = await post_form(
            ada.api, UPLOAD_FORM, {"input": {"file": None}}, {"variables.input.file": content}
        )
    assert response.json()["data"]["uploadMedia"]["__typename"] == "InvalidInput"


async def test_a_form_with_a_file_that_is_too_large_is_refused_by_its_name(people, services):
    ada = await people.join()
    most = services.settings.max_upload_bytes
    file = UploadFile(io.BytesIO(image("PNG")), size=most + 1)
    with pytest.raises(InvalidInput) as refused:
        await upload_media(context_of(services, ada), file=file)
    assert [field.path for field in refused.value.fields] == ["file"]


async def test_nobody_uploads_signed_out(api):
    answer = await api.send(
        'mutation { createUpload(input: {mediaType: "image/png", sizeBytes: 1}) { __typename } }'
    )
    assert answer.codes == ["UNAUTHENTICATED"]
    response = await post_form(
        api, UPLOAD_FORM, {"input": {"file": None}}, {"variables.input.file": image()}
    )
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
