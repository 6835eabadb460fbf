"""The world of the streams: people who are signed in, and two conversations."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from domain.tokens import Tokens
from persistence import migrating, models
from persistence.rows import row_class
from resolvers import ids
from settings import Settings

_PEOPLE = (
    """
    INSERT INTO accounts (email, username, password_hash, is_verified)
    SELECT 'person' || n || '@example.com', 'person' || n, '-', true
    FROM generate_series(1, {people}) AS n
    """,
    """
    INSERT INTO profiles (profile_id, display_name, gender, birth_date, onboarded_at)
    SELECT account_id, username, 'woman', date '1995-05-17', now() FROM accounts
    """,
    """
    INSERT INTO sessions (account_id, expires_at)
    SELECT account_id, now() + interval '1 day' FROM accounts
    """,
)
_PAIR = """
INSERT INTO conversations (first_id, second_id, accepted_at) VALUES ($1, $2, now())
RETURNING conversation_id
"""
_GROUP = """
INSERT INTO conversations (kind, title) VALUES ('group', 'Everybody') RETURNING conversation_id
"""
_MEMBERS = """
INSERT INTO conversation_members (conversation_id, profile_id) SELECT $1, unnest($2::uuid[])
"""


@dataclass(frozen=True, slots=True)
class World:
    """What listeners and the one who writes need to know.

    Attributes:
        tokens: an access token of each person, good for a day; the first one writes.
        pair: the global id of the conversation of the first two people.
        group: that of the conversation of the first `members`.
    """

    tokens: Sequence[str]
    pair: str
    group: str


async def write(database_url: str, *, people: int, members: int) -> World:
    """Fill an empty database with people.

    Args:
        database_url: a ``postgresql://`` URL.
        people: how many, at least 2.
        members: how many of them take part in the conversation of many.
    """
    await migrating.upgrade(database_url)
    connection = await asyncpg.connect(database_url)
    try:
        for statement in _PEOPLE:
            await connection.execute(statement.format(people=people))
        sessions = await connection.fetch(
            "SELECT * FROM sessions ORDER BY session_id", record_class=row_class(models.Session)
        )
        keys = [session.account_id for session in sessions]
        pair = await connection.fetchval(_PAIR, *sorted(keys[:2]))
        group = await connection.fetchval(_GROUP)
        await connection.execute(_MEMBERS, pair, keys[:2])
        await connection.execute(_MEMBERS, group, keys[:members])
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    tokens = Tokens.from_settings(Settings(_env_file=None, access_token_minutes=1440))
    return World(
        [tokens.access_token(session) for session in sessions],
        ids.encode("Conversation", pair),
        ids.encode("Conversation", group),
    )
