"""The migration of decisions: what people decided before it stands after it, and the other way."""

from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

from persistence import migrating
from persistence.database import Database
from persistence.queries import decisions

ACCOUNT = """INSERT INTO accounts (account_id, email, username, password_hash)
  VALUES ($1, $2, $2, '')"""
PROFILE = """INSERT INTO profiles (profile_id, display_name, onboarded_at)
  VALUES ($1, 'Somebody', now())"""
ADA, BOB, EVE, KIM = sorted(uuid4() for _ in range(4))
STANDING = """SELECT second_id, first_decision FROM pairs WHERE first_id = $1
  AND first_decision IS NOT NULL"""


@pytest.fixture
async def url(stores):
    """The address of a database of the test's own, at the revision before."""
    parts = urlsplit(stores.database_url)
    server = await asyncpg.connect(stores.database_url)
    try:
        await server.execute("CREATE DATABASE decided")
        url = urlunsplit(parts._replace(path="/decided"))
        await migrating.upgrade(url, "0001")
        yield url
        await server.execute("DROP DATABASE decided WITH (FORCE)")
    finally:
        await server.close()


@pytest.fixture
async def connection(url):
    """A connection to it, with four people in it."""
    connection = await asyncpg.connect(url, statement_cache_size=0)
    for key in (ADA, BOB, EVE, KIM):
        await connection.execute(ACCOUNT, key, key.hex)
        await connection.execute(PROFILE, key)
    yield connection
    await connection.close()


async def act(connection, other, kind, standing, **columns):
    """Log what Ada does, and what stands of her then."""
    names = ["decider_id", "candidate_id", "kind", *columns]
    places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    key = await connection.fetchval(
        f"INSERT INTO decisions ({', '.join(names)}) VALUES ({places}) RETURNING decision_id",  # noqa: S608
        *(ADA, other, kind, *columns.values()),
    )
    await connection.execute(
        """INSERT INTO pairs (first_id, second_id, first_decision, first_decided_at)
          VALUES ($1, $2, $3::text, now()) ON CONFLICT (first_id, second_id)
          DO UPDATE SET first_decision = $3::text""",
        *(ADA, other, standing),
    )
    return key


async def listed(url):
    """The latest decision of Ada that can be undone, as whom it is about and its kind."""
    database = await Database.connect(url, read_connections=1, write_connections=1)
    try:
        row = await database.one(decisions.latest, viewer_id=ADA)
        return row and (row.candidate_id, row.kind, row.replaced)
    finally:
        await database.close()


async def test_decisions_from_before_stand_and_can_be_undone(url, connection):
    await act(connection, EVE, "pass", "pass")
    await act(connection, BOB, "pass", "pass")
    await act(connection, BOB, "like", "like")
    # As the older version undid: nothing stands after it.
    await act(connection, BOB, "undo", None)
    await migrating.upgrade(url)
    assert await migrating.differences(url) is None
    assert await listed(url) == (EVE, "pass", None)
    assert await standing(connection) == {EVE: "pass"}


async def test_the_way_back_keeps_what_the_older_version_has_words_for(url, connection):
    await migrating.upgrade(url)
    liked = await act(connection, BOB, "super_like", "super_like")
    await act(connection, EVE, "later", "later")
    await act(connection, KIM, "pass", "pass")
    await act(connection, BOB, "undo", None, undoes_id=liked)
    await act(connection, BOB, "super_like", "super_like")
    await migrating.downgrade(url, "0001")
    assert await standing(connection) == {BOB: "like", KIM: "pass"}
    kinds = await connection.fetch("SELECT kind FROM decisions ORDER BY decision_id")
    assert [row["kind"] for row in kinds] == ["like", "undo", "pass", "undo", "like"]
    await migrating.upgrade(url)
    assert await migrating.differences(url) is None
    assert await listed(url) == (BOB, "like", None)


async def standing(connection) -> dict[UUID, str]:
    """What Ada has decided, by person."""
    rows = await connection.fetch(STANDING, ADA)
    return {row["second_id"]: row["first_decision"] for row in rows}
