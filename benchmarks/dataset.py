"""The dataset: people, posts and conversations in Kith's own tables, the same in every run."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from persistence import migrating

POSTS_EACH = 10
MESSAGES_EACH = 60
PARTNERS_EACH_SIDE = 25


@dataclass(frozen=True, slots=True)
class Scale:
    """How much there is.

    Attributes:
        name: how it is asked for.
        people: how many people; each has 10 posts, a companion or two, about 50 matches, and a
            conversation of 60 messages with each of two of them.
    """

    name: str
    people: int


_SCALES = (Scale("tiny", 200), Scale("default", 2_000), Scale("full", 20_000))
SCALES = {scale.name: scale for scale in _SCALES}


@dataclass(frozen=True, slots=True)
class World:
    """What the operations need to know of the dataset.

    Attributes:
        viewer: who asks: the person in the middle.
        session: a session of theirs that is open for a day.
        profiles: people whom they may see.
        conversations: conversations that are open to them.
    """

    viewer: UUID
    session: UUID
    profiles: list[UUID]
    conversations: list[UUID]


_KEY = """
CREATE FUNCTION pg_temp.key(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1767225600000 + n * 1000), 12, '0') || '7' || substr(md5(kind || n), 1, 3)
        || '8' || substr(md5(kind || n), 4, 15))::uuid
$$;
CREATE FUNCTION pg_temp.moment(n bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT to_timestamp(1767225600 + n)
$$;
"""

_PEOPLE = """
INSERT INTO accounts (account_id, email, username, password_hash, is_active, is_verified)
SELECT pg_temp.key('person', n), 'person' || n || '@example.com', 'person' || n, '-',
    n % 50 <> 7, true
FROM generate_series(1, {people}) AS n;

INSERT INTO profiles (profile_id, display_name, bio, gender, pronouns, birth_date, city, skills,
    interests, goals, languages, onboarded_at, last_active_at)
SELECT pg_temp.key('person', n), 'Person ' || n, repeat('I like long walks and short talks. ', 4),
    (ARRAY['woman', 'man', 'non_binary'])[1 + n % 3], 'they/them', date '1980-01-01' + n % 9000,
    (ARRAY['Lisbon', 'Köln', 'Oslo', 'Kyoto', 'Quito'])[1 + n % 5], ARRAY['cooking', 'welding'],
    ARRAY['hiking', 'jazz', 'chess', 'board games'], ARRAY['friendship'], ARRAY['en', 'pt'],
    pg_temp.moment(n), now()
FROM generate_series(1, {people}) AS n;

INSERT INTO companions (companion_id, profile_id, kind, name, temperament)
SELECT pg_temp.key('companion' || k, n), pg_temp.key('person', n),
    (ARRAY['dog', 'cat'])[k], 'Companion ' || n || '.' || k, 'calm'
FROM generate_series(1, {people}) AS n, generate_series(1, 1 + n % 2) AS k;

INSERT INTO posts (post_id, author_id, content, created_at, updated_at)
SELECT pg_temp.key('post', n), pg_temp.key('person', 1 + (n * 7919) % {people}),
    'Post ' || n || ': ' || repeat('what a day it was at the lake with all of you. ', 3),
    pg_temp.moment(n), pg_temp.moment(n)
FROM generate_series(1, {people} * {posts_each}) AS n;
"""

_PAIRS = """
INSERT INTO matches (match_id, first_id, second_id, compatibility_score, matched_at)
SELECT pg_temp.key('match' || d, n), pg_temp.key('person', n), pg_temp.key('person', n + d),
    50 + n % 50, pg_temp.moment(n)
FROM generate_series(1, {people}) AS n, generate_series(1, {partners}) AS d
WHERE n + d <= {people};

INSERT INTO blocks (blocker_id, blocked_id)
SELECT pg_temp.key('person', n), pg_temp.key('person', n + 5)
FROM generate_series(1, {people} - 5, 5) AS n;

INSERT INTO conversations
    (conversation_id, match_id, first_id, second_id, last_position, last_message_at, active_at)
SELECT pg_temp.key('conversation', n), pg_temp.key('match1', n),
    pg_temp.key('person', n), pg_temp.key('person', n + 1), {messages_each},
    pg_temp.moment(n * 100 + {messages_each}), pg_temp.moment(n * 100 + {messages_each})
FROM generate_series(1, {people} - 1) AS n;

INSERT INTO conversation_members (conversation_id, profile_id, read_position, joined_at)
SELECT pg_temp.key('conversation', n), pg_temp.key('person', n + side), 40 + side,
    pg_temp.moment(n)
FROM generate_series(1, {people} - 1) AS n, generate_series(0, 1) AS side;

INSERT INTO messages (message_id, conversation_id, position, sender_id, text, sent_at)
SELECT pg_temp.key('message', n * 100 + k), pg_temp.key('conversation', n), k,
    pg_temp.key('person', n + k % 2), 'Message ' || k || ': shall we meet at the usual place?',
    pg_temp.moment(n * 100 + k)
FROM generate_series(1, {people} - 1) AS n, generate_series(1, {messages_each}) AS k;
"""

_WORLD = """
SELECT pg_temp.key('person', {viewer}) AS viewer, pg_temp.key('session', 1) AS session,
    ARRAY(SELECT pg_temp.key('person', {viewer} + n) FROM generate_series(8, 60) AS n
        WHERE ({viewer} + n) % 50 <> 7) AS profiles,
    ARRAY(SELECT pg_temp.key('conversation', {viewer} - n) FROM generate_series(0, 1) AS n)
        AS conversations
"""


async def write(database_url: str, scale: Scale) -> World:
    """Fill an empty database.

    One in fifty accounts is closed and one person in five blocks another, so that a server which
    ignores who may see whom gives another answer.

    Args:
        database_url: a ``postgresql://`` URL.
        scale: how much to write.

    Raises:
        MigrationFailed: the tables cannot be made.
    """
    await migrating.upgrade(database_url)
    sizes = {
        "people": scale.people,
        "posts_each": POSTS_EACH,
        "messages_each": MESSAGES_EACH,
        "partners": PARTNERS_EACH_SIDE,
    }
    # Not a multiple of 50 and 5 away from a closed account: both conversations are open.
    viewer = scale.people // 2 + 1
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_KEY)
        for script in (_PEOPLE, _PAIRS):
            await connection.execute(script.format(**sizes))
        row = await connection.fetchrow(_WORLD.format(viewer=viewer))
        world = World(**row)
        await connection.execute(
            "INSERT INTO sessions (session_id, account_id, expires_at) VALUES ($1, $2, $3)",
            world.session,
            world.viewer,
            datetime.now(UTC) + timedelta(days=1),
        )
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return world
