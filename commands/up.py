"""`kith up`: everything in one process, with stores of its own where none are set."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import embedded
from commands.database import upgrade
from commands.filling import open_for_filling
from commands.loading import load_app
from commands.serving import at, bind, serve
from commands.stores import require_model
from commands.terminal import console
from demo import writing
from demo.writing import Population
from integrations.embeddings import EmbeddingsUnavailable
from matching import exporting
from settings import Settings, get_settings
from web import logs


def up(*, host: str | None, port: int | None, people: int, seed: int | None) -> None:
    """Start what is not set, migrate, fill an empty database, and serve until Ctrl-C.

    Args:
        host: the address to listen on; None as set.
        port: the port to listen on, 0 for a free one; None as set.
        people: how many a new demo world has.
        seed: of the demo world; None writes none.

    Raises:
        CommandFailed: the port is taken.
        EmbeddedError: the embedded stores cannot start.
        ModelUnavailable: the embedding model is missing.
    """
    settings = get_settings()
    require_model(settings)
    listening = bind(
        settings.host if host is None else host, settings.port if port is None else port
    )
    settings = _with_jobs(at(settings, listening))
    with listening, _stores(settings) as settings:
        _prepare_model(settings)
        world = asyncio.run(_prepare(settings, people, seed))
        _serve(settings, listening, world)
        console.print("Stopping ...")
    console.print("Stopped.")


def _with_jobs(settings: Settings) -> Settings:
    # Nobody else runs them, also where the stores are given, unless it is said that somebody does.
    is_told = settings.jobs_eager is not None
    return settings if is_told else settings.model_copy(update={"jobs_eager": True})


@contextmanager
def _stores(settings: Settings) -> Iterator[Settings]:
    if not settings.is_embedded:
        yield settings
        return
    console.print(f"Starting PostgreSQL and Valkey in {settings.data_dir} ...", soft_wrap=True)
    with embedded.start(settings.data_dir) as stores:
        yield settings.with_embedded(database_url=stores.database_url, redis_url=stores.redis_url)


def _prepare_model(settings: Settings) -> None:
    logs.configure(level=settings.log_level, json=settings.json_logs)
    if settings.embedding_api_url is None:
        # Before anybody is embedded: it is sooner done with the fast runtime than without.
        exporting.prepare(
            settings.embedding_model_path,
            runtime=settings.embedding_runtime,
            kept_in=settings.data_dir / "models",
        )


async def _prepare(settings: Settings, people: int, seed: int | None) -> Population:
    await upgrade(str(settings.database_url))
    async with open_for_filling(settings) as filling:
        population = await filling.population()
        is_new = False
        if population is Population.NOBODY and seed is not None and not settings.is_production:
            is_new = await filling.write_world(people=people, seed=seed)
            population = await filling.population()
        try:
            await filling.index_missing()
            if is_new:
                await filling.index_contents()
        except EmbeddingsUnavailable as error:
            console.print(f"{error} Decks lack people until the next start.", soft_wrap=True)
    return population


def _serve(settings: Settings, listening: socket.socket, population: Population) -> None:
    # It takes seconds to load, which the port and the stores need not wait for.
    serve(load_app(settings), listening, lambda: _announce(settings, population))


def _announce(settings: Settings, population: Population) -> None:
    at = settings.public_url
    lines = [f"Kith serves at {at}", ""]
    if settings.graphiql:
        lines.append(f"  GraphiQL     {at}/graphql")
    lines += [
        f"  GraphQL      POST {at}/graphql, and graphql-transport-ws at the same address",
        f"  Health       {at}/health/ready",
        f"  Metrics      {at}/metrics",
    ]
    if population is Population.DEMO_WORLD:
        lines.append(f"  Demo log-in  {writing.EMAIL}, password: {writing.PASSWORD}")
    console.print("\n".join(["", *lines, "", "Ctrl-C stops everything."]), soft_wrap=True)
