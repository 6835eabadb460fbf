"""Kinds of notifications: one line for each says what it is about and how it is told."""

from dataclasses import dataclass
from enum import StrEnum


class NotificationKind(StrEnum):
    """What a notification tells."""

    MATCH_MADE = "match_made"
    MESSAGE = "message"
    CONVERSATION_REQUESTED = "conversation_requested"
    LIKE_RECEIVED = "like_received"
    SUPER_LIKE_RECEIVED = "super_like_received"
    COMMENT = "comment"
    REPLY = "reply"
    FOLLOW_REQUESTED = "follow_requested"
    FOLLOW_ACCEPTED = "follow_accepted"
    FOLLOWED = "followed"
    MENTIONED_IN_POST = "mentioned_in_post"
    MENTIONED_IN_COMMENT = "mentioned_in_comment"
    REACTION_TO_POST = "reaction_to_post"
    REACTION_TO_COMMENT = "reaction_to_comment"
    EVENT_INVITED = "event_invited"
    EVENT_CO_HOST = "event_co_host"
    EVENT_CHANGED = "event_changed"
    EVENT_CANCELLED = "event_cancelled"
    EVENT_PROMOTED = "event_promoted"
    EVENT_REMINDER = "event_reminder"


LIKES = frozenset({NotificationKind.LIKE_RECEIVED, NotificationKind.SUPER_LIKE_RECEIVED})
"""The kinds of which the app may tell less than all, by the setting LIKES_RECEIVED."""

FOLLOWS = frozenset(
    {
        NotificationKind.FOLLOW_REQUESTED,
        NotificationKind.FOLLOW_ACCEPTED,
        NotificationKind.FOLLOWED,
    }
)
"""The kinds that tell of who follows whom."""


class Subject(StrEnum):
    """What a notification may be about, by its GraphQL type."""

    MATCH = "Match"
    CONVERSATION = "Conversation"
    PROFILE = "Profile"
    EVENT = "Event"
    POST = "Post"
    COMMENT = "Comment"


class Channel(StrEnum):
    """How a notification reaches its reader."""

    IN_APP = "in_app"
    PUSH = "push"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for all notifications of a kind.

    Attributes:
        subject: what they are about.
        channels: how they reach who has not said how.
    """

    subject: Subject
    channels: frozenset[Channel]


_ALL = frozenset(Channel)
_QUICK = frozenset({Channel.IN_APP, Channel.PUSH})
_QUIET = frozenset({Channel.IN_APP})

KINDS: dict[NotificationKind, Kind] = {
    NotificationKind.MATCH_MADE: Kind(Subject.MATCH, _ALL),
    NotificationKind.MESSAGE: Kind(Subject.CONVERSATION, _QUICK),
    NotificationKind.CONVERSATION_REQUESTED: Kind(Subject.CONVERSATION, _QUICK),
    NotificationKind.LIKE_RECEIVED: Kind(Subject.PROFILE, _QUICK),
    NotificationKind.SUPER_LIKE_RECEIVED: Kind(Subject.PROFILE, _QUICK),
    NotificationKind.COMMENT: Kind(Subject.POST, _QUICK),
    NotificationKind.REPLY: Kind(Subject.COMMENT, _QUICK),
    NotificationKind.FOLLOW_REQUESTED: Kind(Subject.PROFILE, _QUICK),
    NotificationKind.FOLLOW_ACCEPTED: Kind(Subject.PROFILE, _QUICK),
    NotificationKind.FOLLOWED: Kind(Subject.PROFILE, _QUICK),
    NotificationKind.MENTIONED_IN_POST: Kind(Subject.POST, _QUICK),
    NotificationKind.MENTIONED_IN_COMMENT: Kind(Subject.COMMENT, _QUICK),
    NotificationKind.REACTION_TO_POST: Kind(Subject.POST, _QUIET),
    NotificationKind.REACTION_TO_COMMENT: Kind(Subject.COMMENT, _QUIET),
    NotificationKind.EVENT_INVITED: Kind(Subject.EVENT, _ALL),
    NotificationKind.EVENT_CO_HOST: Kind(Subject.EVENT, _QUICK),
    NotificationKind.EVENT_CHANGED: Kind(Subject.EVENT, _ALL),
    NotificationKind.EVENT_CANCELLED: Kind(Subject.EVENT, _ALL),
    NotificationKind.EVENT_PROMOTED: Kind(Subject.EVENT, _ALL),
    NotificationKind.EVENT_REMINDER: Kind(Subject.EVENT, _ALL),
}
"""Every kind. A new one needs a line here, a member above, its texts in `notification_texts`, and
the fact that starts it in `workers/subscribers.py`."""
