"""How long search takes among 200,000 posts, kind of query by kind, and which indexes serve it.

Run by `python -m benchmarks.search`. It measures what PostgreSQL does: the statements of a search
and of suggestions, one after the other on one connection, without vectors.
"""

import argparse
import asyncio
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

import embedded
from domain.search import MOST_FOUND, SearchKind
from persistence import migrating
from persistence.database import Database
from persistence.queries import search
from persistence.rows import Row

_PEOPLE, _EVENTS = 5_000, 2_000
_INDEX = re.compile(r"\w*search_documents_\w+_(?:idx|pkey)")

# Words are as unevenly frequent as in texts: the first is in nearly every post, the last in hardly
# any. A word is two to four syllables, made of its number.
_SYLLABLES = (
    *("ka", "lo", "mi", "ne", "ru", "ta", "so", "vi", "pe", "da"),
    *("ho", "ji", "ba", "gu", "fe", "wa", "zo", "yu", "che", "ri"),
)
_WORDS, _WORDS_EACH = 20_000, 20

_INDEX_OF_WORDS = "CREATE INDEX search_documents_words_idx ON search_documents USING gin (words)"


def word(number: int) -> str:
    """Give a word of two to four syllables, another one for nearly every number."""
    return "".join(_SYLLABLES[number // 20**n % 20] for n in range(2 + number % 3))


def _people() -> Iterator[tuple[UUID, str]]:
    chosen = random.Random(0)
    for n in range(1, _PEOPLE + 1):
        name = f"{word(chosen.randrange(400)).title()} {word(chosen.randrange(_WORDS)).title()}"
        yield UUID(int=n), name


def _texts(count: int) -> Iterator[str]:
    chosen = np.random.default_rng(0)
    words = [word(n) for n in range(_WORDS)]
    for _ in range(count):
        places = (_WORDS * chosen.random(_WORDS_EACH) ** 6).astype(int)
        yield " ".join(words[place] for place in places)


async def filled(database: Database, posts: int) -> None:
    """Write the world: 5,000 people, 2,000 events and as many posts as are wanted."""
    people = list(_people())
    soon = datetime.now(UTC) + timedelta(days=1)
    tables: dict[str, tuple[list[str], Iterable[tuple[Any, ...]]]] = {
        "profiles": (
            ["profile_id", "display_name", "onboarded_at"],
            ((key, name, datetime.now(UTC)) for key, name in people),
        ),
        "posts": (
            ["author_id", "content"],
            ((people[n % _PEOPLE][0], text) for n, text in enumerate(_texts(posts))),
        ),
        "events": (
            ["host_id", "title", "starts_at", "ends_at", "time_zone", "place_name"],
            (
                (people[n % _PEOPLE][0], text[:60], soon, soon + timedelta(hours=2), "UTC", "Hall")
                for n, text in enumerate(_texts(_EVENTS))
            ),
        ),
    }
    async with database.write() as tx:
        await tx.connection.execute("SET LOCAL statement_timeout = 0")
        # Quicker after the rows than with each of them.
        await tx.connection.execute("DROP INDEX search_documents_words_idx")
        await tx.connection.execute(
            "INSERT INTO accounts (account_id, email, username, password_hash)"
            " SELECT key, key || '@example.com', 'p' || key, '-' FROM unnest($1::uuid[]) key",
            [key for key, _ in people],
        )
        for name, (columns, rows) in tables.items():
            await tx.connection.copy_records_to_table(
                name, columns=columns, records=rows, timeout=3_600
            )
        await tx.connection.execute(_INDEX_OF_WORDS, timeout=3_600)
        await tx.connection.execute(
            "SELECT gin_clean_pending_list('search_documents_title_trigrams_idx')"
        )
        await tx.connection.execute("ANALYZE", timeout=3_600)


async def queries(database: Database) -> dict[str, list[str]]:
    """Choose queries of each kind from what there is."""
    async with database.write() as tx:
        rows = await tx.connection.fetch(
            "SELECT word, ndoc FROM ts_stat($$SELECT words FROM search_documents"
            " WHERE kind = 'posts'$$) ORDER BY ndoc DESC"
        )
        names = await tx.connection.fetch("SELECT display_name FROM profiles LIMIT 2000")
    words = [row["word"] for row in rows]
    chosen = random.Random(1)
    few = [row["word"] for row in rows if 5 <= row["ndoc"] <= 50]
    some = [row["word"] for row in rows if 500 <= row["ndoc"] <= 5_000]
    people = [row["display_name"] for row in names]
    return {
        "rare word": chosen.sample(few, 100),
        "word of some hundred posts": chosen.choices(some, k=100),
        "two such words": [" ".join(chosen.sample(some, 2)) for _ in range(100)],
        "the ten commonest words": words[:10] * 10,
        "name": [chosen.choice(people) for _ in range(100)],
        "name with a wrong letter": [_mistaken(chosen.choice(people), chosen) for _ in range(100)],
        "nothing": [f"xq{n}xq" for n in range(100)],
    }


def _mistaken(name: str, chosen: random.Random) -> str:
    place = chosen.randrange(1, len(name) - 1)
    return f"{name[:place]}x{name[place + 1 :]}"


async def measured(
    asked: Sequence[dict[str, Any]], ask: Callable[..., Any]
) -> tuple[list[float], float]:
    """Ask one after the other: the seconds that each took, and how many rows came on average."""
    seconds, rows = [], 0
    for each in asked:
        started = time.perf_counter()
        rows += len(await ask(**each))
        seconds.append(time.perf_counter() - started)
    return sorted(seconds), rows / len(asked)


async def searched(database: Database, **asked: Any) -> list[Row]:
    """What a search does in PostgreSQL: what has the words, and the first page of it."""
    found = await database.fetch(
        search.found, kinds=[kind.value for kind in SearchKind], limit=MOST_FOUND, **asked
    )
    kinds, ids = [row["kind"] for row in found], [row["subject_id"] for row in found]
    await database.fetch(search.page, given_kinds=kinds, given_ids=ids, after=0, limit=21, **asked)
    return found


async def run(posts: int) -> None:
    """Measure and print."""
    with embedded.temporary() as stores:
        await migrating.upgrade(stores.database_url)
        database = await Database.connect(
            stores.database_url, read_connections=1, statement_timeout_ms=3_600_000
        )
        try:
            await filled(database, posts)
            await _report(database)
        finally:
            await database.close()


async def _report(database: Database) -> None:
    viewer = UUID(int=1)
    print("| query | found on average | p50 ms | p99 ms |")
    print("|---|---|---|---|")
    chosen = await queries(database)
    for name, texts in chosen.items():
        asked = [{"query": text, "viewer_id": viewer} for text in texts]
        _print(name, *await measured(asked, lambda **each: searched(database, **each)))
    for length in (1, 3, 6):
        asked = [
            {"prefix": text[:length], "tag": None, "viewer_id": viewer, "limit": 10}
            for text in chosen["name"]
        ]
        ask = lambda **each: database.fetch(search.suggested, **each)  # noqa: E731
        _print(f"suggestions for {length} letters", *await measured(asked, ask))
    (query,) = chosen["rare word"][:1]
    arguments = {"query": query, "kinds": ["posts"], "limit": MOST_FOUND, "viewer_id": viewer}
    async with database.write() as tx:
        await tx.connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        plan = await tx.connection.fetch(
            f"EXPLAIN {search.found.sql}", *search.found.arguments(arguments)
        )
    used = sorted({name for row in plan for name in _INDEX.findall(row[0])})
    print(f"\nIndexes in the plan of a search: {', '.join(used)}")


def _print(name: str, seconds: list[float], rows: float) -> None:
    p99 = seconds[min(len(seconds) - 1, round(0.99 * len(seconds)))]
    print(f"| {name} | {rows:.0f} | {statistics.median(seconds) * 1e3:.1f} | {p99 * 1e3:.1f} |")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=200_000, help="how many posts there are")
    asyncio.run(run(parser.parse_args().posts))
