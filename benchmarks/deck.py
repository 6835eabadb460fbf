"""`python -m benchmarks.deck`: what it costs to build a deck and to page through it.

People are invented by PostgreSQL, vectors drawn at random: what they mean costs the same.
Everything runs in one process over real stores, without HTTP; `python -m benchmarks` measures that.

With `--server` people are looked for over HTTP, at a process that answers in place of a Qdrant
server (`benchmarks.deck_server`): that measures what a deck costs Kith when there is a server, with
requests and answers as they are, and tells apart how long the process looked for people. How long
Qdrant would look for them, and whom its graph would miss, is not measured.
"""

import argparse
import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psutil  # type: ignore[import-untyped]  # ships no types

from benchmarks import deck_index, setting
from domain.viewer import Viewer
from matching.candidates import search_of
from matching.decks import DeckBuilder
from matching.eligibility import mutually_eligible
from matching.embeddings import MODEL_VERSION
from matching.features import Features, features_of
from matching.recall import AT, RecallGuard
from persistence import migrating
from persistence.database import Database
from persistence.decks import Decks, connect
from persistence.facets import Order
from persistence.pages import CursorCodec
from persistence.pairs_of_day import PairsOfDay
from persistence.queries import profile_vectors, profiles
from persistence.showings import Showings
from persistence.vectors import Vectors
from resolvers.context import Context
from resolvers.deck import deck

_PEOPLE = 20_000
_BATCH = 1_000
_MEGABYTE = 2**20

# Twelve towns; whom people want differs, so that about one in eight suits both sides.
_INVENT = (
    """
    INSERT INTO accounts (email, username, password_hash)
    SELECT 'person' || n || '@example.com', 'person' || n, '' FROM generate_series(1, $1::int) n
    """,
    """
    INSERT INTO profiles (profile_id, display_name, bio, gender, birth_date, latitude, longitude,
      interests, skills, goals, languages, last_active_at, onboarded_at)
    SELECT account_id, username, repeat('I like long walks and good coffee. ', 8),
      (ARRAY['woman', 'man'])[1 + n % 2], date '1970-01-01' + (n * 7919 % 12000),
      48 + n % 12 / 3.0 + (n * 31 % 100) / 500.0, 9 + n % 12 / 4.0 + (n * 17 % 100) / 500.0,
      (ARRAY['hiking', 'chess', 'jazz', 'film', 'sailing', 'cooking'])[1 + n % 4 : 3 + n % 4],
      (ARRAY['python', 'design', 'law', 'sales'])[1 + n % 3 : 2 + n % 3],
      (ARRAY['dating', 'friendship'])[1 + n % 2 : 2],
      (ARRAY['en', 'de', 'fr'])[1 + n % 2 : 2],
      date_trunc('day', now()) - (n * 13 % 40) * interval '1 day', now()
    FROM (SELECT *, row_number() OVER (ORDER BY account_id)::int AS n FROM accounts) numbered
    """,
    """
    INSERT INTO preferences (profile_id, age_min, age_max, max_distance_km, genders)
    SELECT profile_id, 18 + n % 9, 45 + n % 30, (ARRAY[NULL, 100, 250, 1000])[1 + n % 4],
      CASE WHEN n % 3 = 0 THEN '{}'::text[] ELSE ARRAY[(ARRAY['woman', 'man'])[1 + n / 2 % 2]] END
    FROM (SELECT *, row_number() OVER (ORDER BY profile_id)::int AS n FROM profiles) numbered
    """,
    "ANALYZE accounts, profiles, preferences",
)


@dataclass(frozen=True)
class Stores:
    """What pages are made with, in place of all that a server holds.

    Attributes:
        elsewhere: the decks as a process has them that keeps nothing near.
    """

    builder: DeckBuilder
    decks: Decks
    elsewhere: Decks
    showings: Showings
    database: Database


@dataclass
class Costs:
    """What one kind of call took, in milliseconds.

    Attributes:
        name: how the table calls it.
        must: what p95 must reach, None where nothing was promised.
        moonshot: what it should reach.
        spent: of each call, on the clock.
        engine: gives for how many seconds an engine of its own has worked since asked last.
        worked: of each call, processor time of this process.
        searched: of each call, the time of the engine.
    """

    name: str
    must: float | None = None
    moonshot: float | None = None
    engine: Callable[[], float] = float
    spent: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    searched: list[float] = field(default_factory=list)

    async def of(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Await a call and keep what it cost."""
        spent, worked = time.perf_counter(), time.process_time()
        found = await call()
        self.worked.append(1e3 * (time.process_time() - worked))
        self.spent.append(1e3 * (time.perf_counter() - spent))
        self.searched.append(1e3 * await asyncio.to_thread(self.engine))
        return found

    def row(self) -> str:
        """Give the row of the table."""
        without = np.subtract(self.spent, self.searched)
        p50, p95, own50, own95 = (
            float(np.percentile(times, at)) for times in (self.spent, without) for at in (50, 95)
        )
        targets = [str(each) if each is not None else "" for each in (self.must, self.moonshot)]
        figures = (p50, p95, own50, own95, float(np.median(self.worked)))
        cells = [self.name, *(f"{figure:.1f}" for figure in figures), *targets]
        return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure and print Markdown tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deck", description=__doc__)
    parser.add_argument("--people", type=int, default=_PEOPLE, help="how many there are")
    parser.add_argument("--viewers", type=int, default=100, help="how many of them ask")
    parser.add_argument("--recalls", type=int, default=20, help="how many are compared exactly")
    parser.add_argument("--server", action="store_true", help="look for people over HTTP")
    arguments = parser.parse_args()
    with setting.stores() as (stores, directory):
        asyncio.run(_run(stores, directory, arguments))


async def _run(stores: Any, directory: Path, arguments: argparse.Namespace) -> None:
    await migrating.upgrade(stores.database_url)
    database = await Database.connect(stores.database_url, statement_timeout_ms=600_000)
    _tell(f"Inventing {arguments.people:,} people ...")
    async with database.write() as tx:
        await tx.connection.execute(_INVENT[0], arguments.people)
        for statement in _INVENT[1:]:
            await tx.connection.execute(statement)
    _tell("Indexing them ...")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        before = psutil.Process().memory_info().rss
        if arguments.server:
            url, process = await stack.enter_async_context(
                deck_index.serving(stores.database_url, directory)
            )
            vectors = Vectors.server(url, model_version=MODEL_VERSION)
            engine = partial(deck_index.spent, url)
        else:
            await deck_index.write(stores.database_url, directory / "vectors")
            before, process, engine = psutil.Process().memory_info().rss, None, float
            vectors = Vectors.local(directory / "vectors", model_version=MODEL_VERSION)
        stack.push_async_callback(vectors.close)
        services = await _services(stack, database, vectors, stores.redis_url)
        await _measure(services, arguments, before, engine)
        if process is not None:
            print(f"the server in its place: {process.memory_info().rss / _MEGABYTE:.0f} MB")
        await services.showings.sent()


async def _services(
    stack: AsyncExitStack, database: Database, vectors: Vectors, redis_url: str
) -> Stores:
    redis = await stack.enter_async_context(connect(redis_url))
    no_embedder: Any = None
    builder = DeckBuilder(
        database=database,
        vectors=vectors,
        embedder=no_embedder,
        pairs=PairsOfDay(redis),
        shows_admirers=False,
        guard=RecallGuard(),
    )
    decks = await stack.enter_async_context(Decks(redis))
    deaf = await stack.enter_async_context(Decks(redis, hears=False))
    return Stores(builder, decks, deaf, Showings(redis), database)


async def _measure(
    services: Stores, arguments: argparse.Namespace, before: int, engine: Callable[[], float]
) -> None:
    people = await _everybody(services.database)
    step = max(1, len(people) // arguments.viewers)
    viewers = list(people.values())[::step][: arguments.viewers]
    resident = psutil.Process().memory_info().rss
    # The index is read into columns by the first search, which a server does when it starts.
    await services.builder.deck(viewers[0], now=datetime.now(UTC))
    columns = psutil.Process().memory_info().rss - resident
    # As a server does once it has started.
    gc.collect()
    gc.freeze()
    _tell(f"Building and paging for {len(viewers)} people ...")
    tables, sizes = await _paged(services, viewers, engine)
    mode = "a server's requests" if arguments.server else "Qdrant's local mode"
    print(f"\n{len(people):,} people, {mode}, {len(viewers)} viewers, milliseconds:\n")
    print("| | p50 | p95 | without the engine p50 | p95 | processor p50 | p95 must | moonshot |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(costs.row() for costs in tables))
    chosen = viewers[:: max(1, len(viewers) // arguments.recalls)][: arguments.recalls]
    found = [await _recall(services, viewer, people) for viewer in chosen]
    print(f"\nrecall@{AT} against exact search: {np.mean(found):.3f} (must 0.95, moonshot 0.98)")
    print(f"people in a deck: {np.median([size for size, _ in sizes]):.0f}")
    print(f"a deck in Redis: {np.median([octets for _, octets in sizes]) / 1e3:.1f} kB")
    print(f"the first search: {columns / _MEGABYTE:.0f} MB more in memory")
    print(f"this process before the index was opened: {before / _MEGABYTE:.0f} MB")


async def _paged(
    services: Stores, viewers: Sequence[Features], engine: Callable[[], float]
) -> tuple[list[Costs], list[Any]]:
    engine()
    build = Costs("build a deck", 150, 60, engine)
    first = Costs("first page, built for it", engine=engine)
    near = Costs("first page, deck in the process (L1)", 50, 15, engine)
    redis = Costs("first page, deck in Redis (L2)", 50, 15, engine)
    following = Costs("next page", 50, 15, engine)
    sizes = []
    cursors = CursorCodec(b"a secret that is long enough")
    for viewer in viewers:
        held: Any = services
        context = Context(
            services=held,
            database=services.database,
            cursors=cursors,
            viewer=Viewer(viewer.profile_id, viewer.profile_id),
        )

        def page(context: Context = context, **asked: Any) -> Awaitable[Any]:
            return _page(context, **asked)

        made = await build.of(
            lambda viewer=viewer: services.builder.deck(viewer, now=datetime.now(UTC))  # type: ignore[misc]
        )
        sizes.append((len(made.ids), len(made.pack())))
        shown = await first.of(page)
        await near.of(page)
        # As a process finds it that has not served this viewer.
        held = replace(services, decks=services.elsewhere)
        elsewhere = replace(context, services=held)
        await redis.of(lambda context=elsewhere: _page(context))  # type: ignore[misc]
        if shown.page.has_next:
            after = shown.cursor_of(shown.rows[-1])
            await following.of(lambda page=page, after=after: page(after=after))  # type: ignore[misc]
    return [build, first, near, redis, following], sizes


async def _page(context: Context, **asked: Any) -> Any:
    """Read a page as an operation does that shows scores and reasons."""
    page: Any = await deck(context, first=20, **asked)
    for row in page.rows:
        assert row.reasons
        page.cursor_of(row)
    return page


async def _everybody(database: Database) -> dict[UUID, Features]:
    people: dict[UUID, Features] = {}
    last = UUID(int=0)
    while rows := await database.fetch(profile_vectors.profiles_after, last=last, limit=_BATCH):
        ids = [row.profile_id for row in rows]
        found = await database.fetch(profiles.index_rows, ids=ids)
        people |= {row.profile_id: features_of(row) for row in found}
        last = ids[-1]
    return people


async def _recall(services: Stores, viewer: Features, people: dict[UUID, Features]) -> float:
    """Compare whom the index finds nearest with those who are, of all who suit both sides."""
    now, vectors = datetime.now(UTC), services.builder.vectors
    wanted = await vectors.vector_of(viewer.profile_id)
    suiting = [
        key
        for key, person in people.items()
        if key != viewer.profile_id and mutually_eligible(viewer, person, now)
    ]
    near = await vectors.similarities(wanted, suiting) if wanted is not None else {}
    exact = sorted(near, key=lambda key: -near[key])[:AT]
    if not exact:
        return 1.0
    search = search_of(viewer, wanted, (), availability=None, now=now)
    hits = await vectors.search(replace(search, order=Order.NEAREST))
    found = [hit.profile_id for hit in hits if hit.profile_id in near][:AT]
    return len(set(exact) & set(found)) / len(exact)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
