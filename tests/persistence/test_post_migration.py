"""The migration of posts: those from before there were tags are found by theirs."""

from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from persistence import migrating


@pytest.fixture
async def url(stores):
    """The address of a database of the test's own, at the revision before."""
    parts = urlsplit(stores.database_url)
    server = await asyncpg.connect(stores.database_url)
    try:
        await server.execute("CREATE DATABASE posted")
        url = urlunsplit(parts._replace(path="/posted"))
        await migrating.upgrade(url, "0026")
        yield url
        await server.execute("DROP DATABASE posted WITH (FORCE)")
    finally:
        await server.close()


async def test_tags_of_older_posts_are_kept_once(url):
    connection, ada = await asyncpg.connect(url), uuid4()
    try:
        await connection.execute(
            "INSERT INTO accounts (account_id, email, username, password_hash)"
            " VALUES ($1, 'a@example.com', 'ada', '-')",
            ada,
        )
        await connection.execute(
            "INSERT INTO profiles (profile_id, display_name) VALUES ($1, '')", ada
        )
        await connection.executemany(
            "INSERT INTO posts (author_id, content) VALUES ($1, $2)",
            [(ada, "On the #Stra\u00dfe #strasse"), (ada, "\uff03tea # 1"), (ada, "No tag")],
        )
        for _ in range(2):
            await migrating.upgrade(url)
            kept = await connection.fetch("SELECT tag FROM post_hashtags ORDER BY tag")
            assert [row["tag"] for row in kept] == ["strasse", "tea"]
            await migrating.downgrade(url, "0026")
    finally:
        await connection.close()
