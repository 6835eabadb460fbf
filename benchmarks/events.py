"""`python -m benchmarks.events`: how long lists of events take among 100,000 of them.

Half of them are in ten cities, the others anywhere, spread over a year; they have 1,000 hosts. Each
list is the statement that the API runs for a page of 20, without GraphQL, and recommendations the
one that finds what may be recommended; between them is one of each kind in turn.
"""

import argparse
import asyncio
import os
import random
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import asyncpg

import embedded
from persistence import migrating
from persistence.pages import Window
from persistence.queries import event_recommendations, events

_PEOPLE = """
WITH people AS (SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid AS id, n
  FROM generate_series(1, 1000) AS n),
accounts AS (INSERT INTO accounts (account_id, email, username, password_hash)
  SELECT id, n || '@example.com', 'person' || n, '-' FROM people RETURNING account_id)
INSERT INTO profiles (profile_id, display_name, onboarded_at)
SELECT account_id, 'Person', now() FROM accounts
"""
_FOLLOWS = """
INSERT INTO follows (follower_id, followed_id, accepted_at)
SELECT $1, profile_id, now() FROM profiles WHERE profile_id <> $1 ORDER BY profile_id LIMIT 200
"""
_FILL = """
INSERT INTO events (host_id, title, tags, city, latitude, longitude, starts_at, ends_at, time_zone,
  place_name)
SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(1 + n % 1000), 12, '0'))::uuid,
  'Evening ' || md5((n % 5000)::text), ARRAY['tag' || n % 500], 'City ' || n % 50,
  CASE WHEN n % 2 = 0 THEN 40 + n / 2 % 10 + random_normal(0, 0.1)
       ELSE degrees(asin(2 * random() - 1)) END,
  CASE WHEN n % 2 = 0 THEN 5 + n / 2 % 10 * 3 + random_normal(0, 0.15)
       ELSE 360 * random() - 180 END,
  start, start + interval '2 hours', 'UTC', 'Hall'
FROM (SELECT n, now() + random() * interval '365 days' AS start
  FROM generate_series(1, $1) AS n) AS evenings
"""
_GOING = """
INSERT INTO attendances (event_id, profile_id, state, joined_at)
SELECT event_id, profile_id, 'going', now() FROM profiles,
  LATERAL (SELECT event_id FROM events WHERE host_id = profiles.profile_id LIMIT 5) AS mine
"""
_NEAR = ("latitude", "longitude", "radius_m")
_KINDS: dict[str, tuple[str, ...]] = {
    "all, the first to start first": (),
    "of a week": ("until",),
    "within 10 km": _NEAR,
    "within 10 km, with a tag": (*_NEAR, "tags"),
    "with a tag": ("tags",),
    "of a host": ("host_id",),
    "with a word": ("text",),
    "to which one goes": ("is_going",),
}
_RECOMMENDED = "what may be recommended"
_WINDOW = Window(20)
_VIEWER = UUID(int=1_000)
_INDEXES = re.compile(r"\b((?:events|attendances)_\w+_(?:idx|key)|(?:events|attendances)_pkey)\b")


def _statement(kind: str) -> Any:
    if kind == _RECOMMENDED:
        return event_recommendations.candidates
    names = frozenset(_KINDS[kind]) - {"latitude", "longitude"}
    return events.starting(names).page_statement(_WINDOW)


def _asked(kind: str, rng: random.Random) -> dict[str, Any]:
    now, city = datetime.now(UTC), rng.randrange(10)
    here = {
        "latitude": round(40 + city + rng.gauss(0, 0.1), 7),
        "longitude": round(5 + city * 3 + rng.gauss(0, 0.15), 7),
    }
    if kind == _RECOMMENDED:
        rest = {"viewer_id": _VIEWER, "ids": [], "radius_m": 25_000.0, "limit": 100, "now": now}
        return {**here, **rest}
    values: dict[str, Any] = {
        **here,
        "until": now + timedelta(days=7),
        "radius_m": 10_000.0,
        "tags": [f"tag{rng.randrange(500)}"],
        "host_id": UUID(int=rng.randrange(1, 1_000)),
        "text": "evening c4ca4238a0b923820dcc509a6f75849b",
    }
    wanted = {name: values[name] for name in _KINDS[kind] if name != "is_going"}
    listing = events.starting(frozenset(_KINDS[kind]) - {"latitude", "longitude"})
    parameters = listing.parameters([_VIEWER], _WINDOW)
    return {**parameters, "viewer_id": _VIEWER, "starts_from": now, **wanted}


async def measure(url: str, count: int, times: int) -> bool:
    """Fill a database, list, print a table, and say whether all plans go by an index."""
    await migrating.upgrade(url)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT setseed(0.5)")
    await connection.execute(_PEOPLE)
    await connection.execute(_FOLLOWS, _VIEWER)
    await connection.execute(_FILL, count, timeout=3_600)
    await connection.execute(_GOING)
    await connection.execute("VACUUM ANALYZE", timeout=3_600)
    # As the connections of the API do.
    await connection.execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
    rng, kinds = random.Random(1), [*_KINDS, _RECOMMENDED]
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for n in range(times + 20):
        for kind in kinds:
            statement = _statement(kind)
            arguments = statement.arguments(_asked(kind, rng))
            begun = time.perf_counter()
            await connection.fetch(statement.sql, *arguments)
            # The first ones find cold caches.
            if n >= 20:
                taken[kind].append((time.perf_counter() - begun) * 1_000)
    print(f"{count:,} events, {times} lists of each kind, load {os.getloadavg()[0]:.1f}\n")
    print("| list | p50 ms | p99 ms | indexes |\n|---|---:|---:|---|")
    plans = {kind: await _plan(connection, kind, rng) for kind in kinds}
    used = {kind: sorted(set(_INDEXES.findall(plan))) for kind, plan in plans.items()}
    for kind, figures in taken.items():
        p50, p99 = median(figures), quantiles(figures, n=100)[-1]
        print(f"| {kind} | {p50:.2f} | {p99:.2f} | {', '.join(used[kind])} |")
    for kind, plan in plans.items():
        print(f"\n{kind}\n{plan}")
    await connection.close()
    return all("Seq Scan on events" not in plan for plan in plans.values())


async def _plan(connection: asyncpg.Connection, kind: str, rng: random.Random) -> str:
    statement = _statement(kind)
    arguments = statement.arguments(_asked(kind, rng))
    rows = await connection.fetch(f"EXPLAIN ANALYZE {statement.sql}", *arguments)
    return "\n".join(row[0] for row in rows)


def main() -> None:
    """Measure, print, and end with 1 when a plan reads all events."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.events", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="how many there are")
    parser.add_argument("--times", type=int, default=200, help="lists of each kind")
    arguments = parser.parse_args()
    with embedded.temporary() as stores:
        found = asyncio.run(measure(stores.database_url, arguments.events, arguments.times))
    sys.exit(0 if found else "A list reads all events.")


if __name__ == "__main__":
    main()
