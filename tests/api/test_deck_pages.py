"""Frozen decks through the API: what stays while people decide, and what brings a new deck."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matching import candidates, decks
from persistence import models
from persistence.decks import Decks, connect
from persistence.vectors import Vectors, VectorsUnavailable
from resolvers import deck as resolvers
from tests.support.towns import DECK, deck, ids_of, shown

MISSED = """{ viewer { matchesYouMissed { decision decidedAt text score profile { id }
  reasons { contribution } } } }"""
RELAXATIONS = "{ viewer { deck { relaxations { filter to gain text } } } }"


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """However slowly a test runs, a deck that does not fill a page is good for a minute."""
    monkeypatch.setattr(resolvers, "_THIN_FOR", timedelta(minutes=1))
    monkeypatch.setattr(resolvers, "_NEW_FOR", timedelta())


@pytest.fixture
def builds(services, monkeypatch):
    """How many decks are built."""
    counted, build = [], decks.built

    def counting(*arguments, **named):
        counted.append(1)
        return build(*arguments, **named)

    monkeypatch.setattr(decks, "built", counting)
    return counted


async def crowd(town, size, **profile):
    return [await town.join(**profile) for _ in range(size)]


async def age(services, person, minutes):
    """Let somebody's deck be so many minutes older."""
    found = await services.decks.current(person.key)
    earlier = timedelta(minutes=minutes)
    await services.decks.keep(
        replace(found, built_at=found.built_at - earlier, good_until=found.good_until - earlier)
    )


async def test_pages_come_from_one_order_whoever_joins_or_decides(town, builds):
    ada, *others = await crowd(town, 9)
    pages = [await deck(ada, first=3)]
    assert pages[0]["modelVersion"] == "prior@1"
    newcomer = await town.join()
    await others[0].api.done("likeProfile", profileId=ada.id)
    await ada.api.done("passProfile", profileId=ids_of(pages[0])[1])
    while pages[-1]["pageInfo"]["hasNextPage"]:
        pages.append(await deck(ada, first=3, after=pages[-1]["pageInfo"]["endCursor"]))
    seen = [key for page in pages for key in ids_of(page)]
    assert sorted(seen) == sorted(person.id for person in others)
    assert newcomer.id not in seen
    assert len(builds) == 1
    assert [page["pageInfo"]["hasPreviousPage"] for page in pages] == [False, True, True]


async def test_who_cannot_be_shown_any_more_leaves_no_hole_in_a_page(town, database):
    ada, *others = await crowd(town, 9)
    first = await deck(ada, first=2)
    after = first["pageInfo"]["endCursor"]
    passed, blocked, hidden, gone, picky = (await shown(ada, after=after))[:5]
    by_id = {person.id: person for person in others}
    await ada.api.done("passProfile", profileId=passed)
    await by_id[blocked].api.done("blockProfile", profileId=ada.id)
    await by_id[hidden].api.done("setPreferences", isDiscoverable=False)
    await by_id[picky].api.done("setPreferences", genders=["man"])
    async with database.write() as tx:
        await tx.remove(models.Account, account_id=by_id[gone].key)
    page = await deck(ada, first=1, after=after)
    assert not {passed, blocked, hidden, gone, picky} & set(ids_of(page))
    assert len(page["nodes"]) == 1
    assert page["totalCount"] == 3


async def test_a_deck_that_is_good_is_not_built_again(town, services, builds):
    ada, *_ = await crowd(town, 4)
    first = await shown(ada, first=2)
    await age(services, ada, 14)
    assert await shown(ada, first=2) == first
    assert len(builds) == 1
    await age(services, ada, 2)
    await shown(ada, first=2)
    assert len(builds) == 2


async def test_a_deck_that_is_used_up_is_followed_by_a_new_one(town, services, builds):
    ada, bob = await crowd(town, 2)
    assert await shown(ada) == [bob.id]
    eve = await town.join()
    assert await shown(ada) == [bob.id]
    await ada.api.done("passProfile", profileId=bob.id)
    assert await shown(ada) == [eve.id]
    kim = await town.join()
    await age(services, ada, 2)
    assert set(await shown(ada)) == {eve.id, kim.id}
    assert len(builds) == 3


async def test_other_wishes_bring_a_new_deck_and_old_cursors_go_on(town, builds):
    ada, *others = await crowd(town, 5)
    first = await deck(ada, first=2)
    man = await town.join(gender="man")
    await ada.api.done("setPreferences", genders=["woman"])
    assert set(await shown(ada)) == {person.id for person in others}
    assert len(builds) == 2
    rest = await shown(ada, after=first["pageInfo"]["endCursor"])
    assert sorted(ids_of(first) + rest) == sorted(person.id for person in others)
    await ada.api.done("setPreferences", genders=["man"])
    assert await shown(ada) == [man.id]
    assert await shown(ada, after=first["pageInfo"]["endCursor"]) == []


async def test_a_new_deck_can_be_asked_for(town, builds):
    ada, bob = await crowd(town, 2)
    assert await shown(ada) == [bob.id]
    eve = await town.join()
    page = await deck(ada, refresh=True)
    assert set(ids_of(page)) == {bob.id, eve.id}
    assert len(builds) == 2
    answer = await ada.api.send(
        "query ($after: String) { viewer { deck(after: $after, refresh: true) { totalCount } } }",
        after=page["pageInfo"]["endCursor"],
    )
    assert answer.codes == ["INVALID_INPUT"]
    assert [f["path"] for f in answer.errors[0]["extensions"]["fields"]] == ["refresh"]


async def test_a_deck_may_hold_only_people_who_have_time_then(town):
    ada = await town.join()
    early = await crowd(town, 2, availability="mornings")
    late = await crowd(town, 3, availability="evenings")
    assert set(await shown(ada, availability="MORNINGS")) == {person.id for person in early}
    page = await deck(ada, first=2, availability="EVENINGS")
    rest = await shown(ada, after=page["pageInfo"]["endCursor"], availability="EVENINGS")
    assert sorted(ids_of(page) + rest) == sorted(person.id for person in late)
    await late[0].api.done("setAvailability", status="MORNINGS")
    assert late[0].id not in await shown(ada, availability="EVENINGS")
    assert len(await shown(ada)) == 5


async def refused(person, **page):
    answer = await person.api.send(DECK, **page)
    assert answer.codes == ["INVALID_INPUT"]
    (field,) = answer.errors[0]["extensions"]["fields"]
    assert field == {
        "path": "after",
        "code": "UNKNOWN",
        "message": "The deck of this cursor is gone: begin without after.",
    }


async def test_a_cursor_of_a_deck_that_is_gone_is_refused(town, services):
    ada, *others = await crowd(town, 4)
    after = (await deck(ada, first=2))["pageInfo"]["endCursor"]
    await refused(ada, after=after, availability="EVENINGS")
    await services.decks._redis.flushdb()
    services.decks._near.drop(ada.key)
    await refused(ada, after=after)
    assert set(await shown(ada)) == {person.id for person in others}


async def test_a_cursor_outlives_the_newer_decks_of_other_filters(town):
    ada, *others = await crowd(town, 4)
    first = await deck(ada, first=2)
    for status in ("MORNINGS", "EVENINGS", "MORNINGS", "EVENINGS"):
        await shown(ada, availability=status, refresh=True)
    rest = await shown(ada, after=first["pageInfo"]["endCursor"])
    assert sorted(ids_of(first) + rest) == sorted(person.id for person in others)


async def test_new_decks_are_bounded_and_the_newest_stands_in(town, builds, monkeypatch):
    ada, bob = await crowd(town, 2)
    for _ in range(resolvers._BUILDS_PER_MINUTE + 3):
        assert await shown(ada, refresh=True) == [bob.id]
    assert len(builds) == resolvers._BUILDS_PER_MINUTE
    monkeypatch.setattr(resolvers, "_NEW_FOR", timedelta(minutes=1))
    eve = await town.join()
    await ada.api.done("setPreferences", ageMax=90)
    assert set(await shown(ada, refresh=True)) == {bob.id, eve.id}
    assert set(await shown(ada, refresh=True)) == {bob.id, eve.id}
    assert len(builds) == resolvers._BUILDS_PER_MINUTE + 1


async def test_an_answer_tells_where_its_deck_was_found(town, services):
    ada, _bob = await crowd(town, 2)

    async def found():
        return (await ada.api.send(DECK)).extensions.get("cache")

    assert await found() == {"deck": "built"}
    assert await found() == {"deck": "l1"}
    services.decks._near.drop(ada.key)
    assert await found() == {"deck": "l2"}
    assert "cache" not in (await ada.api.send("{ viewer { profile { id } } }")).extensions


async def test_a_cursor_is_of_use_to_nobody_else(town):
    ada, *others = await crowd(town, 4)
    after = (await deck(ada, first=3))["pageInfo"]["endCursor"]
    bob = others[0]
    await refused(bob, after=after)


async def test_many_requests_at_once_build_one_deck(town, builds):
    ada, *_ = await crowd(town, 4)
    pages = await asyncio.gather(*(shown(ada) for _ in range(8)))
    assert len(builds) == 1
    assert all(page == pages[0] for page in pages)


async def test_what_takes_long_is_done_beside_the_event_loop(town, monkeypatch):
    ada, bob = await crowd(town, 2)
    threads, build, features = [], decks.built, candidates.features_of

    def noting(act):
        def run(*arguments, **named):
            threads.append(threading.current_thread())
            return act(*arguments, **named)

        return run

    monkeypatch.setattr(decks, "built", noting(build))
    monkeypatch.setattr(candidates, "features_of", noting(features))
    assert await shown(ada) == [bob.id]
    assert len(threads) == 2
    assert threading.current_thread() not in threads


async def test_another_device_at_another_process_goes_on_where_the_first_stopped(
    town, services, builds, monkeypatch
):
    ada, *others = await crowd(town, 6)
    page = await deck(ada, first=2)
    async with connect(services.settings.redis_url) as redis, Decks(redis) as decks:
        here = services.decks
        monkeypatch.setitem(vars(services), "decks", decks)
        second = await deck(ada, first=2, after=page["pageInfo"]["endCursor"])
        monkeypatch.setitem(vars(services), "decks", here)
        third = await deck(ada, first=2, after=second["pageInfo"]["endCursor"])
    seen = [key for each in (page, second, third) for key in ids_of(each)]
    assert sorted(seen) == sorted(person.id for person in others)
    assert len(builds) == 1


async def test_without_redis_pages_still_come_from_one_order(town, services, builds, monkeypatch):
    ada, *others = await crowd(town, 6)
    async with connect("redis://localhost:1") as redis, Decks(redis) as decks:
        monkeypatch.setitem(vars(services), "decks", decks)
        first = await deck(ada, first=2)
        await town.join()
        second = await deck(ada, first=9, after=first["pageInfo"]["endCursor"])
        assert sorted(ids_of(first) + ids_of(second)) == sorted(person.id for person in others)
        assert await shown(ada, first=2) == ids_of(first)
        assert len(builds) == 1


async def test_who_likes_the_viewer_comes_first_where_the_viewer_may_know(
    town, services, monkeypatch
):
    ada = await town.join(interests=["chess", "jazz", "film"])
    await crowd(town, 6, interests=["chess", "jazz", "film"])
    fan = await town.join(
        interests=["sailing"], bio="", last_active_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert (await shown(ada))[-1] == fan.id
    await fan.api.done("likeProfile", profileId=ada.id)
    assert (await shown(ada, refresh=True))[-1] == fan.id
    told = replace(services.builder, shows_admirers=True)
    monkeypatch.setitem(vars(services), "builder", told)
    assert (await shown(ada, refresh=True))[0] == fan.id


async def test_the_best_pair_of_the_day_meets_first(town, services):
    ada, *others = await crowd(town, 5)
    last = (await shown(ada))[-1]
    (partner,) = (person for person in others if person.id == last)
    await services.builder.pairs.add(datetime.now(UTC).date(), [(ada.key, partner.key)])
    assert (await shown(ada, refresh=True))[0] == partner.id
    assert (await shown(partner, refresh=True))[0] == ada.id


async def test_loosening_a_filter_tells_how_many_people_it_adds(town, monkeypatch):
    ada = await town.join(preferences={"genders": ["man"]})
    await crowd(town, 3)
    (told,) = (await ada.api.ask(RELAXATIONS))["viewer"]["deck"]["relaxations"]
    assert told == {
        "filter": "GENDERS",
        "to": None,
        "gain": 3,
        "text": "3 more people if you looked for people of any gender.",
    }

    async def away(*_):
        raise VectorsUnavailable("The index is away.")

    monkeypatch.setattr(Vectors, "search_many", away)
    assert (await ada.api.ask(RELAXATIONS))["viewer"]["deck"]["relaxations"] == []


async def decided_long_ago(database, days):
    async with database.write() as tx:
        await tx.connection.execute(
            "UPDATE pairs SET first_decided_at = first_decided_at - $1::interval,"
            " second_decided_at = second_decided_at - $1::interval",
            timedelta(days=days),
        )


async def missed(person):
    return (await person.api.ask(MISSED))["viewer"]["matchesYouMissed"]


async def test_who_was_passed_long_ago_or_never_answered_gets_a_second_look(town, database):
    ada, passed, liked, matched, unlike = await crowd(town, 4) + [
        await town.join(
            bio="",
            interests=["sailing"],
            goals=["mentor"],
            languages=["fr"],
            skills=[],
            last_active_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    ]
    for person, act in (
        (passed, "passProfile"),
        (unlike, "passProfile"),
        (liked, "likeProfile"),
        (matched, "likeProfile"),
    ):
        await ada.api.done(act, profileId=person.id)
    await matched.api.done("likeProfile", profileId=ada.id)
    await decided_long_ago(database, 20)
    (again,) = await missed(ada)
    assert (again["profile"]["id"], again["decision"]) == (liked.id, "LIKE")
    assert again["text"] == (
        "You have waited 20 days for an answer to your like, and fit better than usual."
    )
    await decided_long_ago(database, 70)
    both = await missed(ada)
    assert {one["profile"]["id"]: one["decision"] for one in both} == {
        liked.id: "LIKE",
        passed.id: "PASS",
    }
    assert "You passed 3 months ago, and fit better than usual." in {one["text"] for one in both}
    for one in both:
        assert one["score"] > 50
        assert sum(r["contribution"] for r in one["reasons"]) == pytest.approx(one["score"] - 50)
    await liked.api.done("passProfile", profileId=ada.id)
    assert len(await missed(ada)) == 2
    await passed.api.done("blockProfile", profileId=ada.id)
    await liked.api.done("setPreferences", genders=["man"])
    assert await missed(ada) == []
    assert await missed(matched) == []


async def test_second_looks_are_checked_and_empty_before_onboarding(people):
    new = await people.join(onboarded=False)
    assert await missed(new) == []
    query = "{ viewer { matchesYouMissed(first: 0) { text } } }"
    assert (await new.api.send(query)).codes == ["INVALID_INPUT"]


async def test_who_is_only_counted_is_not_noted_as_shown(town, services):
    ada, *_ = await crowd(town, 3)
    await services.decks._redis.delete("kith:showings:2", "kith:decks:asked")
    query = "{ viewer { deck { totalCount pageInfo { hasNextPage } } } }"
    assert (await ada.api.ask(query))["viewer"]["deck"]["totalCount"] == 2
    await services.showings.sent()
    assert await services.decks._redis.llen("kith:showings:2") == 0
    assert await services.showings.askers(datetime.now(UTC) - timedelta(hours=1), 9) == [ada.key]
    for part in ("nodes { score }", "edges { cursor }"):
        await ada.api.ask(f"{{ viewer {{ deck(first: 1) {{ {part} }} }} }}")
    await services.showings.sent()
    assert await services.decks._redis.llen("kith:showings:2") == 2


async def test_who_was_shown_is_noted_without_writing_to_the_database(town, services):
    ada, *others = await crowd(town, 3)
    await services.decks._redis.delete("kith:showings:2")
    page = await deck(ada, first=1)
    await services.showings.sent()
    written = []

    async def write(batch):
        written.extend(batch)

    await services.showings.write_down(write)
    (noted,) = written
    assert noted.viewer_id == ada.key
    assert [person.id for person in others if person.key in noted.ids] == ids_of(page)
