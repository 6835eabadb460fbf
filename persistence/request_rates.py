"""Request rates: how often somebody calls, counted at once here and soon among all processes."""

import asyncio
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

_log = structlog.get_logger("kith.request_rates")
_failures = Counter("kith_request_rate_failures_total", "Exchanges of counts that Redis refused.")

WINDOW_SECONDS = 60
_PAUSE_SECONDS = 1.0


@dataclass(slots=True)
class _Count:
    """What one caller did in a window.

    Attributes:
        before: in the window before, everywhere.
        told: everywhere, as last heard.
        untold: here, not yet told.
    """

    before: int = 0
    told: int = 0
    untold: int = 0


class RequestRates:
    """Bounds how often somebody calls in any minute.

    Every request is counted, so counting costs no round trip: each process counts for itself and
    exchanges counts through Redis a moment later. A caller who spreads requests over several
    processes may so exceed the limit by what they send within that moment. What must never be
    exceeded is for `RateLimits`.

    The count of any minute is that of the present one, and that of the one before as far as it
    reaches into it: the sliding window counter.

    Without Redis each process counts alone.

    Args:
        redis_url: where processes exchange their counts.
        exchange_seconds: how long counts wait to be exchanged.
        clock: gives Unix seconds.
    """

    def __init__(
        self,
        redis_url: str,
        *,
        exchange_seconds: float = 0.2,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis: Any = Redis.from_url(redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._exchange_seconds = exchange_seconds
        self._clock = clock
        self._window = 0
        self._counts: dict[str, _Count] = {}
        self._counts_before: dict[str, _Count] = {}
        self._untold: set[str] = set()
        self._exchanging: asyncio.Task[None] | None = None
        self._pause = 0.0

    def hit(self, key: str, most: int) -> int | None:
        """Count one more request, if it is still allowed.

        Args:
            key: who sends it.
            most: how many are allowed in a minute, at least 1.

        Returns:
            None when it is allowed, else after how many seconds it will be.
        """
        count, elapsed = self._count(key)
        present = count.told + count.untold
        if count.before * (1 - elapsed / WINDOW_SECONDS) + present + 1 > most:
            return max(1, math.ceil(_wait(count.before, present, elapsed, most)))
        count.untold += 1
        self._untold.add(key)
        if self._exchanging is None:
            self._exchanging = asyncio.create_task(self._exchange_later())
        return None

    def left(self, key: str, most: int) -> tuple[int, int | None]:
        """Say how many more requests are allowed now, as far as this process has heard.

        Args:
            key: who sends them.
            most: how many are allowed in a minute, at least 1.

        Returns:
            How many, and after how many seconds it will be one more than that; None when all of
            them are left.
        """
        count, elapsed = self._count(key)
        present = count.told + count.untold
        used = math.ceil(count.before * (1 - elapsed / WINDOW_SECONDS) + present)
        if used <= 0:
            return most, None
        wait = _wait(count.before, present, elapsed, min(used, most))
        return max(0, most - used), max(1, math.ceil(wait))

    async def exchange(self) -> None:
        """Tell the counts of this process and hear those of all, now."""
        telling = {key: self._counts[key] for key in self._untold}
        numbers = [count.untold for count in telling.values()]
        self._untold.clear()
        pipeline = self._redis.pipeline(transaction=False)
        for key, number in zip(telling, numbers, strict=True):
            name = _name(key, self._window)
            pipeline.incrby(name, number).expire(name, 2 * WINDOW_SECONDS)
            pipeline.get(_name(key, self._window - 1))
        try:
            answers = await pipeline.execute()
        except (RedisError, OSError) as error:
            self._give_up(error, telling.values(), numbers)
            return
        heard = zip(telling.values(), numbers, answers[::3], answers[2::3], strict=True)
        for count, number, told, before in heard:
            count.told = told
            count.untold -= number
            count.before = int(before or 0)

    async def close(self) -> None:
        """Exchange what is left and close the connection."""
        if (exchanging := self._exchanging) is not None:
            exchanging.cancel()
            await asyncio.gather(exchanging, return_exceptions=True)
            await self.exchange()
        await self._redis.aclose()

    def _give_up(self, error: Exception, counts: Iterable[_Count], numbers: list[int]) -> None:
        _failures.inc()
        _log.warning("request rates not exchanged", error=type(error).__name__)
        self._pause = _PAUSE_SECONDS
        if isinstance(error, RedisTimeout):
            # They may have arrived; to tell them again and again would count honest people out.
            for count, number in zip(counts, numbers, strict=True):
                count.told += number
                count.untold -= number

    def _count(self, key: str) -> tuple[_Count, float]:
        """Give the caller's count in this window, and how many seconds of it have passed."""
        window, elapsed = divmod(self._clock(), WINDOW_SECONDS)
        if window != self._window:
            follows = window == self._window + 1
            self._counts_before = self._counts if follows else {}
            self._window, self._counts = int(window), {}
            self._untold.clear()
        count = self._counts.get(key)
        if count is None:
            past = self._counts_before.get(key)
            count = self._counts[key] = _Count(past.told + past.untold if past else 0)
        return count, elapsed

    async def _exchange_later(self) -> None:
        try:
            while self._untold:
                await asyncio.sleep(max(self._exchange_seconds, self._pause))
                self._pause = 0.0
                await self.exchange()
        finally:
            self._exchanging = None


def _name(key: str, window: int) -> str:
    return f"kith:requests:{key}:{window}"


def _wait(before: int, present: int, elapsed: float, most: int) -> float:
    """Give the seconds until one more request is within the limit."""
    if present + 1 <= most:
        return WINDOW_SECONDS * (1 - (most - 1 - present) / before) - elapsed
    rest: float = WINDOW_SECONDS - elapsed
    return rest + WINDOW_SECONDS * (1 - (most - 1) / present)
