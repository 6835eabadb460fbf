"""Streams: the live events of one subscription, told at once while its reader keeps up."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from execution.telling import Source, Teller
from realtime.following import Follower, Heartbeat, Item
from realtime.rounds import Waiting
from resolvers.live_events import Event, Judged, Listening

Judge = Callable[[Sequence[Waiting]], Awaitable[Sequence[Judged | None]]]
"""Says what streams are told now of what is in their logs."""


class Stream(Source):
    """The events of one subscription.

    Args:
        listening: who listens, to what.
        after: the position after which it begins; now when None, which it tells first.
        judge: says what it is told.
        now: the position that now is, where that is known.
    """

    __slots__ = ("_clock", "_events", "_follower", "_judge", "_listening")

    def __init__(
        self, listening: Listening, after: int | None, judge: Judge, *, now: int | None = None
    ) -> None:
        self._listening = listening
        self._judge = judge
        self._clock = asyncio.get_running_loop().time
        self._follower: Follower | None = None
        self._events = self._tell(now if after is None else after, says_where=after is None)

    def tell_by(self, teller: Teller) -> None:
        """Tell at once what others are told too."""
        self._listening.teller = teller

    def __anext__(self) -> Awaitable[Event]:
        """What was not told at once."""
        return self._events.__anext__()

    async def aclose(self) -> None:
        """Listen no more."""
        await self._events.aclose()

    async def _tell(self, after: int | None, *, says_where: bool) -> AsyncGenerator[Event, None]:
        listening = self._listening
        listener, here = listening.services.listener, listening.services.presence.listening
        clock = self._clock
        async with (
            here(listening.viewer.profile_id),
            listener.following(listening.topic, after, listening) as follower,
        ):
            if says_where:
                yield listening.event(Heartbeat(follower.position))
            follower.silent_since = clock()
            if listening.teller is not None:
                self._follower, follower.take = follower, self._take
            rest = deque[tuple[Item, Event | Exception]]()
            while True:
                page = await (self._again(follower, rest) if rest else follower.next())
                if page is None:
                    return
                rest = deque((item, event) for item, event in page.told if event is not None)
                sure_until, position = page.sure_until, page.told[-1][0].position
                del page  # who reads slowly keeps nothing that was told
                while rest:
                    yield _event_of(*rest.popleft())
                    follower.silent_since = clock()
                    if follower.silent_since >= sure_until:
                        break
                if not rest and clock() - follower.silent_since > listener.heartbeat_seconds:
                    yield listening.event(Heartbeat(position))
                    follower.silent_since = clock()

    def _take(self, page: Judged | None) -> bool:
        """Tell a page at once, where that is possible."""
        follower, teller = self._follower, self._listening.teller
        now = self._clock()
        if follower is None or teller is None or page is None or now >= page.sure_until:
            return False
        bodies = page.bodies(teller.kind)
        if not bodies:
            # Nothing is told; a silence that lasts too long has to be broken, though.
            return bodies is not None and now - follower.silent_since < follower.heartbeat_seconds
        if not teller.send(bodies):
            return False
        follower.silent_since = now
        return True

    async def _again(
        self, follower: Follower, rest: deque[tuple[Item, Event | Exception]]
    ) -> Judged | None:
        """Judge anew: who reads slowly gets what they may see then, not when it happened."""
        (page,) = await self._judge([(follower, [item for item, _ in rest])])
        return page


def _event_of(_: Item, event: Event | Exception) -> Event:
    if isinstance(event, Exception):
        raise event
    return event
