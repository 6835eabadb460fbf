"""Devices through the API: one token for each session, and one session for each token."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain import devices
from persistence import models
from resolvers import ids
from tests.support.client import Api

TOKEN = "fcm-token-of-a-phone"
OTHER = "fcm-token-of-another"
APPLES = "0A" * 32
ALL = "device { id platform provider isCurrent session { isCurrent } }"
MINE = "{ viewer { devices { totalCount nodes { id platform provider isCurrent } } } }"


async def register(person, token=TOKEN, platform="ANDROID", **more):
    answer = await person.api.done("registerDevice", ALL, token=token, platform=platform, **more)
    return answer["device"]


async def devices_of(person):
    return (await person.api.ask(MINE))["viewer"]["devices"]["nodes"]


async def tokens(database):
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT token, profile_id FROM devices")
    return {row["token"]: row["profile_id"] for row in rows}


async def second_session(services, person):
    """The same person, signed in on another device."""
    async with services.database.write() as tx:
        session = await tx.add(
            models.Session,
            account_id=person.key,
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
    api = Api(person.api.http, services.tokens.access_token(session))
    return session, api


async def test_a_device_is_registered_and_found(people):
    ada, bob = await people.join(), await people.join()
    device = await register(ada)
    assert device["session"] == {"isCurrent": True}
    (listed,) = await devices_of(ada)
    assert listed == {
        "id": device["id"],
        "platform": "ANDROID",
        "provider": "FCM",
        "isCurrent": True,
    }
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert (await ada.api.ask(node, id=device["id"]))["node"] == {"id": device["id"]}
    assert (await bob.api.ask(node, id=device["id"]))["node"] is None
    assert await devices_of(bob) == []


@pytest.mark.parametrize(
    ("platform", "said", "token", "provider"),
    [
        ("IOS", {}, APPLES, "APNS"),
        ("IOS", {"provider": "FCM"}, TOKEN, "FCM"),
        ("WEB", {}, TOKEN, "FCM"),
    ],
)
async def test_the_provider_follows_from_the_platform_unless_said(
    *, people, database, platform, said, token, provider
):
    ada = await people.join()
    assert (await register(ada, token, platform, **said))["provider"] == provider
    assert token.lower() in {each.lower() for each in await tokens(database)}


@pytest.mark.parametrize("token", ["", "short", "a b" * 10, "x" * 1_001, TOKEN + "\n\r.."])
async def test_what_can_be_no_token_is_refused(people, token):
    ada = await people.join()
    answer = await ada.api.do("registerDevice", token=token, platform="ANDROID")
    assert [field["path"] for field in answer["fields"]] == ["token"]
    answer = await ada.api.do("registerDevice", token=token, platform="IOS")
    assert answer["__typename"] == "InvalidInput"


async def test_registering_again_changes_nothing(people):
    ada = await people.join()
    first = await register(ada)
    assert await register(ada) == first
    assert len(await devices_of(ada)) == 1


async def test_a_new_token_takes_the_place_of_the_old(people, database):
    ada = await people.join()
    await register(ada)
    await register(ada, OTHER)
    assert await tokens(database) == {OTHER: ada.key}


async def test_a_token_moves_to_who_registers_it_last(people, database):
    ada, bob = await people.join(), await people.join()
    await register(ada)
    await register(bob)
    assert await tokens(database) == {TOKEN: bob.key}
    assert await devices_of(ada) == []


async def test_many_at_once_leave_one_device(people, database):
    ada, bob = await people.join(), await people.join()
    for _ in range(12):  # one in a thousand calls ended in a deadlock once
        calls = [register(person, token) for person in (ada, bob) * 4 for token in (TOKEN, OTHER)]
        await asyncio.gather(*calls)
        held = await tokens(database)
        assert 1 <= len(held) <= 2
        assert len(set(held.values())) == len(held)


async def test_a_device_is_unregistered_by_its_person_alone(people):
    ada, bob = await people.join(), await people.join()
    device = await register(ada)
    for who, wanted in ((bob, "NotFound"), (ada, "UnregisterDeviceSuccess"), (ada, "NotFound")):
        answer = await who.api.do("unregisterDevice", deviceId=device["id"])
        assert answer["__typename"] == wanted
    assert await devices_of(ada) == []


@pytest.mark.parametrize("end", ["logOut", "revokeSession", "revokeOtherSessions"])
async def test_a_session_that_ends_takes_its_device_with_it(services, people, end):
    ada = await people.join()
    session, api = await second_session(services, ada)
    await register(ada)
    await api.done("registerDevice", token=OTHER, platform="WEB")
    if end == "logOut":
        await api.done(end)
    elif end == "revokeSession":
        await ada.api.done(end, sessionId=ids.encode("Session", session.session_id))
    else:
        await ada.api.done(end)
    assert await tokens(services.database) == {TOKEN: ada.key}


async def test_a_session_that_is_over_has_no_device(people, database):
    ada = await people.join()
    await register(ada)
    other, api = await second_session(people._services, ada)
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE sessions SET expires_at = now() WHERE session_id <> $1", other.session_id
        )
    mine = (await api.ask(MINE))["viewer"]["devices"]
    assert mine == {"totalCount": 0, "nodes": []}


async def test_a_deleted_account_leaves_no_device(people, database):
    ada = await people.join()
    await register(ada)
    await ada.api.done("deleteAccount", password="correct horse battery")
    assert await tokens(database) == {}


async def test_a_device_that_came_back_is_not_forgotten(people, database):
    ada = await people.join()
    await register(ada)
    async with database.write() as tx:
        before = datetime.now(UTC) - timedelta(hours=1)
        await devices.forget_gone(tx, token=TOKEN, since=before)
    assert await tokens(database) == {TOKEN: ada.key}
    async with database.write() as tx:
        await devices.forget_gone(tx, token=TOKEN, since=None)
    assert await tokens(database) == {}
