"""Live events: what happens to a viewer, told as it happens."""

import inspect
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import strawberry

from dataloaders import (
    attendance,
    conversations,
    events,
    matches,
    media,
    messages,
    notifications,
    profiles,
)
from realtime.following import GapReason
from resolvers import ids, live_events
from resolvers import live as resolvers
from schema.building import loaded, subscription
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.attendance import Attendance
    from schema.conversations import Conversation
    from schema.events import Event
    from schema.matches import Match
    from schema.media import Media
    from schema.messages import Message
    from schema.notifications import Notification
    from schema.profiles import Profile

T = TypeVar("T", bound=type)

AttendanceView = Annotated["Attendance", strawberry.lazy("schema.attendance")]
ConversationView = Annotated["Conversation", strawberry.lazy("schema.conversations")]
EventView = Annotated["Event", strawberry.lazy("schema.events")]
MatchView = Annotated["Match", strawberry.lazy("schema.matches")]
MediaView = Annotated["Media", strawberry.lazy("schema.media")]
MessageView = Annotated["Message", strawberry.lazy("schema.messages")]
NotificationView = Annotated["Notification", strawberry.lazy("schema.notifications")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

shown_enum(
    GapReason,
    RETENTION="The events are too old: they are not kept any more.",
    RESET="The server's data was restored from an earlier time; the events are lost.",
)

EVENTS: list[type] = []
"""The types of events."""


def live_event(cls: T) -> T:
    """Make a GraphQL type show the events of the kind that has its name."""

    def is_type_of(root: Any, _info: Any) -> bool:
        return isinstance(root, live_events.Event) and root.kind == cls.__name__

    cls.is_type_of = is_type_of  # type: ignore[attr-defined]
    shown: T = strawberry.type(cls, description=inspect.getdoc(cls))
    EVENTS.append(shown)
    return shown


@strawberry.interface
class LiveEvent:
    """Something that happened, or a word about the stream itself."""

    cursor: str = strawberry.field(
        description="Its place in your live inbox: give it as `after` to go on after it."
    )
    at: datetime = strawberry.field(description="When it happened.")


@live_event
class MessageSent(LiveEvent):
    """Somebody wrote a message to you, or you did."""

    message: MessageView | None = loaded(
        messages.by_ids,
        key="message_id",
        description="The message; null when it was hidden from you this very moment.",
    )
    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="Where, as it is now."
    )


@live_event
class MessageEdited(LiveEvent):
    """A sender changed the text of a message."""

    message: MessageView | None = loaded(
        messages.by_ids,
        key="message_id",
        description="The message as it is now; null when it was hidden from you this very moment.",
    )


@live_event
class MessageDeleted(LiveEvent):
    """A sender took a message back, for everybody."""

    message: MessageView | None = loaded(
        messages.by_ids,
        key="message_id",
        description="What is left of it; null when it was hidden from you this very moment.",
    )
    position: int = strawberry.field(description="Its place in the conversation.")


@live_event
class MessagesChanged(LiveEvent):
    """You see other members and messages of a group: somebody was hidden from you, or shown again.

    Put what the conversation has now in the place of all that you hold of it.
    """

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="The group, as it is now."
    )


@live_event
class MessageRead(LiveEvent):
    """Somebody has read messages: another of the conversation, or you on any of your devices."""

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="Where, as it is now."
    )
    reader: ProfileView | None = loaded(
        profiles.by_ids, key="reader_id", description="Who has read."
    )
    position: int = strawberry.field(description="Up to which message.")


@live_event
class Typing(LiveEvent):
    """Somebody is typing in a conversation of yours, or has stopped.

    Of the moment only: it is not kept, not told after a resume, and may be lost. It carries the
    cursor at which the stream is anyway.
    """

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="Where, as it is now."
    )
    profile: ProfileView | None = loaded(profiles.by_ids, key="profile_id", description="Who.")
    is_typing: bool = strawberry.field(
        description="Whether they are typing; false once they stopped."
    )
    until: datetime = strawberry.field(
        description="When it is over, unless it is told again before."
    )


@live_event
class AvailabilityChanged(LiveEvent):
    """Somebody with whom you have a direct conversation, or you, have time, or not any more.

    Also told when the time that they said has passed, within about a minute.
    """

    profile: ProfileView | None = loaded(
        profiles.by_ids,
        key="profile_id",
        description="Who, with their `availability` as it is now.",
    )


@live_event
class AttendanceChanged(LiveEvent):
    """Somebody answered an event in another way, got a seat that they waited for, or is there.

    Told to them and to the event's hosts; who comes and goes also to those who go, while at most
    50 seats are taken.
    """

    event: EventView | None = loaded(
        events.by_ids, key="event_id", description="The event, as it is now."
    )
    attendance: AttendanceView | None = loaded(
        attendance.by_ids,
        key="attendance_id",
        description="The answer, as it is now; null unless it is yours or you hold the event.",
    )


@live_event
class ConversationOpened(LiveEvent):
    """A conversation is on your list, for the first time or again."""

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="The conversation, as it is now."
    )


@live_event
class ConversationHidden(LiveEvent):
    """You took a conversation off your list, on this device or another."""

    is_cleared: bool = strawberry.field(
        description="Whether its messages so far are gone for you as well."
    )
    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="The conversation, as it is now."
    )


@live_event
class ConversationChanged(LiveEvent):
    """A conversation has another title or owner, was accepted, or you muted it on any device."""

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="The conversation, as it is now."
    )


@live_event
class ConversationRequested(LiveEvent):
    """Somebody wrote to you who asks you for a conversation: see `conversationRequests`."""

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="The conversation, as it is now."
    )


@live_event
class MemberJoined(LiveEvent):
    """Somebody takes part in a group of yours from now on."""

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="The group, as it is now."
    )
    profile: ProfileView | None = loaded(profiles.by_ids, key="profile_id", description="Who.")


@live_event
class MemberLeft(LiveEvent):
    """Somebody takes part in a group of yours no more."""

    conversation: ConversationView | None = loaded(
        conversations.by_ids, key="conversation_id", description="The group, as it is now."
    )
    profile: ProfileView | None = loaded(profiles.by_ids, key="profile_id", description="Who.")


@live_event
class ConversationEnded(LiveEvent):
    """A conversation is gone for you: it ended, or you left, were removed or declined."""

    @strawberry.field(description="The id that it had.")
    def ended_conversation_id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(ids.encode("Conversation", root.conversation_id))


@live_event
class MatchMade(LiveEvent):
    """You and somebody like each other."""

    match: MatchView | None = loaded(
        matches.by_ids,
        key="match_id",
        description="The match; null when it ended this very moment.",
    )


@live_event
class MatchEnded(LiveEvent):
    """A match of yours is over, and its conversation is gone."""

    @strawberry.field(description="The id that it had.")
    def ended_match_id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(ids.encode("Match", root.match_id))


@live_event
class NotificationAdded(LiveEvent):
    """You have a new notification, or an unread one that counts up tells more."""

    notification: NotificationView | None = loaded(
        notifications.by_ids, key="notification_id", description="The notification, as it is now."
    )
    unread_notification_count: int = loaded(
        notifications.unread_counts,
        key="reader_id",
        description="How many you have not read, as it is now.",
    )


@live_event
class NotificationRead(LiveEvent):
    """You have read notifications, on this device or another."""

    unread_notification_count: int = loaded(
        notifications.unread_counts,
        key="reader_id",
        description="How many you have not read, as it is now.",
    )
    notifications: list[NotificationView] = loaded(
        notifications.lists_by_ids,
        key="notification_ids",
        description="Those that you have read; many are told in several events.",
    )


@live_event
class NotificationsChanged(LiveEvent):
    """Notifications of yours are hidden or shown again, or tell of fewer things than before.

    As when a like is taken back, somebody blocks, or you have read some of several messages.
    """

    unread_notification_count: int = loaded(
        notifications.unread_counts,
        key="reader_id",
        description="How many you have not read, as it is now.",
    )
    notifications: list[NotificationView] = loaded(
        notifications.lists_by_ids,
        key="notification_ids",
        description="Those of them that you see, as they are now; many are told in several events.",
    )

    @strawberry.field(description="The ids of those that you do not see any more.")
    async def removed_notification_ids(
        root: strawberry.Parent[Any], info: strawberry.Info
    ) -> list[strawberry.ID]:
        return await resolvers.removed_of(info.context, root.notification_ids)


@live_event
class MediaChecked(LiveEvent):
    """A file that you uploaded, or that is attached to a message, is READY now, or REFUSED."""

    media: MediaView | None = loaded(
        media.by_ids,
        key="media_id",
        description="The file as it is now; null when it was hidden from you this very moment.",
    )
    message: MessageView | None = loaded(
        messages.by_ids, key="message_id", description="The message that it is attached to, if any."
    )


@live_event
class Heartbeat(LiveEvent):
    """Nothing happened, and the stream lives; everything up to its cursor was told."""


@live_event
class Gap(LiveEvent):
    """Events that cannot be told any more: load anew what you show; the stream goes on."""

    first: int = strawberry.field(
        name="from", description="The number of the first missing event in your live inbox."
    )
    last: int = strawberry.field(name="to", description="The number of the last missing event.")
    reason: GapReason = strawberry.field(description="Why they are missing.")


@strawberry.type
class LiveSubscriptions:
    """What can be listened to."""

    events: AsyncGenerator[LiveEvent, None] = subscription(resolvers.events)
    messages: AsyncGenerator[LiveEvent, None] = subscription(resolvers.message_events)
    match_updates: AsyncGenerator[LiveEvent, None] = subscription(resolvers.match_updates)
    notifications: AsyncGenerator[LiveEvent, None] = subscription(resolvers.notification_events)
