"""Live delivery: what happens, told to a client that may know it, from where it left off."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from dataloaders import (
    availability,
    conversations,
    matches,
    messages,
    notifications,
    privacy,
    reactions,
)
from dataloaders.reader import Reader
from domain.facts import Fact
from domain.refusals import InvalidInput, NotFound
from domain.typing_indicators import Typing
from execution.declarations import Batch
from persistence.pages import BadCursor
from realtime import topics
from realtime.following import Gap, Heartbeat, Item
from realtime.log import Entry
from realtime.topics import Topic
from resolvers import authentication, ids
from resolvers.context import Context

SHOWN: dict[str, tuple[Batch, str] | None] = {
    "AvailabilityChanged": (availability.partners, "profile_id"),
    "ConversationEnded": None,
    "ConversationHidden": (conversations.by_ids, "conversation_id"),
    "ConversationOpened": (conversations.by_ids, "conversation_id"),
    "MatchEnded": None,
    "MatchMade": (matches.by_ids, "match_id"),
    "MessageDeleted": (messages.by_ids, "message_id"),
    "MessageEdited": (messages.by_ids, "message_id"),
    "MessageRead": (conversations.by_ids, "conversation_id"),
    "MessageSent": (messages.by_ids, "message_id"),
    "NotificationAdded": (notifications.by_ids, "notification_id"),
    "NotificationRead": None,
    "ReactionChanged": (reactions.told, "reaction"),
    "Typing": (conversations.by_ids, "conversation_id"),
}
"""The facts that clients are told, and what the viewer must still be able to load for that."""

OF_MESSAGES = frozenset(
    {"MessageDeleted", "MessageEdited", "MessageSent", "ReactionChanged", "Typing"}
)
"""The facts that the stream of a conversation's messages tells."""

PRIVATE: dict[str, tuple[Batch, str]] = {
    "MessageRead": (privacy.show_read_receipts, "reader_id"),
    "Typing": (privacy.show_typing, "profile_id"),
}
"""Those of them that people may keep to themselves, and what says whether they do."""

_LIST = "live"
_SURE_SECONDS = 1.0

After = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "Go on after this cursor: of the last event that you have, or `extensions.cursor` of "
            "the query that loaded what you show. From now on when left out."
        )
    ),
]
Events = AsyncGenerator["Event", None]


def event_id(event: Any) -> str | None:
    """The id of an event over Server-Sent Events: its cursor, where a stream goes on after it."""
    return event.cursor if isinstance(event, Event) else None


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream, as the GraphQL types of live events show it.

    Attributes:
        cursor: where a stream goes on after it.
        at: when it happened.
        told: the fact, gap or heartbeat; its attributes are the event's too.
    """

    cursor: str
    at: datetime
    told: Fact | Gap | Heartbeat

    @property
    def kind(self) -> str:
        """The name of its GraphQL type."""
        return type(self.told).__name__

    def __getattr__(self, name: str) -> Any:
        return getattr(self.told, name)


def events(context: Context, *, after: After = None) -> Events:
    """Everything that happens to you, as it happens.

    In the order in which it happened, nothing lost and nothing twice, across reconnects and
    restarts of the servers, for as long as events are kept (7 days unless configured otherwise);
    beyond that you get one `Gap` and load anew. What you may not see any more is left out.
    Without `after`, the first event is a `Heartbeat` with the cursor at which the stream begins.
    The stream completes when your session ends.
    """
    return _stream(context, after, lambda _: True)


async def message_events(
    context: Context,
    *,
    conversation_id: Annotated[
        strawberry.ID, strawberry.argument(description="A conversation that you take part in.")
    ],
    after: After = None,
) -> Events:
    """What happens to the messages of one conversation: as in `events`, with the same cursors.

    `MessageSent`, `MessageEdited`, `MessageDeleted`, `ReactionChanged` and `Typing` of this
    conversation, `Heartbeat` and `Gap`, nothing else. The stream completes when the conversation
    ends for you.
    """
    key = ids.decode(conversation_id, "Conversation")
    if await context.load(conversations.by_ids, key) is None:
        raise NotFound("Conversation")

    def wanted(fact: Fact) -> bool:
        return fact.kind in OF_MESSAGES and getattr(fact, "conversation_id", None) == key

    return _stream(context, after, wanted, conversation_id=key)


def match_updates(context: Context, *, after: After = None) -> Events:
    """Your matches as they come and go: those of `events`, with the same cursors.

    `MatchMade`, `MatchEnded`, `Heartbeat` and `Gap`, nothing else.
    """
    return _stream(context, after, lambda fact: fact.kind in {"MatchMade", "MatchEnded"})


def notification_events(context: Context, *, after: After = None) -> Events:
    """Your notifications as they come and are read: those of `events`, with the same cursors.

    `NotificationAdded`, `NotificationRead`, `Heartbeat` and `Gap`, nothing else.
    """
    told = {"NotificationAdded", "NotificationRead"}
    return _stream(context, after, lambda fact: fact.kind in told)


async def position_cursor(context: Context) -> str | None:
    """Give the cursor after which a subscription misses nothing that the operation has not read.

    To be asked for before the operation's first read. What happens between is told twice rather
    than never: once by the answer, once by the stream.

    Returns:
        None when nobody is signed in.
    """
    if context.viewer is None:
        return None
    topic = topics.viewer(context.viewer.profile_id)
    return cursor_at(context, topic, await context.services.listener.log.head(topic))


def cursor_at(context: Context, topic: Topic, position: int) -> str:
    """Sign a position of a topic."""
    return context.cursors.encode(_LIST, [topic, position])


def _position(context: Context, topic: Topic, cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        whose, position = context.cursors.decode(_LIST, cursor)
    except BadCursor:
        whose, position = None, 0
    if whose != topic:
        raise InvalidInput.of("after", "after is not a cursor of your live events.")
    return int(position)


def _stream(
    context: Context,
    after: str | None,
    wanted: Callable[[Fact], bool],
    conversation_id: UUID | None = None,
) -> Events:
    topic = topics.viewer(context.signed_in.profile_id)
    stream = _Stream(context, topic, wanted, conversation_id)
    # A browser repeats the address of a stream with its old `after`, and tells how far it came.
    return stream.run(_position(context, topic, context.last_event_id or after))


class _Stream:
    """One client's stream: what it wants of its inbox, checked again before it is told."""

    def __init__(
        self,
        context: Context,
        topic: Topic,
        wanted: Callable[[Fact], bool],
        conversation_id: UUID | None,
    ) -> None:
        self._context = context
        self._topic = topic
        self._wanted = wanted
        self._conversation_id = conversation_id
        self._clock = asyncio.get_running_loop().time
        self._told_at = self._clock()

    async def run(self, after: int | None) -> Events:
        services = self._context.services
        listener, here = services.listener, services.presence.listening
        pages = listener.pages(self._topic, after)
        async with here(self._context.signed_in.profile_id), aclosing(pages) as pages:
            async for page in pages:
                rest = deque(page)
                while rest:
                    events = await self._allowed(rest)
                    if events is None:
                        return
                    # Who reads slowly gets what they may see when they read, not when it happened.
                    sure_until = self._clock() + _SURE_SECONDS
                    while rest:
                        event = events[rest.popleft().position]
                        if event is not None:
                            self._told_at = self._clock()
                            yield event
                        if self._clock() >= sure_until:
                            break
                if self._clock() - self._told_at > listener.heartbeat_seconds:
                    self._told_at = self._clock()
                    quiet = Heartbeat(page[-1].position)
                    yield self._event(quiet, datetime.now(UTC), quiet.position)

    async def _allowed(self, items: Iterable[Item]) -> dict[int, Event | None] | None:
        """Say what of these the client may be told now; None when the stream is over."""
        context = self._context
        if not await authentication.still_valid(context.services, context.signed_in):
            return None
        reader = Reader(database=context.database, cursors=context.cursors, viewer=context.viewer)
        place = self._conversation_id
        if place is not None and await reader.load(conversations.by_ids, place) is None:
            return None
        events = await asyncio.gather(*(self._told(reader, item) for item in items))
        return {item.position: event for item, event in zip(items, events, strict=True)}

    async def _told(self, reader: Reader, item: Item) -> Event | None:
        if not isinstance(item, Entry):
            return self._event(item, datetime.now(UTC), item.position)
        if item.kind not in SHOWN:
            return None
        fact = Fact.from_body(item.kind, item.body)
        if not self._wanted(fact):
            return None
        if not await _may_know(reader, fact):
            return None
        return self._event(fact, item.recorded_at, item.position)

    def _event(self, told: Fact | Gap | Heartbeat, at: datetime, position: int) -> Event:
        return Event(cursor_at(self._context, self._topic, position), at, told)


async def _may_know(reader: Reader, fact: Fact) -> bool:
    """Say whether the viewer may still learn of a fact."""
    needs, private = SHOWN[fact.kind], PRIVATE.get(fact.kind)
    for batch, key in (need for need in (needs, private) if need is not None):
        if not await reader.load(batch, getattr(fact, key)):
            return False
    # What a slow reader gets too late was over meanwhile.
    return not (isinstance(fact, Typing) and fact.is_typing and fact.until <= datetime.now(UTC))
