"""Notifications: what you are told of, and how you want to be told."""

from datetime import datetime, time
from typing import Annotated, Any, Union

import strawberry

from dataloaders import notifications
from domain.notification_kinds import Channel, NotificationKind
from domain.notification_preferences import DigestFrequency
from domain.refusals import InvalidInput, NotFound
from persistence import models
from resolvers import notifications as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.comments import Comment
from schema.connections import Connection
from schema.conversations import Conversation
from schema.events import Event
from schema.matches import Match
from schema.nodes import Node
from schema.posts import Post
from schema.profiles import Profile
from schema.scalars import shown_enum

shown_enum(
    NotificationKind,
    MATCH_MADE="You have a match.",
    MESSAGE="There are messages in a conversation that you have not read.",
    CONVERSATION_REQUESTED="Somebody wrote to you and waits for you to accept the conversation.",
    LIKE_RECEIVED="Somebody likes you, where the app tells of it.",
    SUPER_LIKE_RECEIVED="Somebody gave you a super-like, where the app tells of it.",
    COMMENT="There are comments to a post of yours; replies to comments of yours are told as such.",
    REPLY="There are replies to a comment of yours.",
    FOLLOW_REQUESTED="Somebody would like to follow you; answer with `acceptFollower`.",
    FOLLOW_ACCEPTED="Somebody whom you asked lets you follow them.",
    FOLLOWED="Somebody follows you, who did not have to ask.",
    MENTIONED_IN_POST="Somebody mentions you in a post.",
    MENTIONED_IN_COMMENT="Somebody mentions you in a comment.",
    REACTION_TO_POST="People react to a post of yours.",
    REACTION_TO_COMMENT="People react to a comment of yours.",
    EVENT_INVITED="You are invited to an event.",
    EVENT_CO_HOST="You hold an event with its host.",
    EVENT_CHANGED="An event to which you go, or which you hold, is at another time or place.",
    EVENT_CANCELLED="An event to which you go, or which you hold, does not take place.",
    EVENT_PROMOTED="You have the seats at an event that you waited for.",
    EVENT_REMINDER="An event to which you go begins within a day, or within an hour.",
)
shown_enum(
    Channel,
    name="NotificationChannel",
    IN_APP="In the list of notifications, and live.",
    PUSH="As a push to your devices.",
    EMAIL="By mail.",
)
shown_enum(
    DigestFrequency,
    OFF="Each mail by itself, as it comes.",
    DAILY="One mail a day, at nine of your clock.",
    WEEKLY="One mail a week, on Monday at nine of your clock.",
)

NotificationSubject = Annotated[
    Union[Match, Conversation, Profile, Event, Post, Comment],  # noqa: UP007 - of Strawberry
    strawberry.union("NotificationSubject", description="What a notification is about."),
]


@view_of(models.Notification)
class Notification(Node):
    """What you are told of; gone when you may not see its actor or subject any more."""

    kind: NotificationKind = strawberry.field(description="What it tells.")
    count: int = strawberry.field(
        description=(
            "Of how many things it tells: of messages, those that you had not read; of comments "
            "and replies, those since the last that you were told of and have read; of reactions, "
            "the people who reacted since."
        )
    )
    created_at: datetime = strawberry.field(description="When you were told first.")
    updated_at: datetime = strawberry.field(
        description="When it last told more; the order of `notifications`."
    )
    text: str = loaded(
        resolvers.texts_of,
        key="notification_id",
        description="What it says, in the language of your `notificationPreferences`.",
    )

    @strawberry.field(description="Whether you have read it, on any of your devices.")
    def is_read(root: strawberry.Parent[Any]) -> bool:
        return root.read_at is not None

    @strawberry.field(description="Whose doing it is; null where the app does not tell.")
    async def actor(root: strawberry.Parent[Any], info: strawberry.Info) -> Profile | None:
        return await resolvers.actor_of(info.context, root)

    @strawberry.field(description="What it is about; null where the app does not tell.")
    async def subject(
        root: strawberry.Parent[Any], info: strawberry.Info
    ) -> NotificationSubject | None:
        return await resolvers.subject_of(info.context, root)


@view_of(models.NotificationPreference)
class NotificationPreference:
    """Whether you want a kind of notification by a channel."""

    kind: NotificationKind = strawberry.field(description="The kind.")
    channel: Channel = strawberry.field(description="The channel.")
    is_enabled: bool = strawberry.field(description="Whether you want it.")


@view_of(models.NotificationSettings)
class NotificationPreferences:
    """How you want to be told."""

    language: str = strawberry.field(
        description="The language of your notifications (ISO 639-1): ar, de, en, es or fr."
    )
    time_zone: str = strawberry.field(
        description="Your time zone, as in the IANA database: `Europe/Berlin`."
    )
    quiet_from: time | None = strawberry.field(
        description="When your quiet hours begin by your clock; null when you have none."
    )
    quiet_to: time | None = strawberry.field(
        description="When they end, on the next day if that is not later."
    )
    digest: DigestFrequency = strawberry.field(description="How often mails go out.")
    kinds: list[NotificationPreference] = loaded(
        notifications.choices_of,
        key="profile_id",
        description="Each kind with each channel, as you said or as it is by default.",
    )


@strawberry.input
class NotificationPreferenceInput:
    """Whether you want a kind of notification by a channel."""

    kind: NotificationKind = strawberry.field(description="The kind.")
    channel: Channel = strawberry.field(description="The channel.")
    is_enabled: bool = strawberry.field(description="Whether you want it.")


@strawberry.input
class QuietHoursInput:
    """When pushes wait, by your clock."""

    begin: time = strawberry.field(name="from", description="When they begin.")
    end: time = strawberry.field(
        name="to", description="When they end, on the next day if that is not later."
    )


@strawberry.input
class SetNotificationPreferencesInput(MutationInput):
    """What `setNotificationPreferences` takes; what is left out stays, null means the default."""

    language: str | None = strawberry.field(
        default=strawberry.UNSET, description="The language: ar, de, en, es or fr."
    )
    time_zone: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Your time zone, as in the IANA database: `Europe/Berlin`.",
    )
    quiet_hours: QuietHoursInput | None = strawberry.field(
        default=strawberry.UNSET, description="When pushes wait; never if null."
    )
    digest: DigestFrequency | None = strawberry.field(
        default=strawberry.UNSET, description="How often mails go out."
    )
    kinds: list[NotificationPreferenceInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Kinds by channels, each pair at most once; the others stay.",
    )


@strawberry.type
class SetNotificationPreferencesSuccess:
    """This is how you are told from now on."""

    notification_preferences: NotificationPreferences = strawberry.field(
        description="All that you want."
    )


@strawberry.input
class MarkNotificationReadInput(MutationInput):
    """What `markNotificationRead` needs."""

    notification_id: strawberry.ID = strawberry.field(description="One of your notifications.")


@strawberry.type
class MarkNotificationReadSuccess:
    """You have read it."""

    notification: Notification = strawberry.field(description="The notification.")


@strawberry.input
class MarkAllNotificationsReadInput(MutationInput):
    """What `markAllNotificationsRead` takes."""

    up_to: datetime | None = strawberry.field(
        default=None,
        description=(
            "The `updatedAt` of the latest that you have seen: what tells more since then stays "
            "unread. All when left out."
        ),
    )


@strawberry.type
class MarkAllNotificationsReadSuccess:
    """You have read them."""

    read_count: int = strawberry.field(description="How many are read now that were not.")


@strawberry.type
class NotificationMutations:
    """What can be done with notifications."""

    mark_notification_read = mutation(
        resolvers.mark_notification_read,
        input=MarkNotificationReadInput,
        returns=MarkNotificationReadSuccess,
        refuses=(NotFound,),
    )
    mark_all_notifications_read = mutation(
        resolvers.mark_all_notifications_read,
        input=MarkAllNotificationsReadInput,
        returns=MarkAllNotificationsReadSuccess,
    )
    set_notification_preferences = mutation(
        resolvers.set_notification_preferences,
        input=SetNotificationPreferencesInput,
        returns=SetNotificationPreferencesSuccess,
        refuses=(InvalidInput,),
    )


@strawberry.type
class NotificationsOfViewer:
    """What the viewer is told of."""

    unread_notification_count: int = loaded(
        notifications.unread_counts,
        key="profile_id",
        description="How many of `notifications` you have not read.",
    )
    notification_preferences: NotificationPreferences | None = loaded(
        notifications.settings_of, key="profile_id", description="How you want to be told."
    )
    notifications: Connection[Notification] = loaded(
        notifications.of_reader,
        key="profile_id",
        description="What you were told, the latest first.",
    )
