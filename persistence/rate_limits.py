"""Rate limits: how often somebody may do something, counted in Redis for all processes."""

import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string
from prometheus_client import Counter
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_log = structlog.get_logger("kith.rate_limits")
_PAUSE_SECONDS = 1.0
_failures = Counter("kith_rate_limit_failures_total", "Checks that Redis could not answer.")


class RateLimits:
    """Counts what is done in a moving window.

    Without Redis everything is allowed, and counted as a failure of the check: a lost counter
    must not lock people out.

    Args:
        redis_url: where the counters are.
    """

    def __init__(self, redis_url: str) -> None:
        options: dict[str, Any] = {
            "implementation": "redispy",
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
            # One, for a connection that an outage has cut; more would make every caller wait for
            # seconds while Redis is away.
            "retry": Retry(NoBackoff(), 1),
        }
        self._storage: Any = storage_from_string(
            f"async+redis+{redis_url}" if redis_url.startswith("unix") else f"async+{redis_url}",
            **options,
        )
        self._paused_until = 0.0
        self._limiter = MovingWindowRateLimiter(self._storage)

    async def hit(self, name: str, key: str, most: int, window_seconds: int) -> int | None:
        """Count one more, if it is still allowed.

        Args:
            name: what is limited.
            key: who does it.
            most: how often within the window.
            window_seconds: its length.

        Returns:
            None when it is allowed, else after how many seconds it will be.
        """
        return await self._asked(self._limiter.hit, name, key, most, window_seconds)

    async def check(self, name: str, key: str, most: int, window_seconds: int) -> int | None:
        """Say whether one more would be allowed, without counting it; answers as `hit` does."""
        return await self._asked(self._limiter.test, name, key, most, window_seconds)

    async def take_back(self, name: str, key: str, most: int, window_seconds: int) -> None:
        """Count one less, of what turned out not to count; takes what `hit` took."""
        item = RateLimitItemPerSecond(most, window_seconds)
        bridge = self._storage.bridge
        try:
            # The window is a list of moments; the latest is as good as the one that was ours.
            await bridge.storage.lpop(bridge.prefixed_key(item.key_for(name, key)))
        except (RedisError, OSError) as error:
            self._give_up(error)

    async def left(
        self, name: str, key: str, most: int, window_seconds: int
    ) -> tuple[int, datetime | None] | None:
        """Say how often more it is allowed, without counting.

        Returns:
            How often, and when it will be once more than that, None when all of it is left. None
            without Redis.
        """
        item = RateLimitItemPerSecond(most, window_seconds)
        if time.monotonic() < self._paused_until:
            return None
        try:
            stats = await self._limiter.get_window_stats(item, name, key)
        except (RedisError, OSError) as error:
            self._give_up(error)
            return None
        at = datetime.fromtimestamp(stats.reset_time, UTC) if stats.remaining < most else None
        return stats.remaining, at

    async def ping(self) -> None:
        """Ask Redis whether it is there.

        Raises:
            ConnectionError: it is not.
        """
        if not await self._storage.check():
            raise ConnectionError("Redis does not answer.")

    async def close(self) -> None:
        """Close the connections."""
        await self._storage.bridge.storage.aclose()

    async def _asked(
        self,
        is_allowed: Callable[..., Awaitable[bool]],
        *asked: *tuple[str, str, int, int],
    ) -> int | None:
        name, key, most, window_seconds = asked
        if time.monotonic() < self._paused_until:
            _failures.inc()
            return None
        item = RateLimitItemPerSecond(most, window_seconds)
        try:
            if await is_allowed(item, name, key):
                return None
            stats = await self._limiter.get_window_stats(item, name, key)
        except (RedisError, OSError) as error:
            self._give_up(error)
            return None
        return max(1, math.ceil(stats.reset_time - time.time()))

    def _give_up(self, error: Exception) -> None:
        _failures.inc()
        # Nobody else need wait for a Redis that has just failed.
        self._paused_until = time.monotonic() + _PAUSE_SECONDS
        _log.warning("rate limit not checked", error=type(error).__name__)
