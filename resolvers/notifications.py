"""Notifications: what a client asks and does with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from dataloaders import notifications as loaders
from dataloaders import profiles
from domain import notification_preferences, notification_texts, notifications
from domain.likes import LikesTold
from domain.notification_kinds import LIKES, NotificationKind
from domain.notification_preferences import Wish
from execution.declarations import batch
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context
from resolvers.likes import told_of_likes


def tells_actor(context: Context, kind: str) -> bool:
    """Say whether the app tells whose doing a notification of this kind is."""
    return kind not in LIKES or told_of_likes(context) is LikesTold.SHOWN


async def actor_of(context: Context, row: Row) -> Row | None:
    """Give the person whose doing a notification is, unless nobody's or the app does not tell."""
    if row.actor_id is None or not tells_actor(context, row.kind):
        return None
    actor: Row | None = await context.load(profiles.by_ids, row.actor_id)
    return actor


async def subject_of(context: Context, row: Row) -> Row | None:
    """Give what a notification is about, unless the app does not tell."""
    if not tells_actor(context, row.kind):
        return None
    subject: Row | None = await context.load(nodes.BY_TYPE[row.subject_type], row.subject_id)
    return subject


@batch
async def texts_of(context: Context, notification_ids: Sequence[UUID]) -> list[str | None]:
    """What the viewer's notifications say, in the viewer's language."""
    rows = await loaders.told.function(context, notification_ids)
    return [row and _text(context, row) for row in rows]


def _text(context: Context, row: Row) -> str:
    return notification_texts.text(
        NotificationKind(row["kind"]),
        row["language"] or notification_texts.DEFAULT_LANGUAGE,
        actor=row["actor_name"] if tells_actor(context, row["kind"]) else None,
        count=row["count"],
    )


async def mark_notification_read(context: Context, *, notification_id: str) -> dict[str, Any]:
    """Say that you have read a notification; your other devices are told."""
    async with context.write() as tx:
        key = ids.decode(notification_id, "Notification")
        read = await notifications.mark_notification_read(
            tx, context.signed_in, notification_id=key
        )
        return tx.answer({"notification": read})


async def mark_all_notifications_read(
    context: Context, *, up_to: datetime | None = None
) -> dict[str, Any]:
    """Say that you have read all notifications, or all up to a moment; your devices are told."""
    async with context.write() as tx:
        count = await notifications.mark_all_notifications_read(tx, context.signed_in, up_to=up_to)
        return tx.answer({"read_count": count})


async def set_notification_preferences(context: Context, **given: Any) -> dict[str, Any]:
    """Say how you want to be told; what you leave out stays, null means the default."""
    if given.get("quiet_hours"):
        hours = given["quiet_hours"]
        given["quiet_hours"] = (hours.begin, hours.end)
    wishes = [
        Wish(each.kind, each.channel, each.is_enabled) for each in given.pop("kinds", None) or ()
    ]
    async with context.write() as tx:
        row = await notification_preferences.set_notification_preferences(
            tx, context.signed_in, wishes=wishes, **given
        )
        return tx.answer({"notification_preferences": row})
