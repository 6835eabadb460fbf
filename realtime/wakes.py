"""Wake-ups: Redis tells the other processes which topics have moved; losing one costs only time."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from persistence.transaction import Recordable
from realtime import metrics
from realtime.log import Entry
from realtime.topics import Topic

log = structlog.get_logger(__name__)

_CHANNEL = "kith:live:"
_TOGETHER_CHANNEL = "kith:live-together"
_WHISPERS_CHANNEL = "kith:live-whispers"
_FEW = 16
"""How many topics that move at once are told each on its own channel; of more, all are told all."""
_SILENCE_SECONDS = 5.0
_PAUSE_SECONDS = 1.0
_WHISPERS_WAIT = 1_000
_LONGEST_PAUSE_SECONDS = 15.0
_FAILURES = (RedisError, OSError)


def connect(url: str) -> Redis:
    """Prepare a client that fails soon: who waits for Redis has a better way than waiting.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.
    """
    tcp = {} if url.startswith("unix:") else {"socket_keepalive": True}
    return Redis.from_url(
        url,
        **tcp,
        decode_responses=True,
        socket_connect_timeout=1.0,
        socket_timeout=1.0,
        # Retrying here would hide the outage; both users of the client retry in their own time.
        retry=Retry(NoBackoff(), 0),
    )


class Publisher:
    """Publishes new heads after commits, without anybody waiting for it.

    What comes while Redis answers is sent together in one go. When Redis fails, what waits is
    given up and nothing is sent for a second: the listeners' polling finds it.

    Args:
        redis: a client from `connect`.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: dict[str, int] = {}
        self._whispers: list[tuple[str, str]] = []
        self._sending: asyncio.Task[None] | None = None
        self._paused_until = 0.0
        self._failing = False

    def publish(self, heads: Mapping[str, int]) -> None:
        """Tell the listeners of all processes that these topics have moved.

        Args:
            heads: the new last positions by topic.
        """
        if asyncio.get_running_loop().time() < self._paused_until:
            metrics.WAKES_DROPPED.inc(len(heads))
            return
        for topic, position in heads.items():
            self._waiting[topic] = max(position, self._waiting.get(topic, 0))
        self._start()

    def whisper(self, topics: Iterable[Topic], said: Recordable) -> None:
        """Tell the listeners of all processes something that is not in the log.

        Args:
            topics: whose followers are told.
            said: what; dropped when Redis is away or too much waits already.
        """
        is_paused = asyncio.get_running_loop().time() < self._paused_until
        if not is_paused and len(self._whispers) < _WHISPERS_WAIT:
            # The moment too: what is told in many topics is one event, shared by who hears it.
            at = datetime.now(UTC).isoformat()
            told = {"kind": said.kind, "body": said.body(), "at": at}
            places = list(topics)
            if len(places) > _FEW:
                self._whispers.append((_WHISPERS_CHANNEL, json.dumps({"topics": places, **told})))
            else:
                text = json.dumps(told)
                self._whispers += [(_CHANNEL + topic, text) for topic in places]
            self._start()

    def _start(self) -> None:
        has_news = self._waiting or self._whispers
        if has_news and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send(), name="live wake-ups")

    async def close(self) -> None:
        """Send what waits, or give it up when Redis fails."""
        if self._sending is not None:
            await self._sending

    async def _send(self) -> None:
        while self._waiting or self._whispers:
            heads, self._waiting = self._waiting, {}
            whispers, self._whispers = self._whispers, []
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    if len(heads) > _FEW:
                        pipeline.publish(_TOGETHER_CHANNEL, orjson.dumps(heads))
                    else:
                        for topic, position in heads.items():
                            pipeline.publish(_CHANNEL + topic, position)
                    for channel, text in whispers:
                        pipeline.publish(channel, text)
                    await pipeline.execute()
            except _FAILURES as error:
                self._give_up(heads, error)
            else:
                metrics.WAKES_SENT.inc(len(heads))
                self._failing = False

    def _give_up(self, heads: Mapping[str, int], error: Exception) -> None:
        metrics.WAKES_DROPPED.inc(len(heads) + len(self._waiting))
        self._waiting.clear()
        self._whispers.clear()
        self._paused_until = asyncio.get_running_loop().time() + _PAUSE_SECONDS
        if not self._failing:
            log.warning("live_wakes_dropped", error=type(error).__name__)
        self._failing = True


class Subscriber:
    """Hears wake-ups over one connection for all topics that this process follows.

    Each topic is a channel of its own, so a process is bothered only with what its own followers
    wait for. Where many topics move at once, one message tells all of them: to read it costs less
    than as many messages, even where nobody waits for most. The wanted topics are compared with
    the subscribed ones whenever they change; after a failure everything starts anew.

    Args:
        redis: a client from `connect`.
        wanted: answers the topics that are followed now.
        told: is called with a topic's new head.
        whispered: is called with what is told in a topic without being kept.
        subscribed: is called with a topic from which on its wake-ups arrive; what moved before
            went unheard.

    Attributes:
        is_connected: whether Redis wakes this process now.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        wanted: Callable[[], set[Topic]],
        told: Callable[[Topic, int], object],
        subscribed: Callable[[Topic], None],
        whispered: Callable[[Topic, Entry], object] = lambda *_: None,
    ) -> None:
        self._redis = redis
        self._wanted = wanted
        self._told = told
        self._whispered = whispered
        self._subscribed = subscribed
        self._changed = asyncio.Event()
        self.is_connected = False

    def changed(self) -> None:
        """Say that the wanted topics are others now."""
        self._changed.set()

    async def run(self) -> None:
        """Listen until cancelled, through any failure of Redis."""
        clock = asyncio.get_running_loop().time
        pause = 0.0
        while True:
            started = clock()
            try:
                await self._listen()
            except Exception as failure:  # noqa: BLE001 - polling goes on, and so must trying
                # A connection that lived for a while was a good one: its end is a new outage.
                if pause == 0.0 or clock() - started > _LONGEST_PAUSE_SECONDS:
                    pause = 0.0
                    log.warning("live_redis_lost", error=repr(failure))
            finally:
                self._set_connected(now=False)
            pause = min(max(pause * 2, 0.1), _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as pubsub:
            # One channel is always subscribed: redis-py reads no answers in between then.
            await pubsub.subscribe(_CHANNEL, _TOGETHER_CHANNEL, _WHISPERS_CHANNEL)
            # No task group: it forgets that it was cancelled when something in it fails meanwhile.
            tasks = [
                asyncio.create_task(self._receive(pubsub), name="live receive"),
                asyncio.create_task(self._subscribe(pubsub), name="live subscribe"),
            ]
            try:
                ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _subscribe(self, pubsub: PubSub) -> None:
        here: set[Topic] = set()
        while True:
            self._changed.clear()
            wanted = self._wanted()
            if new := wanted - here:
                await pubsub.subscribe(*(_CHANNEL + topic for topic in new))
            if old := here - wanted:
                await pubsub.unsubscribe(*(_CHANNEL + topic for topic in old))
            here = wanted
            await self._changed.wait()

    async def _receive(self, pubsub: PubSub) -> None:
        asked = False
        while True:
            message: dict[str, Any] | None = await pubsub.get_message(timeout=_SILENCE_SECONDS)
            if message is not None:
                asked = False
                self._hear(message)
            elif asked:
                raise TimeoutError("Redis does not answer")
            else:
                # Silence is either peace or a dead connection; an answer tells which.
                asked = True
                await pubsub.ping()

    def _set_connected(self, *, now: bool) -> None:
        self.is_connected = now
        metrics.CONNECTED.set(now)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["channel"] in {_TOGETHER_CHANNEL, _WHISPERS_CHANNEL}:
            if message["type"] == "message":
                told = orjson.loads(message["data"])
                if message["channel"] == _TOGETHER_CHANNEL:
                    for name, head in told.items():
                        self._told(Topic(name), head)
                else:
                    _hear_for_all(told, self._whispered)
            return
        topic = Topic(str(message["channel"] or "").removeprefix(_CHANNEL))
        if message["type"] == "subscribe":
            if topic:
                self._subscribed(topic)
            else:
                self._set_connected(now=True)
        elif message["type"] == "message" and str(message["data"]).isdecimal():
            self._told(topic, int(message["data"]))
        elif message["type"] == "message":
            self._whispered(topic, _entry_of(json.loads(message["data"])))


def _hear_for_all(said: dict[str, Any], whispered: Callable[[Topic, Entry], object]) -> None:
    entry = _entry_of(said)
    for name in said["topics"]:
        whispered(Topic(name), entry)


def _entry_of(said: dict[str, Any]) -> Entry:
    return Entry(0, said["kind"], json.dumps(said["body"]), datetime.fromisoformat(said["at"]))
