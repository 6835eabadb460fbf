"""Recommended events: their order, their reasons, and that nothing tells of who is hidden."""

from datetime import UTC, datetime

import pytest

from matching.contents import index_contents
from persistence import models
from persistence.contents import ContentKind, Contents
from persistence.vectors import VectorsUnavailable
from tests.support.conversations import matched
from tests.support.events import announced, global_id
from tests.support.statements import statements_of

RECOMMENDED = """query ($first: Int) { viewer { recommendedEvents(first: $first) {
  event { id title } reasons { kind text } } } }"""
DEFAULT = "{ viewer { recommendedEvents { event { title } } } }"
HERE = {"latitude": 52.52, "longitude": 13.405}
FAR = {"latitude": 48.14, "longitude": 11.58}


@pytest.fixture
async def circle(people, database):
    """Ada, who has matched with Bob and follows Eve; and Dan, whom she does not know."""
    ada, bob, eve, dan = [await people.join(name) for name in ("Ada", "Bob", "Eve", "Dan")]
    await matched(database, ada.key, bob.key)
    await ada.api.done("followProfile", profileId=eve.id)
    return ada, bob, eve, dan


async def go(database, event, *guests, state="going"):
    joined_at = datetime.now(UTC) if state == "going" else None
    async with database.write() as tx:
        for guest in guests:
            about = {"event_id": event.event_id, "profile_id": guest.key}
            await tx.add(models.Attendance, **about, state=state, joined_at=joined_at)


async def recommended(person, **asked):
    found = (await person.api.ask(RECOMMENDED, **asked))["viewer"]["recommendedEvents"]
    return [
        (each["event"]["title"], [reason["kind"] for reason in each["reasons"]]) for each in found
    ]


async def titles(person):
    return [title for title, _ in await recommended(person, first=50)]


async def test_the_best_come_first_with_what_speaks_for_them(circle, database):
    ada, bob, eve, dan = circle
    for title, place, guests in (
        ("near", HERE, []),
        ("followed", FAR, [eve]),
        ("match", FAR, [bob]),
        ("both", HERE, [bob, eve]),
        ("nothing", FAR, [dan]),
        ("online", {}, []),
    ):
        await go(database, await announced(database, dan, title=title, **place), *guests)
    assert await recommended(ada, first=50) == [
        ("both", ["NEARBY", "MATCH_GOES", "FOLLOWED_GOES"]),
        ("near", ["NEARBY"]),
        ("match", ["MATCH_GOES"]),
        ("followed", ["FOLLOWED_GOES"]),
    ]
    assert await recommended(ada, first=1) == [("both", ["NEARBY", "MATCH_GOES", "FOLLOWED_GOES"])]
    assert len((await ada.api.ask(DEFAULT))["viewer"]["recommendedEvents"]) == 4
    await ada.api.done("setNotificationPreferences", language="de")
    found = (await ada.api.ask(RECOMMENDED, first=2))["viewer"]["recommendedEvents"]
    assert found[1]["reasons"][0]["text"] == "Es ist in deiner Nähe."
    await ada.api.done("clearLocation")
    assert await titles(ada) == ["both", "match", "followed"]


async def test_only_what_is_to_come_for_her_and_new_to_her_is_recommended(circle, database):
    ada, bob, _, dan = circle
    now = datetime.now(UTC)
    seen = await announced(database, dan, title="seen", **HERE)
    for given in (
        {"title": "begun", "starts_in_hours": -1},
        {"title": "cancelled", "cancelled_at": now},
        {"title": "for others", "audience": "followers"},
        {"title": "for who is invited", "audience": "invited"},
    ):
        await announced(database, dan, **HERE, **given)
    await announced(database, ada, title="her own", **HERE)
    held = await announced(database, bob, title="held by both", **HERE)
    async with database.write() as tx:
        await tx.add(models.EventCoHost, event_id=held.event_id, profile_id=ada.key)
    for state in ("going", "waiting", "interested", "not_going"):
        event = await announced(database, dan, title=state, **HERE)
        await go(database, event, ada, state=state)
    assert await titles(ada) == ["seen"]
    await ada.api.done("rsvp", eventId=global_id(seen), answer="NOT_GOING")
    assert await titles(ada) == []


@pytest.mark.parametrize("by_viewer", [True, False])
async def test_who_is_hidden_is_no_reason(circle, database, by_viewer):
    ada, bob, eve, dan = circle
    event = await announced(database, dan, title="far", **FAR)
    await go(database, event, bob, eve)
    assert await recommended(ada, first=1) == [("far", ["MATCH_GOES", "FOLLOWED_GOES"])]
    blocker, blocked = (ada, bob) if by_viewer else (bob, ada)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=blocker.key, blocked_id=blocked.key)
    assert await recommended(ada, first=1) == [("far", ["FOLLOWED_GOES"])]
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": eve.key}, is_active=False)
    assert await recommended(ada, first=1) == []


async def test_events_of_hidden_hosts_are_missing(circle, database):
    ada, bob, _, dan = circle
    await go(database, await announced(database, dan, title="far", **FAR), bob)
    await announced(database, dan, title="near", **HERE)
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=dan.key, blocked_id=ada.key)
    assert await titles(ada) == []


@pytest.mark.parametrize("shown_to", ["attendees", "hosts"])
async def test_who_goes_is_no_reason_where_the_event_does_not_show_it(circle, database, shown_to):
    ada, bob, _, dan = circle
    event = await announced(database, dan, title="far", **FAR, attendees_shown_to=shown_to)
    await go(database, event, bob)
    assert await titles(ada) == []


async def test_who_waits_is_interested_or_asks_to_follow_is_no_reason(circle, database):
    ada, bob, eve, dan = circle
    event = await announced(database, dan, title="far", **FAR)
    await go(database, event, bob, state="waiting")
    await go(database, event, eve, state="interested")
    await dan.api.done("setPreferences", approvesFollowers=True)
    await ada.api.done("followProfile", profileId=dan.id)
    await go(database, event, dan)
    assert await titles(ada) == []


async def test_events_near_in_meaning_are_found_as_far_as_she_may_see_them(
    town, services, database, monkeypatch
):
    # So often that the other words of profiles and events hardly count.
    words = " ".join(["sailing boats"] * 20)
    ada, dan, eve = [await town.join(name, bio=words) for name in ("Ada", "Dan", "Eve")]
    about = {"title": "sailing boats", "description": words, **FAR}
    rows = [await announced(database, host, **about) for host in (dan, eve)]
    rows.append(
        await announced(database, eve, **{**about, "title": "cards", "description": "tea " * 20})
    )
    keys = [row.event_id for row in rows]
    await index_contents(database, services.vectors, services.embedder, ContentKind.EVENT, keys)
    assert await recommended(ada, first=50) == [("sailing boats", ["SIMILAR"])] * 2
    few = await statements_of(recommended(ada, first=1))
    assert len(await statements_of(recommended(ada, first=50))) == len(few)
    await ada.api.done("blockProfile", profileId=dan.id)
    assert await recommended(ada, first=50) == [("sailing boats", ["SIMILAR"])]
    near = await announced(database, eve, title="near", **HERE)

    async def away(*_, **__):
        raise VectorsUnavailable("away")

    for name in ("search", "similarities"):
        monkeypatch.setattr(Contents, name, away)
    assert await recommended(ada, first=50) == [(near.title, ["NEARBY"])]
    monkeypatch.undo()
    await services.vectors.contents.drop_version()


@pytest.mark.parametrize("first", [0, -1, 51])
async def test_another_number_than_1_to_50_is_refused(circle, first):
    answer = await circle[0].api.send(RECOMMENDED, first=first)
    assert [error["extensions"]["code"] for error in answer.errors] == ["INVALID_INPUT"]
