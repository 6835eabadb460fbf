"""`python -m benchmarks.feed`: what the feed costs, by time and by relevance, cached and built.

People and what they share are invented by PostgreSQL. Every request is a whole GraphQL operation in
one process, without a socket; the ways are measured in turn, viewer by viewer. Posts have no
vectors here, so what Qdrant adds to a build is not in the figures.
"""

import argparse
import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import numpy as np
import sqlalchemy as sa

from app import create_app
from benchmarks import setting
from persistence import migrating, models
from persistence.statements import Statement
from resolvers.services import Services
from settings import Settings

_FOLLOWED, _MATCHES = 50, 10
_WARMING = 5

# Over the last two weeks, so that all of it is looked at. Neither keys nor triggers are minded
# while it is written: it is whole as it is made.
_INVENT = (
    "SET session_replication_role = replica",
    """
    INSERT INTO accounts (email, username, password_hash)
    SELECT 'person' || n || '@example.com', 'person' || n, '' FROM generate_series(1, {people}) n
    """,
    (
        "CREATE TEMP TABLE numbered AS SELECT account_id AS id,"
        " row_number() OVER (ORDER BY account_id)::int - 1 AS n FROM accounts"
    ),
    "CREATE UNIQUE INDEX ON numbered (n)",
    "ANALYZE numbered",
    """
    INSERT INTO profiles (profile_id, display_name, onboarded_at)
    SELECT id, 'Person ' || n, now() FROM numbered
    """,
    (
        "INSERT INTO sessions (account_id, expires_at)"
        " SELECT id, now() + interval '1 day' FROM numbered"
    ),
    """
    INSERT INTO follows (follower_id, followed_id, accepted_at)
    SELECT one.id, other.id, now() FROM numbered one, generate_series(1, {followed}) k,
      numbered other WHERE other.n = (one.n + k * 37) % {people}
    """,
    """
    INSERT INTO matches (first_id, second_id, matched_at)
    SELECT least(one.id, other.id), greatest(one.id, other.id), now()
    FROM numbered one, generate_series(1, {matches}) k, numbered other
    WHERE other.n = (one.n + k * 101) % {people} ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO posts (post_id, author_id, content, created_at)
    SELECT uuidv7(-age), id, repeat('What a day it was. ', 8), now() - age
    FROM (SELECT p, (p * 7919 % 1209600) * interval '1 second' AS age
      FROM generate_series(1, {posts}) p) made JOIN numbered ON n = p % {people}
    """,
    (
        "CREATE TEMP TABLE shared AS SELECT post_id,"
        " row_number() OVER (ORDER BY post_id)::int - 1 AS n FROM posts"
    ),
    "CREATE UNIQUE INDEX ON shared (n)",
    "ANALYZE shared",
    """
    INSERT INTO comments (post_id, author_id, content)
    SELECT post_id, id, 'Well said.' FROM generate_series(1, {comments}) c
    JOIN shared ON shared.n = c % {posts} JOIN numbered ON numbered.n = c * 13 % {people}
    """,
    """
    INSERT INTO post_reactions (post_id, emoji, profile_id)
    SELECT post_id, '👍', id FROM generate_series(1, {reactions}) r
    JOIN shared ON shared.n = r % {posts} JOIN numbered ON numbered.n = r * 17 % {people}
    ON CONFLICT DO NOTHING
    """,
    "ANALYZE",
)

_PAGE = """
query Feed($order: FeedOrder!, $after: String) {
  viewer {
    feed(order: $order, first: 20, after: $after) {
      edges { reason { kind text } node { id content createdAt commentCount
        author { id displayName } } }
      pageInfo { endCursor }
    }
  }
}
"""


class Costs:
    """What one way of asking took, in milliseconds, and in statements."""

    def __init__(self) -> None:
        self.spent: list[float] = []
        self.worked: list[float] = []
        self.statements: set[int] = set()

    async def of(self, ask: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Await an answer and keep what it cost."""
        spent, worked = time.perf_counter(), time.process_time()
        answer = await ask()
        self.worked.append(1e3 * (time.process_time() - worked))
        self.spent.append(1e3 * (time.perf_counter() - spent))
        self.statements.add(answer["extensions"]["cost"]["sqlStatements"])
        feed: dict[str, Any] = answer["data"]["viewer"]["feed"]
        return feed

    def row(self, name: str) -> str:
        """Give the row of the table."""
        p50, p99 = (float(np.percentile(self.spent, at)) for at in (50, 99))
        counts = " or ".join(map(str, sorted(self.statements)))
        return f"| {name} | {p50:.1f} | {p99:.1f} | {np.median(self.worked):.1f} | {counts} |"


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000, help="how many there are")
    parser.add_argument("--posts", type=int, default=200_000, help="how many posts")
    parser.add_argument("--comments", type=int, default=600_000, help="how many comments")
    parser.add_argument("--reactions", type=int, default=1_000_000, help="how many reactions")
    parser.add_argument("--viewers", type=int, default=100, help="how many of them ask")
    print(asyncio.run(_measured(parser.parse_args())))


async def _measured(asked: argparse.Namespace) -> str:
    with setting.stores() as (stores, directory):
        settings = Settings(
            _env_file=None, data_dir=directory, jobs_eager=False, log_level="ERROR"
        ).with_embedded(database_url=stores.database_url, redis_url=stores.redis_url)
        await migrating.upgrade(stores.database_url)
        await _invent(stores.database_url, asked)
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                return await _compared(app.state.services, http, asked.viewers)


async def _invent(database_url: str, asked: argparse.Namespace) -> None:
    connection = await asyncpg.connect(database_url)
    sizes = {**vars(asked), "followed": _FOLLOWED, "matches": _MATCHES}
    for statement in _INVENT:
        await connection.execute(statement.format(**sizes))
    await connection.close()


async def _compared(services: Services, http: httpx.AsyncClient, viewers: int) -> str:
    by_lot = sa.func.md5(sa.cast(models.Session.session_id, sa.Text))
    some = sa.select(models.Session).order_by(by_lot).limit(viewers + _WARMING)
    sessions = await services.database.fetch(Statement(some, models.Session))
    names = (
        "`LATEST`, first page",
        "`RELEVANT`, built",
        "`RELEVANT`, first page, order in the process",
        "`RELEVANT`, first page, order in Redis",
        "`RELEVANT`, next page",
    )
    costs = [Costs() for _ in names]
    for number, session in enumerate(sessions):
        if number == len(sessions) - viewers:  # the first ones warm up
            costs = [Costs() for _ in names]
        gc.collect()
        await _one(services, http, session, costs)
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    head = ["| way | p50, ms | p99, ms | CPU, p50, ms | statements |", "|---|---:|---:|---:|---:|"]
    rows = [cost.row(name) for name, cost in zip(names, costs, strict=True)]
    return "\n".join([*head, *rows, "", f"Load at the end: {load}."])


async def _one(
    services: Services, http: httpx.AsyncClient, session: Any, costs: list[Costs]
) -> None:
    viewer_id: UUID = session["account_id"]
    token = services.tokens.access_token(session)

    def asking(order: str, after: str | None = None) -> Callable[[], Awaitable[dict[str, Any]]]:
        async def ask() -> dict[str, Any]:
            variables = {"order": order, "after": after}
            answer = await http.post(
                "/graphql",
                json={"query": _PAGE, "variables": variables},
                headers={"Authorization": f"Bearer {token}"},
            )
            read: dict[str, Any] = answer.json()
            return read

        return ask

    latest, built, near, redis, following = costs
    await latest.of(asking("LATEST"))
    await built.of(asking("RELEVANT"))
    await near.of(asking("RELEVANT"))
    services.feeds._near.drop(viewer_id)  # noqa: SLF001 - as another process would have it
    page = await redis.of(asking("RELEVANT"))
    await following.of(asking("RELEVANT", page["pageInfo"]["endCursor"]))


if __name__ == "__main__":
    main()
