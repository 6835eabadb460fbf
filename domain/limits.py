"""Limits: what people may do only so often, or hold only so many of, told before it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule that refuses people what they do too often or have too many of.

    Attributes:
        name: stable, for programs.
        code: of the refusal.
        why: one sentence for people.
    """

    name: str
    code: str
    why: str


REQUESTS = Limit(
    "requests_per_minute", "RATE_LIMITED", "So that one account cannot take all of the server."
)
REQUESTS_OF_ADDRESS = Limit(
    "requests_per_minute_of_address",
    "RATE_LIMITED",
    "So that one network address cannot take all of the server; others may share it.",
)
CONNECTIONS = Limit(
    "open_connections",
    "TOO_MANY_CONNECTIONS",
    "So that one account cannot take all of the server; each process counts its own.",
)
SOCKETS_OF_ADDRESS = Limit(
    "open_sockets_of_address",
    "TOO_MANY_CONNECTIONS",
    "So that one network address cannot take all of the server; others may share it.",
)
WRONG_PASSWORDS = Limit(
    "wrong_passwords", "TOO_MANY_WRONG_PASSWORDS", "So that nobody can guess your password."
)
WRONG_PASSWORDS_OF_ADDRESS = Limit(
    "wrong_passwords_of_address",
    "TOO_MANY_WRONG_PASSWORDS",
    "So that nobody can try a password on all accounts; others may share the network address.",
)
PASSWORDS_OF_PROCESS = Limit(
    "passwords_of_process",
    "TOO_MANY_SIGN_INS",
    "So that nobody waits long for a password to be checked; each process has its own.",
)
PASSWORDS_OF_ADDRESS = Limit(
    "passwords_of_address",
    "TOO_MANY_SIGN_INS",
    "So that one network address cannot keep all others waiting; each process has its own.",
)
SIGN_UPS_OF_ADDRESS = Limit(
    "sign_ups_per_hour_of_address",
    "TOO_MANY_SIGN_UPS",
    "So that nobody makes accounts by the hundred; others may share the network address.",
)
MAILS = Limit("mails_per_hour", "TOO_MANY_MAILS", "So that nobody can fill your mailbox.")
SUPER_LIKES = Limit(
    "super_likes_per_day", "SUPER_LIKE_LIMIT_REACHED", "So that a super-like means something."
)
MOVES = Limit(
    "moves_per_day",
    "MOVE_LIMIT_REACHED",
    "So that nobody finds out where others are by looking from many places.",
)
MESSAGES = Limit(
    "messages_per_minute",
    "TOO_MANY_MESSAGES",
    "So that nobody keeps everybody's notifications waiting; all conversations count together, and "
    "edits and reactions too.",
)
COMPANIONS = Limit(
    "companions", "COMPANION_LIMIT_REACHED", "So that a profile can be read in one go."
)
CONVERSATION_REQUESTS = Limit(
    "conversation_requests_per_day",
    "CONVERSATION_REQUEST_LIMIT_REACHED",
    "So that nobody can write to everybody; matches do not count.",
)
GROUP_MEMBERS = Limit(
    "members_of_group",
    "GROUP_MEMBER_LIMIT_REACHED",
    "So that people know whom they write to; each group has its own.",
)
PHOTOS = Limit("photos", "PHOTO_LIMIT_REACHED", "So that a profile can be looked at in one go.")
UPLOADS = Limit(
    "uploads_not_used",
    "UPLOAD_LIMIT_REACHED",
    "So that nobody keeps files here that nobody sees; used and deleted ones do not count.",
)
REACTIONS = Limit(
    "emoji_of_subject",
    "REACTION_LIMIT_REACHED",
    "So that reactions can be read in one go; each message, post and comment has its own, and what "
    "people put whom you may not see does not count.",
)
OWN_REACTIONS = Limit(
    "own_emoji_of_subject",
    "OWN_REACTION_LIMIT_REACHED",
    "So that nobody uses up the emoji of others; each message, post and comment has its own.",
)
PLACES = Limit(
    "places_per_day", "PLACE_LIMIT_REACHED", "So that nobody can fill the map with what is not so."
)
EVENTS = Limit(
    "events_per_day",
    "EVENT_LIMIT_REACHED",
    "So that nobody can fill the lists of events; a series counts once.",
)
MEETING_TIMES = Limit(
    "meeting_times_per_day",
    "MEETING_TIMES_LIMIT_REACHED",
    "So that nobody finds out when others have time by trying many hours.",
)
CHECK_INS = Limit(
    "check_in_codes",
    "TOO_MANY_CHECK_INS",
    "So that nobody can guess the code of an event; right ones count too.",
)
INVITED = Limit(
    "invited_of_event",
    "INVITATION_LIMIT_REACHED",
    "So that nobody can invite everybody; each event has its own.",
)
CO_HOSTS = Limit(
    "co_hosts_of_event",
    "CO_HOST_LIMIT_REACHED",
    "So that it is clear who holds an event; each has its own.",
)

ALL = (
    REQUESTS,
    REQUESTS_OF_ADDRESS,
    CONNECTIONS,
    SOCKETS_OF_ADDRESS,
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_ADDRESS,
    PASSWORDS_OF_PROCESS,
    PASSWORDS_OF_ADDRESS,
    SIGN_UPS_OF_ADDRESS,
    MAILS,
    SUPER_LIKES,
    MOVES,
    MESSAGES,
    COMPANIONS,
    CONVERSATION_REQUESTS,
    GROUP_MEMBERS,
    PHOTOS,
    UPLOADS,
    REACTIONS,
    OWN_REACTIONS,
    PLACES,
    EVENTS,
    MEETING_TIMES,
    CHECK_INS,
    INVITED,
    CO_HOSTS,
)
"""Every limit, in the order in which they are told."""

_DAY = timedelta(days=1)

MAILS_PER_HOUR = 5

SUPER_LIKE_WINDOW = timedelta(hours=24)

CONVERSATION_REQUEST_WINDOW = timedelta(hours=24)

PLACES_PER_DAY = 20

MOVES_PER_DAY = 20

MEETING_TIMES_PER_DAY = 5

REGAINED_IN = {
    MOVES.name: "moves_regained_at",
    PLACES.name: "places_regained_at",
    EVENTS.name: "events_regained_at",
    MEETING_TIMES.name: "meeting_times_regained_at",
}
"""The column of a profile that says when all is regained, by the name of the limit."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How a limit stands for somebody.

    Attributes:
        rule: the limit.
        most: how often, or how many.
        remaining: how much is left; None when that cannot be told.
        resets_at: when more is left than now; None when nothing is used up, or never.
    """

    rule: Limit
    most: int
    remaining: int | None
    resets_at: datetime | None = None


def of_super_likes(most: int, used_at: Sequence[datetime]) -> Allowance:
    """Say how many super-likes somebody has left.

    Args:
        most: how many they may give within any 24 hours.
        used_at: when they gave the latest of those 24 hours, at most `most`, the latest first.
    """
    return _within(SUPER_LIKES, SUPER_LIKE_WINDOW, most, used_at)


def of_conversation_requests(most: int, used_at: Sequence[datetime]) -> Allowance:
    """Say to how many people somebody may still write first.

    Args:
        most: to how many they may within any 24 hours.
        used_at: when they did in those 24 hours, at most `most` times, the latest first.
    """
    return _within(CONVERSATION_REQUESTS, CONVERSATION_REQUEST_WINDOW, most, used_at)


def _within(rule: Limit, window: timedelta, most: int, used_at: Sequence[datetime]) -> Allowance:
    # The oldest one that counts is the first to count no more.
    resets_at = used_at[-1] + window if used_at else None
    return Allowance(rule, most, most - len(used_at), resets_at)


def of_regained(rule: Limit, most: int, regained_at: datetime | None, now: datetime) -> Allowance:
    """Say how often somebody may still do what is regained evenly over a day.

    This is the generic cell rate algorithm (ITU-T I.371): one moment for each person says it all,
    whatever has become of what they did.

    Args:
        rule: the limit.
        most: how often they may within a day, having done nothing of it before.
        regained_at: when all is regained; None when nothing was ever used.
        now: the moment, with its time zone.
    """
    if not most:
        return Allowance(rule, 0, 0)
    step = _DAY / most
    owed = max(timedelta(), regained_at - now) if regained_at else timedelta()
    used = -(-owed // step)
    resets_at = now + owed - (used - 1) * step if used else None
    return Allowance(rule, most, max(0, most - used), resets_at)


def regained_after_use(most: int, regained_at: datetime | None, now: datetime) -> datetime:
    """Say when all is regained once one more is used now; takes what `of_regained` takes."""
    return max(regained_at or now, now) + _DAY / most
