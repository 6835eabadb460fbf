"""Notification preferences: who is told what, by which channel, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.notification_kinds import KINDS, Channel, NotificationKind
from domain.notification_texts import DEFAULT_LANGUAGE, TEXTS
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from domain.time_zones import time_zone_problems
from domain.viewer import Viewer
from persistence import models
from persistence.queries import notification_preferences as queries
from persistence.rows import Row
from persistence.transaction import Transaction


class DigestFrequency(StrEnum):
    """How often the mails about notifications go out."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


DIGEST_AT = time(9)
"""When digests go out, by the clock of who gets them; weekly ones on Mondays."""

_MONDAY = 0
_DEFAULTS: dict[str, Any] = {
    "language": DEFAULT_LANGUAGE,
    "time_zone": "UTC",
    "digest": DigestFrequency.OFF,
}


@dataclass(frozen=True, slots=True)
class Times:
    """When somebody wants to be told, by their own clock.

    Attributes:
        time_zone: an IANA name.
        quiet_from: when their quiet hours begin; None when they have none.
        quiet_to: when they end, on the next day if that is not later.
        digest: how often mails go out.
    """

    time_zone: str = "UTC"
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest: DigestFrequency = DigestFrequency.OFF


Wishes = Mapping[tuple[NotificationKind, Channel], bool]
"""Which kinds somebody wants by which channels, as far as they have said so."""


def is_wanted(kind: NotificationKind, channel: Channel, wishes: Wishes) -> bool:
    """Say whether somebody wants a kind by a channel; the kind's default unless they said so."""
    return wishes.get((kind, channel), channel in KINDS[kind].channels)


def due(
    kind: NotificationKind, wishes: Wishes, times: Times, now: datetime
) -> dict[Channel, datetime | None]:
    """Say when a notification is due by each channel.

    In the app it is due at once. A push waits for the end of quiet hours. A mail waits for the
    next digest, or goes out by itself at once where there is none: nobody is woken by a mail.

    Args:
        kind: of the notification.
        wishes: what its reader wants.
        times: when they want it.
        now: the moment of the decision, with its time zone.

    Returns:
        For every channel the moment: `now`, a later one, or None for never.
    """
    at = {
        Channel.IN_APP: now,
        Channel.PUSH: quiet_until(times, now) or now,
        Channel.EMAIL: next_digest(times, now) or now,
    }
    return {channel: at[channel] if is_wanted(kind, channel, wishes) else None for channel in at}


def quiet_until(times: Times, now: datetime) -> datetime | None:
    """Give the end of the quiet hours that somebody has now; None when they have none now.

    Quiet hours are of the clock on the wall, so they are shorter or longer by an hour in a night
    in which it is put forward or back.

    Args:
        times: theirs.
        now: a moment with its time zone.

    Returns:
        A later moment in UTC, at which it is not quiet.
    """
    begin, end = times.quiet_from, times.quiet_to
    if begin is None or end is None:
        return None
    zone = ZoneInfo(times.time_zone)
    local = now.astimezone(zone)
    clock = local.time()
    is_over_midnight = begin > end
    if not (clock >= begin or clock < end if is_over_midnight else begin <= clock < end):
        return None
    day = local.date() + timedelta(days=int(is_over_midnight and clock >= begin))
    # The clock shows some times twice in a year, and it may be the second time already.
    ends = (datetime.combine(day, end.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    over = next(moment for moment in ends if moment > now)
    # Where the clock is put forward over all that is not quiet, it goes on.
    return quiet_until(times, over) or over


def next_digest(times: Times, now: datetime) -> datetime | None:
    """Give the moment of somebody's next digest, later than now; None when they want none.

    Args:
        times: theirs.
        now: a moment with its time zone.
    """
    if times.digest is DigestFrequency.OFF:
        return None
    zone = ZoneInfo(times.time_zone)
    day = now.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, DIGEST_AT, zone).astimezone(UTC)
        is_its_day = times.digest is DigestFrequency.DAILY or day.weekday() == _MONDAY
        if moment > now and is_its_day:
            return moment
        day += timedelta(days=1)


def checked_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check notification settings, each for itself.

    Args:
        given: language, time_zone and digest as far as they change, None for the default, and as
            `quiet_hours` two times of day, or None for none.

    Returns:
        The columns with their new values.

    Raises:
        InvalidInput: with all that is wrong.
    """
    values: dict[str, Any] = {
        key: _DEFAULTS.get(key) if value is None else value for key, value in given.items()
    }
    problems: list[InvalidField] = []
    if "language" in values and values["language"] not in TEXTS:
        known = ", ".join(sorted(TEXTS))
        problems.append(
            InvalidField("language", f"language is none of {known}.", InvalidFieldCode.UNKNOWN)
        )
    if "time_zone" in values:
        problems += time_zone_problems(values["time_zone"])
    if "quiet_hours" in values:
        hours = values.pop("quiet_hours")
        values["quiet_from"], values["quiet_to"] = hours or (None, None)
        if hours and hours[0] == hours[1]:
            sentence = "quietHours must not end when they begin: null means none."
            problems.append(InvalidField("quietHours", sentence, InvalidFieldCode.CONFLICTING))
    if problems:
        raise InvalidInput(problems)
    return values


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody says about a kind and a channel."""

    kind: NotificationKind
    channel: Channel
    is_enabled: bool


async def set_notification_preferences(
    tx: Transaction, viewer: Viewer, *, wishes: Sequence[Wish] = (), **given: Any
) -> Row:
    """Say how one wants to be told; what is not given stays.

    Args:
        tx: the transaction.
        viewer: who says so.
        wishes: which kinds they want by which channels, each pair at most once.
        given: any of language, time_zone, digest, and quiet_hours: two times of day or None.

    Returns:
        The settings.

    Raises:
        InvalidInput: with all that is wrong.
    """
    values = checked_settings(given)
    if len({(wish.kind, wish.channel) for wish in wishes}) < len(wishes):
        raise InvalidInput.of(
            "kinds", "kinds says twice what to do with a kind.", InvalidFieldCode.DUPLICATE
        )
    me = viewer.profile_id
    (before,) = await tx.fetch(queries.ensure_settings, profile_id=me)
    if wishes:
        await tx.fetch(
            queries.say,
            viewer_id=me,
            kinds=[wish.kind for wish in wishes],
            channels=[wish.channel for wish in wishes],
            defaults=[wish.is_enabled for wish in wishes],
        )
    if not values:
        return before
    key = {"profile_id": me}
    changes = {**values, "updated_at": datetime.now(UTC)}
    return await tx.change(models.NotificationSettings, key, **changes) or before
