"""Opening what a process needs: stores, models and the outside world, closed in reverse order."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from domain.passwords import Passwords
from domain.stickers import Catalogue
from domain.tokens import Tokens
from integrations import Integrations
from integrations import build as build_integrations
from integrations.embeddings import EmbeddingsApi
from matching import exporting, onnx_model
from matching.decks import DeckBuilder
from matching.embedders import Embedders, unknown
from matching.embedding_versions import begin_versions
from matching.embeddings import DIMENSIONS, MODEL_VERSION, Embedder
from matching.feeds import FeedBuilder
from matching.recall import RecallGuard
from persistence.database import Database
from persistence.decks import Decks, connect
from persistence.feeds import Feeds
from persistence.findings import Findings
from persistence.pages import CursorCodec
from persistence.pairs_of_day import PairsOfDay
from persistence.rate_limits import RateLimits
from persistence.request_rates import RequestRates
from persistence.search_log import SearchLog
from persistence.showings import Showings
from persistence.vectors import Vectors
from realtime.listener import Listener
from realtime.presence import Presence
from resolvers import live
from resolvers.services import Secrets, Services
from workers.resources import Resources

_RUNTIMES: Mapping[str, exporting.Runtime] = {
    MODEL_VERSION: "torch",
    onnx_model.MODEL_VERSION: "onnx",
}
_OF_API = re.compile(r"(?P<model>\S+)@(?P<dimensions>[1-9]\d{0,4})")


def open_vectors(settings: Any, model_version: str) -> Vectors:
    """The index of people: Qdrant's server where one is set, else its local mode."""
    if settings.qdrant_url is None:
        return Vectors.local(settings.data_dir / "vectors", model_version=model_version)
    key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
    return Vectors.server(settings.qdrant_url, model_version=model_version, api_key=key)


def open_embedder(settings: Any) -> Embedder:
    """What embeds texts: an API where one is set, else the model here, loaded when first used.

    Raises:
        ModelUnavailable: the runtime that is set cannot be used.
    """
    if settings.embedding_api_url is None:
        return exporting.open_model(
            settings.embedding_model_path,
            runtime=settings.embedding_runtime,
            kept_in=settings.data_dir / "models",
        )
    return _open_api(settings, settings.embedding_api_model, settings.embedding_api_dimensions)


def open_embedders(settings: Any) -> Embedders:
    """What embeds texts as it is set, and by other versions as far as the settings allow.

    Raises:
        ModelUnavailable: the runtime that is set cannot be used.
    """
    return Embedders(
        open_embedder(settings),
        partial(_open_version, settings),
        partial(_dimensions_of, settings),
    )


def _dimensions_of(settings: Any, version: str) -> int:
    if version in _RUNTIMES:
        return DIMENSIONS
    if settings.embedding_api_url is None or not (named := _OF_API.fullmatch(version)):
        raise unknown(version)
    return int(named["dimensions"])


def _open_version(settings: Any, version: str) -> Embedder:
    dimensions = _dimensions_of(settings, version)
    if version not in _RUNTIMES:
        return _open_api(settings, version.rpartition("@")[0], dimensions)
    return exporting.open_model(
        settings.embedding_model_path,
        runtime=_RUNTIMES[version],
        kept_in=settings.data_dir / "models",
    )


def _open_api(settings: Any, model: str, dimensions: int) -> EmbeddingsApi:
    key = settings.embedding_api_key
    return EmbeddingsApi(
        settings.embedding_api_url,
        model=model,
        dimensions=dimensions,
        key=key.get_secret_value() if key else None,
    )


@asynccontextmanager
async def _deck_stores(
    settings: Any, database: Database, vectors: Vectors, embedder: Embedders, *, hears: bool
) -> AsyncIterator[dict[str, Any]]:
    """What decks and feeds are made, kept and noted with."""
    async with (
        connect(settings.redis_url) as redis,
        Decks(redis, hears=hears) as decks,
        Feeds(redis, hears=hears) as feeds,
    ):
        showings = Showings(redis)
        yield {
            "decks": decks,
            "showings": showings,
            "builder": DeckBuilder(
                database=database,
                vectors=vectors,
                embedder=embedder,
                pairs=PairsOfDay(redis),
                shows_admirers=settings.likes_received == "shown",
                with_appeal=settings.matching_appeal,
                guard=RecallGuard(),
            ),
            "feeds": feeds,
            "feed_builder": FeedBuilder(
                database=database,
                vectors=vectors,
                feeds=feeds,
                days=settings.feed_days,
                half_life=timedelta(hours=settings.feed_half_life_hours),
                strangers=settings.feed_strangers,
            ),
        }
        await showings.sent()


@asynccontextmanager
async def _integrations(settings: Any) -> AsyncIterator[Integrations]:
    """The outside world, with connections that belong to this event loop."""
    integrations = build_integrations(settings)
    try:
        yield integrations
    finally:
        await integrations.close()


@asynccontextmanager
async def open_index(settings: Any) -> AsyncIterator[tuple[Database, Vectors, Embedders]]:
    """Open what it takes to put people into the index, which is ready then.

    Raises:
        OSError, asyncpg.PostgresError: the database cannot be reached.
        VectorsUnavailable: the index cannot be reached, or another process holds it.
    """
    async with AsyncExitStack() as stack:
        embedder = open_embedders(settings)
        stack.callback(embedder.close)
        vectors = open_vectors(settings, embedder.model_version)
        stack.push_async_callback(vectors.close)
        database = await Database.connect(
            str(settings.database_url),
            read_connections=1,
            write_connections=1,
            statement_timeout_ms=60_000,
        )
        stack.push_async_callback(database.close)
        await begin_versions(database, vectors, embedder)
        yield database, vectors, embedder


def _listener(settings: Any, database: Database) -> Listener:
    return Listener(
        database,
        settings.redis_url,
        poll_seconds=settings.live_poll_seconds,
        heartbeat_seconds=settings.heartbeat_seconds,
        judge=live.judged,
    )


@asynccontextmanager
async def open_services(settings: Any) -> AsyncIterator[Services]:
    """Open everything that the API needs.

    Raises:
        OSError, asyncpg.PostgresError: the database cannot be reached.
    """
    secrets = Secrets.derived_from(settings.secret_key.get_secret_value())
    async with AsyncExitStack() as stack:
        database = await Database.connect(
            settings.database_url,
            read_connections=settings.read_pool_size,
            write_connections=settings.write_pool_size,
            statement_timeout_ms=settings.statement_timeout_ms,
        )
        stack.push_async_callback(database.close)
        embedder = open_embedders(settings)
        stack.callback(embedder.close)
        vectors = open_vectors(settings, embedder.model_version)
        stack.push_async_callback(vectors.close)
        rate_limits = RateLimits(settings.redis_url)
        stack.push_async_callback(rate_limits.close)
        request_rates = RequestRates(settings.redis_url)
        stack.push_async_callback(request_rates.close)
        listener = await stack.enter_async_context(_listener(settings, database))
        stores = _deck_stores(settings, database, vectors, embedder, hears=True)
        redis = await stack.enter_async_context(connect(settings.redis_url))
        search_log = SearchLog(database)
        stack.push_async_callback(search_log.written)
        passwords = Passwords()
        stack.callback(passwords.close)
        yield Services(
            settings=settings,
            secrets=secrets,
            database=database,
            cursors=CursorCodec(secrets.cursors),
            tokens=Tokens.from_settings(settings),
            passwords=passwords,
            rate_limits=rate_limits,
            request_rates=request_rates,
            integrations=await stack.enter_async_context(_integrations(settings)),
            listener=listener,
            presence=await stack.enter_async_context(Presence(settings.redis_url)),
            vectors=vectors,
            embedder=embedder,
            findings=Findings(redis),
            search_log=search_log,
            stickers=Catalogue.read(settings.sticker_catalogue_path),
            **await stack.enter_async_context(stores),
        )


@asynccontextmanager
async def open_resources(
    settings: Any, *, vectors: Vectors | None = None, embedder: Embedders | None = None
) -> AsyncIterator[Resources]:
    """Open everything that jobs need.

    Args:
        settings: how the deployment is set up.
        vectors: the index that this process has open already, if it has.
        embedder: the model that this process has open already, if it has.

    Raises:
        OSError, asyncpg.PostgresError: the database cannot be reached.
    """
    async with AsyncExitStack() as stack:
        database = await Database.connect(
            settings.database_url,
            read_connections=2,
            write_connections=2,
            statement_timeout_ms=60_000,
        )
        stack.push_async_callback(database.close)
        listener = await stack.enter_async_context(Listener(database, settings.redis_url))
        database.wake_with(listener.wake)
        if embedder is None:
            embedder = open_embedders(settings)
            stack.callback(embedder.close)
        if vectors is None:
            vectors = open_vectors(settings, embedder.model_version)
            stack.push_async_callback(vectors.close)
        await begin_versions(database, vectors, embedder)
        # Jobs ask Redis each time, and need not hear what others change.
        stores = _deck_stores(settings, database, vectors, embedder, hears=False)
        yield Resources(
            settings=settings,
            database=database,
            vectors=vectors,
            embedder=embedder,
            **await stack.enter_async_context(stores),
            presence=await stack.enter_async_context(Presence(settings.redis_url, beats=False)),
            integrations=await stack.enter_async_context(_integrations(settings)),
            codes_secret=Secrets.derived_from(settings.secret_key.get_secret_value()).codes,
        )
