"""Findings: what searches found, in its order, kept in Redis while it is paged through."""

import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

_log = structlog.get_logger("kith.search")
_failures = Counter(
    "kith_search_cache_failures_total", "Results of searches that Redis could not give or keep."
)

KEPT = timedelta(minutes=15)
"""How long the order of what a search found stays after it was made."""

_KEY = 16
_PAUSE_SECONDS = 1.0


class Thing(NamedTuple):
    """Something that a search has found: its kind and its key."""

    kind: str
    subject_id: UUID


class Findings:
    """What searches found, at most 3.5 kB each.

    Nothing here fails: what Redis does not do is counted, and not asked for during a second.

    Args:
        redis: a client from `persistence.decks.connect`; whoever made it closes it.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._paused_until = 0.0

    async def keep(self, viewer_id: UUID, finding_id: str, found: Sequence[Thing]) -> None:
        """Keep what a viewer has found, in its order, by a name from `new_finding_id`."""
        packed = pack(found)
        key = _key(viewer_id, finding_id)
        await self._tried(lambda: self._redis.set(key, packed, ex=KEPT))

    async def get(self, viewer_id: UUID, finding_id: str) -> list[Thing] | None:
        """Give what a viewer has found; None when it is gone, or Redis away."""
        packed = await self._tried(lambda: self._redis.get(_key(viewer_id, finding_id)))
        return None if packed is None else unpack(packed)

    async def _tried(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        if time.monotonic() < self._paused_until:
            return None
        try:
            return await ask()
        except (RedisError, OSError) as error:
            _failures.inc()
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            _log.warning("results of a search not kept", error=repr(error))
            return None


def new_finding_id() -> str:
    """Make a name that no other search of anybody has."""
    return secrets.token_urlsafe(9)


def pack(found: Sequence[Thing]) -> bytes:
    """Write things down: the names of their kinds, and 17 bytes for each."""
    kinds = sorted({thing.kind for thing in found})
    rows = (bytes([kinds.index(thing.kind)]) + thing.subject_id.bytes for thing in found)
    return b"".join([",".join(kinds).encode(), b"\n", *rows])


def unpack(packed: bytes) -> list[Thing]:
    """Read what `pack` wrote."""
    names, _, rows = packed.partition(b"\n")
    kinds = names.decode().split(",")
    return [
        Thing(kinds[rows[start]], UUID(bytes=rows[start + 1 : start + 1 + _KEY]))
        for start in range(0, len(rows), _KEY + 1)
    ]


def _key(viewer_id: UUID, finding_id: str) -> str:
    return f"kith:search:1:{viewer_id}:{finding_id}"
