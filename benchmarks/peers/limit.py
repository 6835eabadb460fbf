"""The limit: hand-written ASGI, one SQL statement for an operation, its JSON passed on as bytes."""

import os
import re
import sys
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from benchmarks.peers.serving import serve

_MAY_SEE = """({who} = {viewer} OR (EXISTS (SELECT FROM accounts AS a, profiles AS p
    WHERE a.account_id = {who} AND a.is_active AND p.profile_id = {who}
    AND p.onboarded_at IS NOT NULL)) AND NOT EXISTS (SELECT FROM blocks AS b
    WHERE b.blocker_id = {who} AND b.blocked_id = {viewer})
    AND NOT EXISTS (SELECT FROM blocks AS b
    WHERE b.blocker_id = {viewer} AND b.blocked_id = {who}))"""


def with_rule(sql: str, viewer: str) -> str:
    """Write out `may_see(column)` in a statement: Kith's rule of who sees whom, by hand.

    PostgreSQL does not inline a function that holds a subquery.

    Args:
        sql: the statement.
        viewer: what stands for the viewer's key.
    """
    return re.sub(
        r"\bmay_see\((\S+?)\)",
        lambda found: _MAY_SEE.format(who=found[1], viewer=viewer),
        sql,
    )


FEED = """
WITH around AS (
    SELECT $1 AS who UNION ALL
    SELECT second_id FROM matches WHERE first_id = $1 AND ended_at IS NULL UNION ALL
    SELECT first_id FROM matches WHERE second_id = $1 AND ended_at IS NULL
), newest AS MATERIALIZED (
    SELECT post_id, author_id, content, created_at, row_number() OVER (ORDER BY post_id DESC) AS n
    FROM around, LATERAL (SELECT * FROM posts WHERE author_id = who
        ORDER BY post_id DESC LIMIT 21) AS theirs
    WHERE may_see(who) ORDER BY post_id DESC LIMIT 21
), authors AS MATERIALIZED (
    SELECT profile_id, json_build_object('id', profile_id, 'displayName', display_name,
        'city', city, 'pronouns', pronouns,
        'companions', (SELECT coalesce(json_agg(json_build_object('id', companion_id, 'kind', kind,
                'name', name) ORDER BY companion_id), '[]')
            FROM companions WHERE companions.profile_id = profiles.profile_id),
        'posts', json_build_object('nodes', (SELECT coalesce(json_agg(json_build_object(
                'id', post_id, 'content', content, 'createdAt', created_at,
                'author', json_build_object('id', profile_id, 'displayName', display_name))
                ORDER BY post_id DESC), '[]')
            FROM (SELECT * FROM posts WHERE author_id = profile_id
                ORDER BY post_id DESC LIMIT 3) AS latest))) AS author
    FROM profiles WHERE profile_id IN (SELECT author_id FROM newest WHERE n <= 20)
)
SELECT json_build_object('data', json_build_object('viewer', json_build_object('feed',
    json_build_object('pageInfo', json_build_object('hasNextPage', count(*) > 20),
        'nodes', coalesce(json_agg(json_build_object('id', post_id, 'content', content,
            'createdAt', created_at, 'author', author) ORDER BY n) FILTER (WHERE n <= 20), '[]')
))))::text
FROM newest LEFT JOIN authors ON profile_id = author_id
"""

CHAT = """
WITH present AS MATERIALIZED (
    SELECT m.profile_id, m.joined_at, m.read_position, p.display_name, p.city
    FROM conversation_members AS m JOIN profiles AS p USING (profile_id)
    WHERE m.conversation_id = $2
), newest AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY position DESC) AS n FROM messages
    WHERE conversation_id = $2 ORDER BY position DESC LIMIT 51
)
SELECT json_build_object('data', json_build_object('conversation', (
    SELECT json_build_object('id', conversation_id, 'lastPosition', last_position,
        'members', json_build_object('nodes', (SELECT json_agg(json_build_object(
            'readPosition', read_position, 'profile', json_build_object('id', profile_id,
                'displayName', display_name, 'city', city)) ORDER BY joined_at, profile_id)
            FROM (SELECT * FROM present ORDER BY joined_at, profile_id LIMIT 20) AS longest)),
        'messages', (SELECT json_build_object('pageInfo',
            json_build_object('hasNextPage', count(*) > 50),
            'nodes', coalesce(json_agg(json_build_object('id', message_id, 'position', position,
                'text', text, 'sentAt', sent_at, 'sender', json_build_object('id', sender_id,
                    'displayName', display_name)) ORDER BY n) FILTER (WHERE n <= 50), '[]'))
            FROM newest LEFT JOIN present ON profile_id = sender_id))
    FROM conversations WHERE conversation_id = $2 AND ended_at IS NULL
    AND EXISTS (SELECT FROM present WHERE profile_id = $1)
    AND NOT EXISTS (SELECT FROM present WHERE NOT may_see(present.profile_id))
)))::text
"""

POINT = """
SELECT json_build_object('data', json_build_object('profile', (
    SELECT json_build_object('id', profile_id, 'displayName', display_name, 'bio', bio,
        'pronouns', pronouns, 'city', city, 'interests', interests, 'languages', languages)
    FROM profiles WHERE profile_id = $2 AND may_see(profiles.profile_id)
)))::text
"""

_SQL = {
    name: with_rule(sql, "$1") for name, sql in {"Feed": FEED, "Chat": CHAT, "Point": POINT}.items()
}
_NAME = re.compile(r"query (\w+)")
_START = {
    "type": "http.response.start",
    "status": 200,
}


class Application:
    """Knows three operations by name and nothing else of GraphQL."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._pool: asyncpg.Pool | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        if self._pool is None:
            self._pool = await asyncpg.create_pool(
                self._database_url, min_size=1, max_size=10, connection_class=_Connection
            )
        body = await _body(receive)
        answer = await self._answer(orjson.loads(body), _viewer(scope))
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer)).encode()),
        ]
        await send(_START | {"headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, request: Any, viewer: UUID) -> bytes:
        assert self._pool is not None
        found = _NAME.search(request["query"])
        assert found is not None
        key = request["variables"].get("id")
        arguments = [viewer] if key is None else [viewer, UUID(key)]
        text: str = await self._pool.fetchval(_SQL[found[1]], *arguments)
        return text.encode()


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """Carries no state: nothing to reset."""

    def get_reset_query(self) -> str:
        return ""


async def _body(receive: Any) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _viewer(scope: Any) -> UUID:
    return UUID(dict(scope["headers"])[b"x-viewer"].decode())


if __name__ == "__main__":
    serve(Application(os.environ["DATABASE_URL"]), int(sys.argv[1]))
