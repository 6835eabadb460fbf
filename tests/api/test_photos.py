"""Photos through the API: added, reordered, deleted, seen by others, and never too many."""

import asyncio

import pytest

from persistence import models
from tests.support.contents import unchanged
from tests.support.media import global_id, photographed, ready, uploaded
from tests.support.statements import statements_of

PROFILE = "profile { photos { id state } photo { id } }"
OF = "query ($id: ID!) { profile(id: $id) { photos { id url(size: LARGE) } photo { id } } }"


async def photos_of(person, viewer=None):
    shown = await (viewer or person).api.ask(OF, id=person.id)
    photos = [photo["id"] for photo in shown["profile"]["photos"]]
    first = shown["profile"]["photo"]
    assert (first["id"] if first else None) == (photos[0] if photos else None)
    return photos


async def test_photos_are_shown_in_the_order_in_which_they_were_added(people, database):
    ada, bob = await people.join(), await people.join()
    assert await photos_of(ada, bob) == []
    added = [global_id(await ready(database, ada)) for _ in range(3)]
    for n, photo in enumerate(added, 1):
        for _ in range(2):  # to add it again changes nothing
            answer = await ada.api.done("addPhoto", PROFILE, mediaId=photo)
        assert [each["id"] for each in answer["profile"]["photos"]] == added[:n]
    assert await photos_of(ada, bob) == added


async def test_photos_are_reordered_exactly(people, database):
    ada, bob = await people.join(), await people.join()
    photos = await photographed(database, ada, 4)
    wanted = [photos[n] for n in (2, 0, 3, 1)]
    answer = await ada.api.done("reorderPhotos", PROFILE, mediaIds=wanted)
    assert [each["id"] for each in answer["profile"]["photos"]] == wanted
    assert await photos_of(ada, bob) == wanted
    async with unchanged(database):
        for wrong, code in (
            (wanted[:3], "MISSING"),
            ([*wanted, wanted[0]], "DUPLICATE"),
            ([wanted[0]] * 4, "DUPLICATE"),
            ([], "MISSING"),
        ):
            (field,) = (await ada.api.do("reorderPhotos", mediaIds=wrong))["fields"]
            assert (field["path"], field["code"]) == ("mediaIds", code), wrong


async def test_a_profile_has_at_most_nine_photos_even_when_many_come_at_once(people, database):
    ada = await people.join()
    await photographed(database, ada, 7)
    waiting = [global_id(await ready(database, ada)) for _ in range(4)]
    answers = await asyncio.gather(*(ada.api.do("addPhoto", mediaId=photo) for photo in waiting))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["AddPhotoSuccess"] * 2 + ["LimitReached"] * 2
    assert len(await photos_of(ada)) == 9
    async with unchanged(database):
        refused = next(n for n, each in enumerate(answers) if each["__typename"] == "LimitReached")
        answer = await ada.api.do("addPhoto", mediaId=waiting[refused])
    assert answer["code"] == "PHOTO_LIMIT_REACHED"


async def test_who_is_seen_keeps_a_photo_even_when_two_are_deleted_at_once(people, database):
    ada = await people.join()
    photos = await photographed(database, ada, 2)
    answers = await asyncio.gather(*(ada.api.do("deletePhoto", mediaId=photo) for photo in photos))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["DeletePhotoSuccess", "NotAllowed"]
    (left,) = await photos_of(ada)
    async with unchanged(database):
        answer = await ada.api.do("deletePhoto", mediaId=left)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "PHOTO_NEEDED")


async def test_who_is_not_seen_yet_may_delete_every_photo(people, database):
    new = await people.join(onboarded=False)
    (photo,) = await photographed(database, new)
    answer = await new.api.done("deletePhoto", PROFILE, mediaId=photo)
    assert answer["profile"] == {"photos": [], "photo": None}
    again = await new.api.do("deletePhoto", mediaId=photo)
    assert (again["__typename"], again["code"]) == ("NotFound", "MEDIA_NOT_FOUND")


async def test_a_photo_that_is_being_checked_is_its_owners_alone(people):
    ada, bob = await people.join(), await people.join()
    photo = await uploaded(ada)
    answer = await ada.api.done("addPhoto", PROFILE, mediaId=photo)
    assert answer["profile"] == {"photos": [{"id": photo, "state": "PROCESSING"}], "photo": None}
    assert await photos_of(ada, bob) == []


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"state": "awaiting"}, "NotFound"),
        ({"state": "refused", "refusal": "infected"}, "NotFound"),
        ({"kind": "video", "media_type": "video/mp4"}, "InvalidInput"),
    ],
)
async def test_only_images_that_have_come_become_photos(people, database, columns, kind):
    ada = await people.join()
    media_id = global_id(await ready(database, ada, **columns))
    async with unchanged(database):
        assert (await ada.api.do("addPhoto", mediaId=media_id))["__typename"] == kind


async def test_nobody_touches_the_photos_of_others(people, database):
    ada, eve = await people.join(), await people.join()
    first, second = await photographed(database, ada, 2)
    async with unchanged(database):
        for mutation, given in (
            ("addPhoto", {"mediaId": first}),
            ("deletePhoto", {"mediaId": first}),
            ("reorderPhotos", {"mediaIds": [second, first]}),
        ):
            answer = await eve.api.do(mutation, **given)
            assert (answer["__typename"], answer["code"]) == ("NotFound", "MEDIA_NOT_FOUND")


async def test_a_block_hides_photos_both_ways(people, database):
    ada, bob = await people.join(), await people.join()
    for person in (ada, bob):
        await photographed(database, person)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=ada.key, blocked_id=bob.key)
    for person, other in ((ada, bob), (bob, ada)):
        assert (await person.api.ask(OF, id=other.id))["profile"] is None
        assert len(await photos_of(person)) == 1


async def test_photos_of_any_number_of_people_take_the_same_statements(people, database):
    ada = await people.join()
    crowd = [await people.join() for _ in range(6)]
    for n, person in enumerate(crowd):
        await photographed(database, person, n + 1)
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Profile {
      photo { url } photos { url placeholder } } } }"""
    few = await statements_of(ada.api.ask(query, ids=[crowd[0].id]))
    many = await statements_of(ada.api.ask(query, ids=[person.id for person in crowd]))
    assert sorted(few) == sorted(many) != []
