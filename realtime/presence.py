"""Presence: who has a stream open in some process, and who did something just now, in Redis.

Each process keeps a set of the people who listen in it, which expires unless the process beats;
so a beat costs the same for any number of people, and a process that was killed is forgotten.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Self
from uuid import UUID, uuid4

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from realtime import metrics

log = structlog.get_logger(__name__)

BEAT_SECONDS = 15.0
KEPT_SECONDS = 45
"""For how long a process that does not beat any more counts: some lost beats must not matter."""

ACTIVE_SECONDS = 120
"""For how long somebody who did something counts as looking at the screen."""

_PROCESSES = "kith:presence:processes"
_ACTIVE = "kith:presence:active"
_HERE = "kith:presence:here:"
_NOTED_SECONDS = 30.0
_PAUSE_SECONDS = 1.0
_CHUNK = 1_000
_NOTED_MOST = 10_000
_NOBODY = UUID(int=0)
_FAILURES = (RedisError, OSError)


def _connect(url: str) -> Redis:
    """Prepare a client that fails soon, with few connections however much is asked at once."""
    pool: Any = BlockingConnectionPool.from_url(
        url,
        max_connections=2,
        timeout=1.0,
        socket_connect_timeout=0.5,
        socket_timeout=1.0,
        retry=Retry(NoBackoff(), 1),
    )
    return Redis.from_pool(pool)


class Presence:
    """Who is here, told to the other processes and asked of them; an asynchronous context manager.

    It is approximate and forgets: what must not be missed goes by the log. Without Redis nobody
    knows who is here.

    Args:
        redis_url: ``redis://``, ``rediss://`` or ``unix://``.
        beats: whether people listen in this process; else it only asks.
        clock: gives Unix seconds.
    """

    def __init__(
        self, redis_url: str, *, beats: bool = True, clock: Callable[[], float] = time.time
    ) -> None:
        self._redis: Any = _connect(redis_url)
        self._clock = clock
        self._streams: Counter[UUID] = Counter()
        self._noted: dict[UUID, float] = {}
        self._news = _News(self._redis, self._streams, clock)
        self._task: asyncio.Task[None] | None = None
        self._beats = beats
        self._unknown_until = 0.0

    async def __aenter__(self) -> Self:
        """Begin to tell who is here; a Redis that is not there does not hinder it."""
        if self._beats:
            self._task = asyncio.create_task(self._news.run(), name="presence")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Say that nobody is here any more."""
        if self._task is not None:
            self._news.end()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._redis.aclose()

    @asynccontextmanager
    async def listening(self, profile_id: UUID) -> AsyncIterator[None]:
        """Say for the length of a block that somebody has a stream open here; waits for nothing.

        Args:
            profile_id: who.
        """
        self._streams[profile_id] += 1
        if self._streams[profile_id] == 1:
            self._tell(profile_id)
        try:
            yield
        finally:
            self._streams[profile_id] -= 1
            if not self._streams[profile_id]:
                del self._streams[profile_id]
                self._tell(profile_id)

    def note_active(self, profile_id: UUID) -> None:
        """Note that somebody did something just now; Redis is told twice a minute at most.

        Args:
            profile_id: who.
        """
        now = self._clock()
        if now - self._noted.get(profile_id, 0.0) < _NOTED_SECONDS:
            return
        if len(self._noted) >= _NOTED_MOST:
            self._noted.clear()
        self._noted[profile_id] = now
        self._news.tell(active=profile_id)

    async def online(self, profile_ids: Sequence[UUID]) -> list[bool] | None:
        """Say who of these people has a stream open in any process.

        Args:
            profile_ids: who is asked for, in one question for all of them.

        Returns:
            In their order; None when nobody knows, because Redis is away.
        """
        keys = [key.bytes for key in profile_ids]
        if not keys:
            return []
        if time.monotonic() < self._unknown_until:
            return None
        try:
            pipeline = self._redis.pipeline(transaction=False)
            for process in await self._redis.zrange(_PROCESSES, 0, -1):
                pipeline.smismember(_HERE + process.decode(), keys)
            answers = await pipeline.execute()
        except _FAILURES:
            # Who asks meanwhile need not wait for it to fail again.
            self._unknown_until = time.monotonic() + _PAUSE_SECONDS
            return None
        return [any(found) for found in zip(*answers, strict=True)] or [False] * len(keys)

    async def is_present(self, profile_id: UUID) -> bool:
        """Say whether somebody is looking: has a stream open and did something within 2 minutes.

        Args:
            profile_id: who.

        Returns:
            False too when Redis is away, so that a notification is rather told twice than never.
        """
        online = await self.online([profile_id])
        if not online or not online[0]:
            return False
        try:
            at: float | None = await self._redis.zscore(_ACTIVE, profile_id.bytes)
        except _FAILURES:
            return False
        return at is not None and self._clock() - at < ACTIVE_SECONDS

    def _tell(self, profile_id: UUID) -> None:
        metrics.PRESENT.set(len(self._streams))
        self._news.tell(changed=profile_id)


class _News:
    """What Redis is to be told of a process, and the task that tells it.

    Args:
        redis: a client.
        streams: how many streams each person has open now.
        clock: gives Unix seconds.
    """

    def __init__(self, redis: Any, streams: Counter[UUID], clock: Callable[[], float]) -> None:
        self._redis = redis
        self._streams = streams
        self._clock = clock
        self._process = uuid4().hex
        self._here = _HERE + self._process
        self._changed: set[UUID] = set()
        self._active: set[UUID] = set()
        self._wait = asyncio.Event()
        self._is_known = False
        self._is_failing = False
        self._is_over = False

    def tell(self, *, changed: UUID | None = None, active: UUID | None = None) -> None:
        """Tell soon that somebody came or left, or that somebody did something."""
        if changed is not None:
            self._changed.add(changed)
        if active is not None and len(self._active) < _NOTED_MOST:
            self._active.add(active)
        self._wait.set()

    def end(self) -> None:
        """Let `run` come to its end, in which it tells that nobody is here any more."""
        # No cancelling: in the middle of a command, redis-py may forget that it was cancelled.
        self._is_over = True
        self._wait.set()

    async def run(self) -> None:
        """Tell until the end, through any failure of Redis."""
        await self._tell_until_over()
        with suppress(*_FAILURES):
            await self._redis.delete(self._here)
            await self._redis.zrem(_PROCESSES, self._process)

    async def _tell_until_over(self) -> None:
        clock = asyncio.get_running_loop().time
        beat_at = clock()
        while not self._is_over:
            is_beat = clock() >= beat_at
            if is_beat:
                beat_at = clock() + BEAT_SECONDS
            self._wait.clear()
            try:
                await self._send(is_beat=is_beat)
            except _FAILURES as error:
                if not self._is_failing:
                    log.warning("presence_unknown", error=repr(error))
                self._is_failing, beat_at = True, clock() + _PAUSE_SECONDS
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            self._is_failing = False
            with suppress(TimeoutError):
                async with asyncio.timeout_at(beat_at):
                    await self._wait.wait()

    async def _send(self, *, is_beat: bool) -> None:
        """Tell what has changed; after a failure, or where Redis has forgotten us, all."""
        changed, self._changed = self._changed, set()
        active, self._active = self._active, set()
        if is_beat and self._is_known:
            self._is_known = bool(await self._redis.expire(self._here, KEPT_SECONDS))
        is_known, self._is_known = self._is_known, False
        if not is_known:
            await self._redis.delete(self._here)
            # An empty set would not be there, and could not be told from a forgotten one.
            changed = {_NOBODY, *self._streams}
        here = {key for key in changed if key in self._streams or key == _NOBODY}
        await self._each(self._redis.sadd, here)
        await self._each(self._redis.srem, changed - here)
        now = self._clock()
        if active:
            await self._redis.zadd(_ACTIVE, {key.bytes: now for key in active})
        if is_beat or not is_known:
            await self._beat(now)
        self._is_known = True

    async def _beat(self, now: float) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.expire(self._here, KEPT_SECONDS)
        pipeline.zadd(_PROCESSES, {self._process: now})
        pipeline.zremrangebyscore(_PROCESSES, "-inf", now - 2 * KEPT_SECONDS)
        pipeline.zremrangebyscore(_ACTIVE, "-inf", now - ACTIVE_SECONDS)
        await pipeline.execute()

    async def _each(self, command: Any, keys: Iterable[UUID]) -> None:
        members = [key.bytes for key in keys]
        for start in range(0, len(members), _CHUNK):
            await command(self._here, *members[start : start + _CHUNK])
