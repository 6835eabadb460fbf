"""How deliveries are carried out: taken, sent outside of transactions, then written down."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import structlog
from prometheus_client import Counter

from domain import devices, notification_texts
from domain.deliveries import BURST, LEASE, MOST_ATTEMPTS, WINDOW, DeliveryState, pause_after
from domain.global_ids import encode
from domain.notification_kinds import LIKES, Channel, NotificationKind
from domain.notification_preferences import (
    DigestFrequency,
    Times,
    Wishes,
    due,
)
from integrations.push import DeviceGone, PushMessage
from integrations.vendors import VendorAway, VendorRefused
from persistence import models
from persistence.queries import deliveries as queries
from persistence.queries import notification_preferences as preference_queries
from persistence.queries import notifications as notification_queries
from persistence.rows import Row
from workers import event_letters, letters
from workers.resources import Resources

_log = structlog.get_logger("kith.deliveries")
_deliveries = Counter(
    "kith_deliveries", "What became of deliveries, at each try.", ["channel", "kind", "outcome"]
)

_AT_ONCE = 100
_BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Target:
    """Where deliveries go together.

    Attributes:
        profile_id: to whom.
        device_id: on which device; None by mail, and where the device is gone.
        channel: push or mail.
    """

    profile_id: UUID
    device_id: UUID | None
    channel: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A delivery with what it tells.

    Attributes:
        delivery: the row that was taken.
        notification: what it tells.
        sentence: in the reader's language.
        is_open: whether the reader is told who acted.
    """

    delivery: Row
    notification: Row
    sentence: str
    is_open: bool


async def wanted(resources: Resources, profile_id: UUID) -> tuple[Wishes, Times, str]:
    """Say what somebody wants to be told, when, and in which language."""
    asked = {"profile_ids": [profile_id]}
    rows = await resources.database.fetch(preference_queries.preferences_of, **asked)
    wishes = {
        (NotificationKind(row.kind), Channel(row.channel)): row.is_enabled
        for row in rows
        if row.kind in set(NotificationKind)
    }
    settings = await resources.database.one(preference_queries.settings_of, **asked)
    if settings is None:
        return wishes, Times(), notification_texts.DEFAULT_LANGUAGE
    times = Times(
        time_zone=settings.time_zone,
        quiet_from=settings.quiet_from,
        quiet_to=settings.quiet_to,
        digest=DigestFrequency(settings.digest),
    )
    return wishes, times, settings.language


async def deliver(resources: Resources, target: Target) -> None:
    """Send what is due to one target now; what fails waits, and is given up in the end.

    Each row is taken by one worker at a time, which takes it anew for `LEASE` just before it
    sends it. A worker that dies keeps it from others for that long; then it is sent again, with
    the same collapse key or `Message-ID`.
    """
    now = datetime.now(UTC)
    async with resources.database.write() as tx:
        rows = await tx.fetch(
            queries.claim,
            profile_id=target.profile_id,
            device_id=target.device_id,
            channel=target.channel,
            now=now,
            until=now + LEASE,
            limit=_AT_ONCE,
        )
    by_state: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        # Whatever ends the process each time must not be tried for ever.
        is_hopeless = row.attempt_count > MOST_ATTEMPTS
        by_state["hopeless " + row.state if is_hopeless else row.state].append(row)
    for state in ("hopeless waiting", "hopeless clearing"):
        await _finish(resources, by_state[state], DeliveryState.GIVEN_UP)
    if clearing := by_state[DeliveryState.CLEARING]:
        await _clear(resources, target, clearing)
    if waiting := by_state[DeliveryState.WAITING]:
        told, language = await _sift(resources, target, waiting, now)
        if told and target.channel == Channel.EMAIL:
            await _mail(resources, target, told, language)
        elif told:
            await _push(resources, target, told, language)


async def _sift(
    resources: Resources, target: Target, rows: Sequence[Row], now: datetime
) -> tuple[list[_Told], str]:
    """Keep what may still be told now; what may not is skipped or waits."""
    ids = [row.notification_id for row in rows]
    found = await resources.database.fetch(
        notification_queries.tellable, ids=ids, viewer_id=target.profile_id
    )
    notifications = {row.notification_id: row for row in found}
    names = {
        row["notification_id"]: row["display_name"]
        for row in await resources.database.fetch(queries.names, ids=ids)
    }
    wishes, times, language = await wanted(resources, target.profile_id)
    is_looking = target.channel == Channel.PUSH and await resources.presence.is_present(
        target.profile_id
    )
    told, skipped = list[_Told](), list[Row]()
    later: dict[datetime, list[Row]] = defaultdict(list)
    for row in rows:
        notification, kind = notifications.get(row.notification_id), NotificationKind(row.kind)
        moment = due(kind, wishes, times, now)[Channel(target.channel)]
        if notification is None or moment is None or is_looking:
            skipped.append(row)
        elif moment > now and target.channel == Channel.PUSH:
            later[moment].append(row)
        else:
            is_open = kind not in LIKES or resources.settings.likes_received == "shown"
            name = names.get(row.notification_id) if is_open else None
            sentence = notification_texts.text(kind, language, actor=name, count=notification.count)
            told.append(_Told(row, notification, sentence, is_open))
    await _finish(resources, skipped, DeliveryState.SKIPPED)
    for moment, waiting in later.items():
        await _put_off(resources, waiting, moment, forgiven=1)
    return told, language


async def _push(resources: Resources, target: Target, told: Sequence[_Told], language: str) -> None:
    """Push each delivery by itself, or many as one."""
    badge = await _unread(resources, target)
    rows = [each.delivery for each in told]
    if len(told) > BURST:
        title, newest = letters.many(len(told), language), told[-1].sentence
        message = {"collapse_key": _BATCH, "title": title, "body": newest, "badge": badge}
        await _hand_over(resources, target, rows, message)
        return
    for each in told:
        message = {
            "collapse_key": each.notification.notification_id.hex,
            "title": each.sentence,
            "data": _data(each),
            "badge": badge,
        }
        await _hand_over(resources, target, [each.delivery], message)


async def _clear(resources: Resources, target: Target, rows: Sequence[Row]) -> None:
    """Let the app of a device take away what was read elsewhere."""
    keys = [row.notification_id for row in rows]
    message = {
        "collapse_key": keys[0].hex if len(keys) == 1 else f"{_BATCH}-read",
        "title": None,
        "data": {"readNotificationIds": ",".join(encode("Notification", key) for key in keys)},
        "badge": await _unread(resources, target),
    }
    await _hand_over(resources, target, rows, message)


async def _unread(resources: Resources, target: Target) -> int:
    key = {"viewer_id": target.profile_id}
    count: int = await resources.database.value(notification_queries.unread_count, **key)
    return count


async def _hand_over(
    resources: Resources, target: Target, rows: Sequence[Row], message: dict[str, Any]
) -> None:
    device = None
    if target.device_id is not None:
        device = await resources.database.one(
            queries.device_of, device_id=target.device_id, profile_id=target.profile_id
        )
    if device is None:
        await _finish(resources, rows, DeliveryState.GONE)
        return
    push = PushMessage(provider=device.provider, token=device.token, key=_key_of(rows), **message)
    send = partial(resources.integrations.push.send, push)
    await _attempt(resources, rows, send, token=device.token)


async def _mail(resources: Resources, target: Target, told: Sequence[_Told], language: str) -> None:
    """Send one mail of all, unless the address is not the reader's any more."""
    rows = [each.delivery for each in told]
    async with resources.database.write() as tx:
        account = await tx.get(models.Account, account_id=target.profile_id)
    if account is None or not account.is_verified:
        await _finish(resources, rows, DeliveryState.SKIPPED)
        return
    name, more = await _letter_of(resources, told, language)
    mail = letters.letter(
        resources,
        name,
        language,
        to=account.email,
        key=_key_of(rows),
        unsubscribes=target.profile_id,
        sentences=[each.sentence for each in told],
        **more,
    )
    await _attempt(resources, rows, partial(resources.integrations.email.send, mail))


async def _letter_of(
    resources: Resources, told: Sequence[_Told], language: str
) -> tuple[str, dict[str, str]]:
    """Say which letter tells this, and what else it tells."""
    notification = told[0].notification
    if len(told) > 1:
        return "digest", {}
    if notification.kind == NotificationKind.MATCH_MADE:
        return "match", {}
    if notification.kind == NotificationKind.EVENT_REMINDER:
        about = (notification.subject_id, notification.profile_id)
        more = await event_letters.reminder(resources, *about, language)
        if more is not None:
            return "event_reminder", more
    return "digest", {}


async def _attempt(
    resources: Resources,
    rows: Sequence[Row],
    send: Callable[[], Awaitable[None]],
    *,
    token: str = "",
) -> None:
    """Send what is still to be sent, and write down what became of it."""
    until = datetime.now(UTC) + LEASE
    async with resources.database.write() as tx:
        # What was sent before this one took its time, and others may have taken this since.
        held = await tx.fetch(queries.put_off, **_taken(rows), available_at=until, forgiven=0)
    if not held:
        return
    is_clearing = rows[0].state == DeliveryState.CLEARING
    state = DeliveryState.CLEARED if is_clearing else DeliveryState.SENT
    try:
        await send()
    except DeviceGone as gone:
        async with resources.database.write() as tx:
            await devices.forget_gone(tx, token=token, since=gone.since)
        state = DeliveryState.GONE
    except VendorRefused as refusal:
        _log.warning("delivery refused", channel=rows[0].channel, reason=str(refusal))
        state = DeliveryState.GIVEN_UP
    except VendorAway as failure:
        attempts = max(row.attempt_count for row in rows)
        if (pause := pause_after(attempts, failure.pause)) is not None:
            await _put_off(resources, rows, datetime.now(UTC) + pause)
            return
        state = DeliveryState.GIVEN_UP
    await _finish(resources, rows, state)


async def _finish(resources: Resources, rows: Sequence[Row], state: DeliveryState) -> None:
    """Write down what became of deliveries that were taken, unless they tell more by now."""
    if not rows:
        return
    async with resources.database.write() as tx:
        await tx.fetch(
            queries.finish,
            **_taken(rows),
            state=state,
            sent=int(state is DeliveryState.SENT),
            now=datetime.now(UTC),
            window=WINDOW,
        )
    for row in rows:
        _deliveries.labels(row.channel, row.kind, state).inc()


async def _put_off(
    resources: Resources, rows: Sequence[Row], moment: datetime, *, forgiven: int = 0
) -> None:
    async with resources.database.write() as tx:
        await tx.fetch(queries.put_off, **_taken(rows), available_at=moment, forgiven=forgiven)
    for row in rows:
        _deliveries.labels(row.channel, row.kind, "put_off").inc()


def _taken(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "ids": [row.delivery_id for row in rows],
        "fact_ids": [row.fact_id for row in rows],
        "attempt_counts": [row.attempt_count for row in rows],
        "was": rows[0].state,
    }


def _key_of(rows: Sequence[Row]) -> str:
    """Name what is sent, the same when it is sent again."""
    parts = sorted(f"{row.delivery_id}:{row.fact_id}:{row.state}" for row in rows)
    return str(uuid5(NAMESPACE_OID, " ".join(parts)))


def _data(told: _Told) -> dict[str, str]:
    notification = told.notification
    data = {
        "notificationId": encode("Notification", notification.notification_id),
        "kind": notification.kind.upper(),
    }
    if told.is_open:
        data["subjectId"] = encode(notification.subject_type, notification.subject_id)
    return data
