"""Jobs about decks: what is made ahead, given up, written down and paired."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import preferences
from matching.embeddings import LocalEmbedder
from resolvers import deck as resolvers
from tests.support.towns import Town, deck, embed_by_words, shown
from workers import decks, schedule


@pytest.fixture
async def town(people, services, running, monkeypatch):
    """Makes people whom the index knows, where jobs run inside the process."""
    monkeypatch.setattr(schedule, "SCHEDULE", {})
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    monkeypatch.setattr(resolvers, "_NEW_FOR", timedelta())
    await services.decks._redis.flushdb()
    town = Town(people, services)
    async with running() as relay:
        town.relay = relay
        yield town
    await town.leave()


async def run(task, *arguments):
    await asyncio.to_thread(task.delay, *arguments)


async def current(town, person):
    """The newest deck, as Redis has it."""
    town.services.decks._near.drop(person.key)
    return await town.services.decks.current(person.key)


async def make_older(town, person, age):
    found = await current(town, person)
    await town.services.decks.keep(replace(found, built_at=found.built_at - age))


async def exposures(town):
    async with town.services.database.write() as tx:
        rows = await tx.connection.fetch("SELECT profile_id, impressions FROM exposures")
    return {row["profile_id"]: row["impressions"] for row in rows}


async def test_who_was_shown_is_written_down_once_a_day(town):
    ada, bob, eve = [await town.join() for _ in range(3)]
    await deck(ada)
    await deck(ada)
    await deck(bob, first=1)
    await town.services.showings.sent()
    await run(decks.write_showings_down)
    await run(decks.write_showings_down)
    counted = await exposures(town)
    assert sum(counted.values()) == pytest.approx(3.0, abs=0.01)
    assert counted[eve.key] >= 0.99


async def test_whatever_is_recommended_names_the_version_that_compared_the_texts(town):
    ada, bob = [await town.join(bio="I like long walks.") for _ in range(2)]
    query = "{ viewer { deck { embeddingVersion nodes { embeddingVersion profile { id } } } } }"
    shown = (await ada.api.ask(query))["viewer"]["deck"]
    version = town.services.embedder.model_version
    assert shown["embeddingVersion"] == version
    assert shown["nodes"] == [{"embeddingVersion": version, "profile": {"id": bob.id}}]
    await town.services.showings.sent()
    await run(decks.write_showings_down)
    async with town.services.database.write() as tx:
        rows = await tx.connection.fetch("SELECT candidate_id, embedding_version FROM impressions")
    assert [tuple(row) for row in rows] == [(bob.key, version)]


async def test_who_was_shown_often_comes_later_in_a_new_deck(town):
    ada, *others = [await town.join() for _ in range(5)]
    first = (await shown(ada))[0]
    (key,) = (person.key for person in others if person.id == first)
    async with town.services.database.write() as tx:
        await tx.connection.execute(
            "INSERT INTO exposures (profile_id, impressions, counted_at) VALUES ($1, 50, now())",
            key,
        )
    assert (await shown(ada, refresh=True))[-1] == first


async def test_the_decks_of_who_is_here_are_made_anew_and_only_theirs(town):
    ada, bob, eve = [await town.join() for _ in range(3)]
    for person in (ada, bob):
        await deck(person)
    await town.services.showings.sent()
    old = await current(town, ada)
    await run(decks.refresh_decks)
    assert (await current(town, ada)).deck_id == old.deck_id
    await make_older(town, ada, timedelta(minutes=11))
    await run(decks.refresh_decks)
    new = await current(town, ada)
    assert new.deck_id != old.deck_id
    assert set(new.ids) == {bob.key, eve.key}
    assert await current(town, eve) is None


async def test_decks_are_made_ahead_for_who_was_here_lately(town, people):
    now = datetime.now(UTC)
    ada, bob = await town.join(), await town.join()
    away = await town.join(last_active_at=now - timedelta(days=15))
    new = await people.join(onboarded=False)
    await run(decks.build_decks_ahead)
    made = await current(town, ada)
    assert set(made.ids) == {bob.key, away.key}
    assert made.good_until - made.built_at > timedelta(days=1)
    assert await current(town, bob) is not None
    for person in (away, new):
        assert await current(town, person) is None
    await run(decks.build_decks_ahead)
    assert (await current(town, ada)).deck_id == made.deck_id
    await run(decks.build_decks, [str(new.key)])
    assert await current(town, new) is None


async def test_pairs_are_made_once_a_day_and_not_the_same_again(town):
    ada, bob, eve, kim = [await town.join() for _ in range(4)]
    everybody = {person.key for person in (ada, bob, eve, kim)}
    await run(decks.build_decks_ahead)
    await run(decks.pair_people)
    pairs, today = town.services.builder.pairs, datetime.now(UTC).date()
    paired = await pairs.partners_of(list(everybody), today)
    assert paired.keys() == everybody
    assert all(paired[other] == one for one, other in paired.items())
    await run(decks.pair_people)
    assert await pairs.partners_of(list(everybody), today) == paired
    tomorrow = today + timedelta(days=1)
    await run(decks.pair_pool, [str(key) for key in everybody], tomorrow.isoformat())
    others = await pairs.partners_of(list(everybody), tomorrow)
    assert others.keys() == everybody
    assert all(others[key] != paired[key] for key in everybody)


async def test_who_has_decided_or_is_hidden_is_not_paired(town):
    ada, bob, eve, kim = [await town.join() for _ in range(4)]
    await run(decks.build_decks_ahead)
    await ada.api.done("passProfile", profileId=bob.id)
    await ada.api.done("passProfile", profileId=eve.id)
    await kim.api.done("setPreferences", isDiscoverable=False)
    await kim.api.done("blockProfile", profileId=ada.id)
    await run(decks.build_decks, [str(kim.key)])
    today = datetime.now(UTC).date()
    keys = [person.key for person in (ada, bob, eve, kim)]
    await run(decks.pair_pool, [str(key) for key in keys], today.isoformat())
    paired = await town.services.builder.pairs.partners_of(keys, today)
    assert paired == {bob.key: eve.key, eve.key: bob.key}


async def test_nothing_is_left_of_the_deck_of_who_has_deleted_their_account(town):
    ada, bob = await town.join(), await town.join()
    for person in (ada, bob):
        await deck(person)
    await town.services.showings.sent()
    await run(decks.erase_deck, "", {"account_id": str(ada.key)})
    assert await current(town, ada) is None
    assert await current(town, bob) is not None
    since = datetime.now(UTC) - timedelta(hours=1)
    assert await town.services.showings.askers(since, 9) == [bob.key]
    redis = town.services.decks._redis
    assert [key async for key in redis.scan_iter(f"kith:deck:*{ada.key}*")] == []


async def test_other_wishes_and_decisions_taken_back_give_a_deck_up(town):
    ada, bob = await town.join(), await town.join()

    async def given_up(act):
        await deck(ada)
        before = await current(town, ada)
        await act()
        town.relay.nudge()
        await until_gone(town, ada)
        assert (await town.services.decks.by_id(ada.key, before.deck_id)).ids == before.ids

    async def wish():
        async with town.services.database.write() as tx:
            await preferences.set_preferences(tx, ada.viewer, age_max=80)

    async def undo():
        await ada.api.done("undoDecision")

    await given_up(wish)
    await ada.api.done("passProfile", profileId=bob.id)
    await given_up(undo)


async def until_gone(town, person):
    async with asyncio.timeout(10):
        while await current(town, person):  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.02)


async def test_being_here_gives_no_deck_up(town):
    ada, _bob = await town.join(), await town.join()
    await deck(ada)
    body = {"profile_id": str(ada.key), "parts": ["last_active_at"]}
    await run(decks.forget_deck, "", body)
    assert await current(town, ada) is not None
    await run(decks.forget_deck, "", body | {"parts": ["last_active_at", "bio"]})
    assert await current(town, ada) is None
