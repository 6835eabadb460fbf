"""`python -m benchmarks.inbox`: how long inboxes take among 1,000,000 messages of 20,000 people.

Most people are in some nine conversations of two and read nearly all; one is in a thousand more and
reads nothing; a hundred groups of fifty people hold five hundred messages each. Each question is
the statement that the API runs, without GraphQL; between them is one of each kind in turn.
"""

import argparse
import asyncio
import os
import random
import re
import sys
import time
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import asyncpg

import embedded
from persistence import migrating
from persistence.pages import Window
from persistence.queries import conversations, messages
from persistence.statements import Statement

_FILL = (
    """
CREATE FUNCTION pg_temp.person(n bigint) RETURNS uuid LANGUAGE sql
  RETURN ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid
""",
    """
CREATE FUNCTION pg_temp.talk(n bigint) RETURNS uuid LANGUAGE sql
  RETURN ('10000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid
""",
    """
WITH made AS (INSERT INTO accounts (account_id, email, username, password_hash)
  SELECT pg_temp.person(n), n || '@example.com', 'person' || n, '-'
  FROM generate_series(1, 20000) n RETURNING account_id)
INSERT INTO profiles (profile_id, display_name, onboarded_at)
SELECT account_id, 'Person', now() FROM made
""",
    # The pairs of nobody twice: each round has another distance between the two.
    """
CREATE TEMPORARY TABLE talks AS
SELECT n, 'direct' AS kind, least(one, other) AS first, greatest(one, other) AS second, 9 AS size
FROM (SELECT n, 1 + n % 20000 AS one, 1 + (n + 1 + n / 20000 * 7) % 20000 AS other
  FROM generate_series(0, 99999) n) AS pairs
UNION ALL SELECT 100000 + n, 'direct', 1, 1000 + n, 50 FROM generate_series(1, 1000) n
UNION ALL SELECT 200000 + n, 'group', NULL, NULL, 500 FROM generate_series(1, 100) n
""",
    """
INSERT INTO conversations (conversation_id, kind, title, first_id, second_id, last_position,
  last_message_at, active_at)
SELECT pg_temp.talk(n), kind, CASE WHEN kind = 'group' THEN 'Group' END,
  pg_temp.person(first), pg_temp.person(second), size, moment, moment
FROM (SELECT *, now() - random() * interval '90 days' AS moment FROM talks) AS dated
""",
    """
INSERT INTO conversation_members (conversation_id, profile_id, read_position)
SELECT pg_temp.talk(n), pg_temp.person(person),
  CASE WHEN person = 1 THEN 0 ELSE floor(size * power(random(), 0.1)) END
FROM talks, LATERAL (SELECT unnest(CASE kind WHEN 'direct' THEN ARRAY[first, second]
  ELSE ARRAY(SELECT 1 + (n * 97 + m * 13) % 20000 FROM generate_series(1, 50) m) END) AS person
) AS people
""",
    """
INSERT INTO messages (conversation_id, position, sender_id, text)
SELECT pg_temp.talk(n), position, pg_temp.person(sender), 'Hello ' || position
FROM talks, generate_series(1, size) AS position, LATERAL (SELECT CASE WHEN kind = 'group'
  THEN 1 + (n * 97 + (1 + position % 50) * 13) % 20000
  WHEN first = 1 THEN second WHEN position % 2 = 0 THEN first ELSE second END AS sender) AS sent
""",
    "VACUUM ANALYZE",
)
_WINDOW = Window(20)
_BUSY = UUID(int=1)
_INDEXES = re.compile(r"\b((?:conversation|message)\w+_(?:idx|key|pkey))\b")
_TABLES = ("conversations", "conversation_members", "messages")
_WHO = {"somebody": 0, "who is in 1,000 conversations": 1}
_KINDS = ("a page of 20", "their places and unread", "their last messages", "unread in all")


def _question(kind: str, viewer: UUID, keys: list[UUID]) -> tuple[Statement, dict[str, Any]]:
    if kind == "a page of 20":
        listing = conversations.of_member
        parameters = listing.parameters([viewer], _WINDOW)
        return listing.page_statement(_WINDOW), {**parameters, "viewer_id": viewer}
    if kind == "unread in all":
        return conversations.unread_total, {"viewer_id": viewer}
    statement = messages.last_of if "last" in kind else conversations.my_places_in
    return statement, {"viewer_id": viewer, "conversation_ids": keys}


class _Inbox:
    """Asks and explains on one connection, as those of the API are set up."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._rng = random.Random(1)

    async def filled(self) -> int:
        """Fill the database, and say how many messages it holds."""
        for statement in _FILL:
            await self._connection.execute(statement, timeout=3_600)
        await self._connection.execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
        count: int = await self._connection.fetchval("SELECT count(*) FROM messages")
        return count

    async def taken(self, is_busy: int, kind: str) -> float:
        """How many milliseconds a question of this kind takes."""
        statement, arguments = await self._asked(is_busy, kind)
        begun = time.perf_counter()
        await self._connection.fetch(statement.sql, *arguments)
        return (time.perf_counter() - begun) * 1_000

    async def plan(self, is_busy: int, kind: str) -> str:
        """How PostgreSQL answers a question of this kind."""
        statement, arguments = await self._asked(is_busy, kind)
        explained = f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}"
        return "\n".join(row[0] for row in await self._connection.fetch(explained, *arguments))

    async def _asked(self, is_busy: int, kind: str) -> tuple[Statement, list[Any]]:
        viewer = _BUSY if is_busy else UUID(int=self._rng.randrange(2, 20_000))
        page, parameters = _question("a page of 20", viewer, [])
        rows = await self._connection.fetch(page.sql, *page.arguments(parameters))
        statement, parameters = _question(kind, viewer, [r["conversation_id"] for r in rows[:20]])
        return statement, statement.arguments(parameters)


async def measure(url: str, times: int) -> bool:
    """Fill a database, ask, print a table and the plans, and say whether all go by an index."""
    await migrating.upgrade(url)
    connection = await asyncpg.connect(url)
    inbox = _Inbox(connection)
    count = await inbox.filled()
    kinds = [(who, kind) for who in _WHO for kind in _KINDS]
    taken: dict[tuple[str, str], list[float]] = {each: [] for each in kinds}
    for n in range(times + 10):
        for who, kind in kinds:
            duration = await inbox.taken(_WHO[who], kind)
            # The first ones find cold caches.
            if n >= 10:
                taken[who, kind].append(duration)
    plans = {(who, kind): await inbox.plan(_WHO[who], kind) for who, kind in kinds}
    await connection.close()
    print(f"{count:,} messages, {times} times each, load {os.getloadavg()[0]:.1f}\n")
    print("| whose | what | p50 ms | p99 ms | indexes in the plan |\n|---|---|---:|---:|---|")
    for (who, kind), figures in taken.items():
        used = ", ".join(sorted(set(_INDEXES.findall(plans[who, kind]))))
        p50, p99 = median(figures), quantiles(figures, n=100)[-1]
        print(f"| {who} | {kind} | {p50:.2f} | {p99:.2f} | {used} |")
    for (who, kind), plan in plans.items():
        print(f"\n{who}: {kind}\n{plan}")
    whole = [f"Seq Scan on {table}" for table in _TABLES]
    return not any(each in plan for plan in plans.values() for each in whole)


def main() -> None:
    """Measure, print, and end with 1 when a plan reads a whole table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.inbox", description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="how often each is asked")
    arguments = parser.parse_args()
    with embedded.temporary() as stores:
        is_good = asyncio.run(measure(stores.database_url, arguments.times))
    sys.exit(0 if is_good else "A question reads a whole table.")


if __name__ == "__main__":
    main()
