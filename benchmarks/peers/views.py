"""The views that PostGraphile serves, made from its SQL and Kith's rule of who sees whom."""

from pathlib import Path

import asyncpg

from benchmarks.peers.limit import with_rule

VIEWER = "(SELECT current_setting('peers.viewer')::uuid)"


async def create(database_url: str) -> None:
    """Create them in a database that has Kith's tables."""
    text = Path(__file__).with_name("postgraphile.sql").read_text(encoding="utf-8")
    script = with_rule(text, "viewer_key").replace("viewer_key", VIEWER)
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()
