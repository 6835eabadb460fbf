"""Rate limits: how often somebody may do something, counted in Redis for all processes."""

import time
from typing import Any

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string
from prometheus_client import Counter
from redis.exceptions import RedisError

_log = structlog.get_logger("kith.rate_limits")
_failures = Counter("kith_rate_limit_failures_total", "Checks that Redis could not answer.")


class RateLimits:
    """Counts what is done in a moving window.

    Without Redis everything is allowed, and counted as a failure of the check: a lost counter
    must not lock people out.

    Args:
        redis_url: where the counters are.
    """

    def __init__(self, redis_url: str) -> None:
        self._storage: Any = storage_from_string(
            f"async+redis+{redis_url}" if redis_url.startswith("unix") else f"async+{redis_url}",
            implementation="redispy",
            socket_timeout=0.5,
            socket_connect_timeout=0.5,
        )
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
        item = RateLimitItemPerSecond(most, window_seconds)
        try:
            if await self._limiter.hit(item, name, key):
                return None
            return await self._wait(item, name, key)
        except (RedisError, OSError) as error:
            _tell(error)
            return None

    async def check(self, name: str, key: str, most: int, window_seconds: int) -> int | None:
        """Say whether one more would be allowed, without counting it; answers as `hit` does."""
        item = RateLimitItemPerSecond(most, window_seconds)
        try:
            if await self._limiter.test(item, name, key):
                return None
            return await self._wait(item, name, key)
        except (RedisError, OSError) as error:
            _tell(error)
            return None

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

    async def _wait(self, item: RateLimitItemPerSecond, name: str, key: str) -> int:
        stats = await self._limiter.get_window_stats(item, name, key)
        return max(1, int(stats.reset_time - time.time()) + 1)


def _tell(error: Exception) -> None:
    _failures.inc()
    _log.warning("rate limit not checked", error=type(error).__name__)
