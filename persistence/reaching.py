"""Whether the stores answer and are new enough, told in one sentence where they do not."""

import asyncio
import errno
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from persistence.database import TookTooLong
from persistence.read_pool import is_closed

OLDEST_POSTGRESQL = 18
EXTENSIONS = ("btree_gin", "citext", "cube", "earthdistance", "pg_trgm", "unaccent")

_PATIENCE_SECONDS = 5.0
_OURS = {errno.ENOSPC, errno.EMFILE, errno.ENFILE}  # a full disk, too many open files
_PASSING = (asyncpg.TargetServerAttributeNotMatched, asyncpg.OutdatedSchemaCacheError)
# What the driver says of a connection that was cut between two steps of one statement.
_OUT_OF_STEP = ("cannot switch to", "not connected")


class StoreUnavailable(Exception):
    """A store does not answer or cannot be used; the message is one sentence for the operator."""


FAILURES = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    RedisAway,
    RedisTimeout,
    TookTooLong,
)
"""What is raised when a store is away, and now and then for other reasons: see `is_away`."""


def is_away(error: Exception) -> bool:
    """Whether an exception says that a store is away or overrun: the same may work later."""
    if isinstance(error, OSError):
        # Those of the network name no file, most others do.
        return error.filename is None and error.errno not in _OURS
    if isinstance(error, asyncpg.InterfaceError):
        return is_closed(error)
    if isinstance(error, asyncpg.InternalClientError):
        return isinstance(error, _PASSING) or str(error).startswith(_OUT_OF_STEP)
    return isinstance(error, FAILURES)


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A PostgreSQL server that answers.

    Attributes:
        version: as it says it, for example ``18.6``.
        missing_extensions: those Kith needs and the server cannot offer.
    """

    version: str
    missing_extensions: tuple[str, ...]


async def postgresql(url: str) -> PostgreSQL:
    """Ask a PostgreSQL server what it is.

    Args:
        url: a ``postgresql://`` URL.

    Raises:
        StoreUnavailable: it does not answer within 5 s, refuses, or is older than 18.
    """
    place = f"PostgreSQL at {place_of(url)}"
    try:
        connection = await asyncpg.connect(url, timeout=_PATIENCE_SECONDS)
        try:
            version = connection.get_server_version()
            offered = await connection.fetch("SELECT name FROM pg_available_extensions")
            said = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close(timeout=_PATIENCE_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreUnavailable(
            f"{place} cannot be used: {_reason(error)}; check DATABASE_URL."
        ) from error
    if version.major < OLDEST_POSTGRESQL:
        raise StoreUnavailable(
            f"{place} is version {version.major}: Kith needs {OLDEST_POSTGRESQL} or newer."
        )
    names = {row["name"] for row in offered}
    missing = tuple(name for name in EXTENSIONS if name not in names)
    return PostgreSQL(version=str(said).split()[0], missing_extensions=missing)


async def redis(url: str) -> str:
    """Ask a Valkey or Redis server what it is.

    Args:
        url: a ``redis://`` or ``unix://`` URL.

    Returns:
        Its name and version, for example ``valkey 9.1.0``.

    Raises:
        StoreUnavailable: it does not answer within 5 s, or refuses.
    """
    try:
        client = Redis.from_url(url, socket_connect_timeout=_PATIENCE_SECONDS)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                info = await client.info("server")
        finally:
            await client.aclose()
    except (OSError, ValueError, RedisError) as error:
        raise StoreUnavailable(
            f"Valkey or Redis at {place_of(url)} cannot be used: {_reason(error)}; check REDIS_URL."
        ) from error
    name = info.get("server_name", "redis")
    return f"{name} {info.get(f'{name}_version', info.get('redis_version', ''))}"


def place_of(url: str) -> str:
    """Name the place of a URL without its secrets."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that is no URL"
    socket = parse_qs(parts.query).get("host", [""])[0]
    host = f"{parts.hostname}{port}" if parts.hostname else socket
    return f"{host}{parts.path}" or "an empty address"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {_PATIENCE_SECONDS:.0f} seconds"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, OSError):
        return (error.strerror or "nobody listens there").lower()
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
