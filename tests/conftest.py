"""What all tests share: real stores, the application over ASGI, and people in it."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import hypothesis
import pytest

import embedded
from app import create_app
from matching.embeddings import LocalEmbedder
from persistence import migrating, models
from persistence.database import Database
from resolvers.services import Services
from settings import Settings
from tests.support.client import Api
from tests.support.people import People
from tests.support.towns import Town, embed_by_words

# The same code is judged alike each time it is tested; `--hypothesis-profile=nightly` looks for
# what nobody has thought of, and tests that have more to find run longer under it.
hypothesis.settings.register_profile("nightly", derandomize=False)
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")

TABLE_NAMES = [table.name for table in models.Model.metadata.sorted_tables]
_NAMES = ", ".join(TABLE_NAMES)
# It waits for whoever still writes, as TRUNCATE does, which makes each table and index anew: to
# delete what is there is much quicker.
LOCK = f"LOCK TABLE {_NAMES} IN EXCLUSIVE MODE"
HOLDING = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in TABLE_NAMES)  # noqa: S608
# Without autovacuum every search goes past the rows that were deleted, so now and then they go.
SIZE = f"SELECT sum(pg_relation_size(name::regclass)) FROM unnest(ARRAY{TABLE_NAMES}) name"  # noqa: S608
MOST_BYTES = 2_000_000
MAKE_ANEW = f"TRUNCATE {_NAMES}"


@pytest.fixture(scope="session")
def stores() -> Iterator[embedded.Stores]:
    """PostgreSQL and Valkey, started once for this worker of the test run."""
    with embedded.temporary() as stores:
        yield stores


@pytest.fixture(scope="session")
def settings(stores: embedded.Stores, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the tests: embedded stores, likes counted, and what spares time and warnings."""
    return Settings(
        _env_file=None,
        environment="test",
        data_dir=tmp_path_factory.mktemp("data"),
        email_backend="none",
        requests_per_minute_per_account=100_000,
        requests_per_minute_per_address=100_000,
        wrong_passwords_limit_per_address=100_000,
        sign_ups_per_hour_per_address=100_000,
        messages_per_minute=100_000,
        log_level="ERROR",
        likes_received="counted",
        live_poll_seconds=0.5,
        jobs_eager=False,
    ).with_embedded(database_url=stores.database_url, redis_url=stores.redis_url)


@pytest.fixture(scope="session")
async def application(settings: Settings) -> AsyncIterator[object]:
    """The running application, migrated and without jobs of its own."""
    await migrating.upgrade(str(settings.database_url))
    await without_autovacuum(str(settings.database_url))
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


async def without_autovacuum(database_url: str) -> None:
    """Keep PostgreSQL from learning that tables are empty, as they are between two tests."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("ALTER SYSTEM SET autovacuum = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


@pytest.fixture
async def services(application: object) -> Services:
    """What the application holds, with every store empty."""
    services: Services = application.state.services  # type: ignore[attr-defined]
    await empty(services.database)
    return services


async def empty(database: Database) -> None:
    """Take all rows out of all tables."""
    async with database.write() as tx:
        await tx.connection.execute(LOCK)
        if await tx.connection.fetchval(SIZE) > MOST_BYTES:
            await tx.connection.execute(MAKE_ANEW)
            return
        holding = await tx.connection.fetch(HOLDING)
        # All rows go: no foreign key need look for others at each of them.
        await tx.connection.execute(
            ";".join(
                ["SET LOCAL session_replication_role = replica"]
                + [f"DELETE FROM {name}" for (name,) in holding]  # noqa: S608
            )
        )


@pytest.fixture
def database(services: Services) -> Database:
    """The database, with empty tables."""
    return services.database


@pytest.fixture
async def http(application: object, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the application."""
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def api(http: httpx.AsyncClient) -> Api:
    """A GraphQL client of somebody who is not signed in."""
    return Api(http)


@pytest.fixture
def people(services: Services, http: httpx.AsyncClient) -> People:
    """Makes people who are signed in."""
    return People(services, http)


@pytest.fixture
async def town(
    people: People, services: Services, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    """Makes people whom the index knows; texts are embedded by their words alone."""
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    town = Town(people, services)
    yield town
    await town.leave()
