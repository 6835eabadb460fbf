"""Pairs of the day: who is shown to whom first on a day, both to each other, in Redis."""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

_log = structlog.get_logger("kith.pairs_of_day")

KEPT = timedelta(days=8)
"""How long pairs are remembered, so that the same two are not paired again within a week."""

_PAUSE_SECONDS = 1.0


class PairsOfDay:
    """The best mutual pairs of each day.

    Without Redis there are none, and decks have no special first place.

    Args:
        redis: a client from `persistence.frozen.connect`; whoever made it closes it.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._paused_until = 0.0

    async def partner_of(self, profile_id: UUID, day: date) -> UUID | None:
        """Give with whom somebody is paired on a day, None without a partner."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            partner: Any = await self._redis.hget(_key(day), profile_id.bytes)
        except (RedisError, OSError) as error:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            _log.warning("pairs of the day not read", error=repr(error))
            return None
        return UUID(bytes=partner) if partner is not None else None

    async def partners_of(self, ids: Sequence[UUID], day: date) -> dict[UUID, UUID]:
        """Give with whom people were paired on a day, as far as they were.

        Raises:
            RedisError, OSError: Redis is away.
        """
        if not ids:
            return {}
        partners: Any = await self._redis.hmget(_key(day), [key.bytes for key in ids])
        found = zip(ids, partners, strict=True)
        return {key: UUID(bytes=partner) for key, partner in found if partner is not None}

    async def add(self, day: date, pairs: Sequence[tuple[UUID, UUID]]) -> None:
        """Add pairs to a day.

        Args:
            day: the day.
            pairs: people who have no partner on that day.

        Raises:
            RedisError, OSError: Redis is away.
        """
        if not pairs:
            return
        sides = {side.bytes: other.bytes for pair in pairs for side, other in (pair, pair[::-1])}
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(_key(day), mapping=sides)  # type: ignore[arg-type]
            pipeline.expire(_key(day), KEPT)
            await pipeline.execute()


def _key(day: date) -> str:
    return f"kith:pairs:{day.isoformat()}"
