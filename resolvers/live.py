"""Live delivery: what happens, told to a client that may know it, from where it left off."""

from collections.abc import AsyncIterable, Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from dataloaders import (
    availability,
    comments,
    conversations,
    matches,
    media,
    messages,
    notifications,
    posts,
    privacy,
    profiles,
    reactions,
)
from dataloaders import events as event_batches
from domain.facts import Fact
from domain.refusals import InvalidFieldCode, InvalidInput, NotFound
from domain.typing_indicators import Typing
from execution.declarations import Batch
from execution.telling import Telling
from persistence.pages import BadCursor
from realtime import topics
from realtime.rounds import Waiting
from realtime.topics import Topic
from resolvers import ids, judging
from resolvers.context import Context
from resolvers.judging import Need
from resolvers.live_events import Event, Judged, Listening, position_of
from resolvers.services import Services
from resolvers.streams import Stream

SHOWN: dict[str, tuple[Batch, str] | None] = {
    "AttendanceChanged": (event_batches.by_ids, "event_id"),
    "AvailabilityChanged": (availability.partners, "profile_id"),
    "ConversationChanged": (conversations.by_ids, "conversation_id"),
    "ConversationEnded": None,
    "ConversationHidden": (conversations.by_ids, "conversation_id"),
    "ConversationOpened": (conversations.by_ids, "conversation_id"),
    "ConversationRequested": (conversations.by_ids, "conversation_id"),
    "MatchEnded": None,
    "MatchMade": (matches.by_ids, "match_id"),
    "MediaChecked": (media.by_ids, "media_id"),
    "MemberJoined": (conversations.by_ids, "conversation_id"),
    "MemberLeft": (conversations.by_ids, "conversation_id"),
    "MessageDeleted": (messages.by_ids, "message_id"),
    "MessageEdited": (messages.by_ids, "message_id"),
    "MessageRead": (conversations.by_ids, "conversation_id"),
    "MessageSent": (messages.by_ids, "message_id"),
    "MessagesChanged": (conversations.by_ids, "conversation_id"),
    "NotificationAdded": (notifications.by_ids, "notification_id"),
    "NotificationRead": None,
    "NotificationsChanged": None,
    "CommentAdded": (comments.by_ids, "comment_id"),
    "CommentDeleted": (posts.by_ids, "post_id"),
    "CommentEdited": (comments.by_ids, "comment_id"),
    "FollowRequested": (profiles.by_ids, "follower_id"),
    "PostCreated": (posts.by_ids, "post_id"),
    "PostDeleted": None,
    "PostEdited": (posts.by_ids, "post_id"),
    "ProfileFollowed": (profiles.by_ids, "follower_id"),
    "ProfileUnfollowed": (profiles.by_ids, "follower_id"),
    "ReactionChanged": (reactions.told, "reaction"),
    "Typing": (conversations.by_ids, "conversation_id"),
}
"""The facts that clients are told, and what the viewer must still be able to load for that."""

OF_MESSAGES = frozenset(
    {
        "MessageDeleted",
        "MessageEdited",
        "MessageSent",
        "MessagesChanged",
        "ReactionChanged",
        "Typing",
    }
)
"""The facts that the stream of a conversation's messages tells."""

PRIVATE: dict[str, tuple[Batch, str]] = {
    "AttendanceChanged": (profiles.by_ids, "profile_id"),
    "CommentDeleted": (profiles.by_ids, "author_id"),
    "FollowRequested": (profiles.by_ids, "followed_id"),
    "MemberJoined": (profiles.by_ids, "profile_id"),
    "MemberLeft": (profiles.by_ids, "profile_id"),
    "ProfileFollowed": (profiles.by_ids, "followed_id"),
    "ProfileUnfollowed": (profiles.by_ids, "followed_id"),
    "MessageRead": (privacy.show_read_receipts, "reader_id"),
    "Typing": (privacy.show_typing, "profile_id"),
}
"""Those of them that are about a person, and what says whether the viewer may know it of them."""

After = Annotated[
    str | None,
    strawberry.argument(
        description=(
            "Go on after this cursor: of the last event that you have, or `extensions.cursor` of "
            "the query that loaded what you show. From now on when left out."
        )
    ),
]
Events = AsyncIterable[Event]


def event_id(event: Any) -> str | None:
    """The id of an event over Server-Sent Events: its cursor, where a stream goes on after it."""
    return event.cursor if isinstance(event, Event) else None


def telling_of(event: Any) -> tuple[Telling, Any] | None:
    """How an event is told together with other streams, and whom this one tells it."""
    if isinstance(event, Event) and event.telling is not None and event.telling.is_shared:
        return event.telling, event.member
    return None


async def judged(waiting: Sequence[Waiting]) -> list[Judged | None]:
    """Say what streams are told now of what is in their logs; see `judging.judge`."""
    return await judging.judge(waiting, SHOWN, _needs_of)


def _needs_of(fact: Fact) -> list[Need] | None:
    if isinstance(fact, Typing) and fact.is_typing and fact.until <= datetime.now(UTC):
        return None  # whoever reads too late would be told what is over
    needs = (SHOWN[fact.kind], PRIVATE.get(fact.kind))
    return [(batch, getattr(fact, key)) for batch, key in filter(None, needs)]


def events(context: Context, *, after: After = None) -> Events:
    """Everything that happens to you, as it happens.

    In the order in which it happened, nothing lost and nothing twice, across reconnects and
    restarts of the servers, for as long as events are kept (7 days unless configured otherwise);
    beyond that you get one `Gap` and load anew. What you may not see any more is left out.
    Without `after`, the first event is a `Heartbeat` with the cursor at which the stream begins.
    The stream completes when your session ends.
    """
    return _stream(context, after)


async def message_events(
    context: Context,
    *,
    conversation_id: Annotated[
        strawberry.ID, strawberry.argument(description="A conversation that you take part in.")
    ],
    after: After = None,
) -> Events:
    """What happens to the messages of one conversation: as in `events`, with the same cursors.

    `MessageSent`, `MessageEdited`, `MessageDeleted`, `MessagesChanged`, `ReactionChanged` and
    `Typing` of this conversation, `Heartbeat` and `Gap`, nothing else. The stream completes when
    the conversation ends for you.
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

    `NotificationAdded`, `NotificationRead`, `NotificationsChanged`, `Heartbeat` and `Gap`, nothing
    else.
    """
    told = {"NotificationAdded", "NotificationRead", "NotificationsChanged"}
    return _stream(context, after, lambda fact: fact.kind in told)


async def removed_of(context: Context, notification_ids: Sequence[UUID]) -> list[strawberry.ID]:
    """Give the ids of those notifications that the viewer does not see now."""
    seen = await context.load(notifications.lists_by_ids, tuple(notification_ids))
    shown = {row.notification_id for row in seen}
    hidden = (key for key in notification_ids if key not in shown)
    return [strawberry.ID(ids.encode("Notification", key)) for key in hidden]


def _stream(
    context: Context,
    after: str | None,
    wanted: Callable[[Fact], bool] | None = None,
    conversation_id: UUID | None = None,
) -> Events:
    viewer, services = context.signed_in, context.services
    topic = topics.viewer(viewer.profile_id)
    listening = Listening(services, viewer, topic, wanted, conversation_id)
    # A browser repeats the address of a stream with its old `after`, and tells how far it came.
    after_position = _position(services, topic, context.last_event_id or after)
    # The context knows where the log is, which a stream from now on need not ask for again.
    now = _position(services, topic, context.live_cursor) if after_position is None else None
    return Stream(listening, after_position, judged, now=now)


def _position(services: Services, topic: Topic, cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        position = position_of(services, topic, cursor)
    except BadCursor:
        position = None
    if position is None:
        raise InvalidInput.of(
            "after", "after is not a cursor of your live events.", InvalidFieldCode.UNKNOWN
        )
    return position
