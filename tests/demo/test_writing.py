"""A demo world in a real database: whole, written once or not at all, and its people meet."""

from datetime import UTC, datetime, time, timedelta

import asyncpg
import pytest
import sqlalchemy as sa

from demo import writing
from demo.places import CITIES
from demo.tables import tables_of
from demo.world import generate
from demo.writing import Population
from matching.eligibility import mutually_eligible
from matching.features import features_of
from matching.indexing import reindex
from persistence import models
from persistence.queries import profiles
from resolvers import ids
from tests.support.client import Api

PEOPLE = 60


def told_to_nobody(_):
    """Take no note of progress."""


@pytest.fixture(scope="module")
def world():
    return generate(people=PEOPLE, seed=7, now=datetime.now(UTC))


@pytest.fixture
async def tables(world, services):
    return list(tables_of(world, await services.passwords.hash(writing.PASSWORD, of="")))


async def counts(database):
    """How many rows each table has."""
    async with database.write() as tx:
        return {
            table.name: await tx.connection.fetchval(
                str(sa.select(sa.func.count()).select_from(table))
            )
            for table in models.Model.metadata.sorted_tables
        }


async def test_every_record_of_the_world_is_a_row(database, world, tables):
    told = []
    assert await writing.write(database, tables, told.append)
    found = {name: count for name, count in (await counts(database)).items() if count}
    # Triggers write what the search reads.
    searched = found.pop("search_documents")
    assert searched == sum(found[name] for name in ("profiles", "posts", "events", "places"))
    pairs = {frozenset((made.decider, made.candidate)) for made in world.decisions}
    assert found == {
        "accounts": PEOPLE,
        "profiles": PEOPLE,
        "preferences": PEOPLE,
        "prompts": sum(len(person.prompts) for person in world.people),
        "companions": sum(len(person.companions) for person in world.people),
        "places": sum(len(city.spots) + 5 for city in CITIES),
        "decisions": len(world.decisions),
        "pairs": len(pairs),
        "matches": len(world.matches),
        "conversations": len(world.matches),
        "conversation_members": 2 * len(world.matches),
        "messages": sum(len(each.messages) for each in world.conversations),
        "posts": len(world.posts),
        "events": len(world.events),
        "attendances": sum(len(event.attendees) for event in world.events),
    }
    assert sum(told) == sum(found.values())


async def test_only_the_day_is_kept_on_which_people_were_last_here(world, tables):
    rows = dict(tables)[models.Profile]
    kept = [row["last_active_at"] for row in rows]
    assert [moment.date() for moment in kept] == [p.last_active_at.date() for p in world.people]
    assert {moment.timetz() for moment in kept} == {time(tzinfo=UTC)}


async def test_only_an_empty_database_takes_a_world(database, people, tables):
    assert await writing.population(database) is Population.NOBODY
    await people.join()
    assert await writing.population(database) is Population.OTHERS
    assert not await writing.write(database, tables, told_to_nobody)
    assert (await counts(database))["accounts"] == 1


async def test_a_world_is_written_once(database, tables):
    assert await writing.write(database, tables, told_to_nobody)
    assert await writing.population(database) is Population.DEMO_WORLD
    before = await counts(database)
    assert not await writing.write(database, tables, told_to_nobody)
    assert await counts(database) == before


async def test_a_world_that_breaks_a_rule_leaves_nothing(database, tables):
    model, rows = tables[-1]
    broken = [*tables[:-1], (model, [*rows, rows[0]])]
    with pytest.raises(asyncpg.UniqueViolationError):
        await writing.write(database, broken, told_to_nobody)
    assert await writing.population(database) is Population.NOBODY


@pytest.fixture
async def town(services, database, tables):
    """The keys of the world's people, who are in the database and in the index."""
    await writing.write(database, tables, told_to_nobody)
    await reindex(database, services.vectors, services.embedder, told_to_nobody)
    keys = [row["profile_id"] for row in dict(tables)[models.Profile]]
    yield keys
    await services.vectors.delete(keys)


HOME = """{ viewer {
  matches(first: 100) { totalCount nodes { conversation { unreadCount } } }
  deck(first: 20) { totalCount nodes { score profile { bio city } } }
} }"""


@pytest.mark.usefixtures("town")
async def test_the_demo_person_logs_in_and_finds_people_and_messages(api):
    answer = await api.done("logIn", "accessToken", login=writing.EMAIL, password=writing.PASSWORD)
    home = (await Api(api.http, answer["accessToken"]).ask(HOME))["viewer"]
    talks = [match["conversation"] for match in home["matches"]["nodes"]]
    assert home["matches"]["totalCount"] == len(talks) >= 5
    assert sum(talk["unreadCount"] > 0 for talk in talks) >= 3
    assert home["deck"]["totalCount"] >= 3
    assert all(shown["profile"]["bio"] for shown in home["deck"]["nodes"])


DECK = "{ viewer { deck(first: 100) { nodes { profile { id } } } } }"


async def deck_of(services, http, key):
    """Sign somebody in and look at their deck."""
    async with services.database.write() as tx:
        session = await tx.add(
            models.Session, account_id=key, expires_at=datetime.now(UTC) + timedelta(days=1)
        )
    answer = await Api(http, services.tokens.access_token(session)).ask(DECK)
    shown = answer["viewer"]["deck"]["nodes"]
    return {ids.decode(one["profile"]["id"], "Profile") for one in shown}


async def test_people_are_in_each_others_decks_when_both_suit_until_they_decide(
    services, http, world, town
):
    rows = await services.database.fetch(profiles.index_rows, ids=town)
    people = [features_of(row) for row in rows]
    decided = {(town[made.decider], town[made.candidate]) for made in world.decisions}
    now, sizes = datetime.now(UTC), []
    for viewer in people:
        deck = await deck_of(services, http, viewer.profile_id)
        assert deck == {
            other.profile_id
            for other in people
            if mutually_eligible(viewer, other, now)
            and (viewer.profile_id, other.profile_id) not in decided
        }
        sizes.append(len(deck))
    assert sum(sizes) >= PEOPLE
    assert sum(size > 0 for size in sizes) >= 0.75 * PEOPLE
