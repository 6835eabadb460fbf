"""`python -m benchmarks.places`: how long a search for places takes among 100,000 of them.

Half of them lie in ten cities, the others anywhere. Each search is the statement that the API runs
for a page of 20, without GraphQL; between them is one of each kind in turn.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import asyncpg

import embedded
from persistence import migrating
from persistence.pages import Window
from persistence.queries import places

_FILL = """
INSERT INTO places (name, category, latitude, longitude)
SELECT 'Place ' || md5(n::text), (ARRAY['cafe', 'park', 'bar', 'playground'])[1 + n % 4],
  CASE WHEN n % 2 = 0 THEN 40 + n / 2 % 10 + random_normal(0, 0.1)
       ELSE degrees(asin(2 * random() - 1)) END,
  CASE WHEN n % 2 = 0 THEN 5 + n / 2 % 10 * 3 + random_normal(0, 0.15)
       ELSE 360 * random() - 180 END
FROM generate_series(1, $1) AS n
"""
_KINDS: dict[str, dict[str, Any]] = {
    "3 km": {"radius_m": 3_000.0},
    "10 km, cafes": {"radius_m": 10_000.0, "category": "cafe"},
    "500 km": {"radius_m": 500_000.0},
    "500 km, by name": {"radius_m": 500_000.0, "name": "c4ca4238"},
}
_WINDOW = Window(20)
_INDEX = "places_point_idx"


async def measure(url: str, count: int, times: int) -> bool:
    """Fill a database, search it, print a table, and say whether all plans use the index."""
    await migrating.upgrade(url)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT setseed(0.5)")
    await connection.execute(_FILL, count)
    await connection.execute("VACUUM ANALYZE places")
    rng = random.Random(1)
    statement = places.near.page_statement(_WINDOW)
    taken: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    for n in range(times + 20):
        for kind, wanted in _KINDS.items():
            arguments = statement.arguments(_asked(rng, wanted))
            begun = time.perf_counter()
            await connection.fetch(statement.sql, *arguments)
            # The first ones find cold caches.
            if n >= 20:
                taken[kind].append((time.perf_counter() - begun) * 1_000)
    print(f"{count:,} places, {times} searches each, load {os.getloadavg()[0]:.1f}\n")
    print("| search | p50 ms | p99 ms |\n|---|---:|---:|")
    for kind, figures in taken.items():
        print(f"| {kind} | {median(figures):.2f} | {quantiles(figures, n=100)[-1]:.2f} |")
    uses = [await _plan(connection, statement, _asked(rng, wanted)) for wanted in _KINDS.values()]
    await connection.close()
    return all(_INDEX in plan or "places_name_idx" in plan for plan in uses)


async def _plan(connection: asyncpg.Connection, statement: Any, asked: dict[str, Any]) -> str:
    rows = await connection.fetch(f"EXPLAIN ANALYZE {statement.sql}", *statement.arguments(asked))
    plan = "\n".join(row[0] for row in rows)
    print(f"\n{plan}")
    return plan


def _asked(rng: random.Random, wanted: dict[str, Any]) -> dict[str, Any]:
    city, viewer = rng.randrange(10), UUID(int=1)
    return {
        **places.near.parameters([viewer], _WINDOW),
        "viewer_id": viewer,
        "latitude": round(40 + city + rng.gauss(0, 0.1), 7),
        "longitude": round(5 + city * 3 + rng.gauss(0, 0.15), 7),
        "name": None,
        "category": None,
        **wanted,
    }


def main() -> None:
    """Measure, print, and end with 1 when a plan does without the index."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.places", description=__doc__)
    parser.add_argument("--places", type=int, default=100_000, help="how many there are")
    parser.add_argument("--times", type=int, default=300, help="searches of each kind")
    arguments = parser.parse_args()
    with embedded.temporary() as stores:
        found = asyncio.run(measure(stores.database_url, arguments.places, arguments.times))
    sys.exit(0 if found else "A search does without the index.")


if __name__ == "__main__":
    main()
