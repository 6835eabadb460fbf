"""Jobs that bring notifications to devices and by mail: decided once, then carried out."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from domain.deliveries import BURST, LEASE, WINDOW
from domain.notification_kinds import Channel, NotificationKind
from domain.notification_preferences import due
from persistence.queries import deliveries as queries
from persistence.queries import notifications as notification_queries
from persistence.rows import Row
from workers import delivering
from workers.celery_app import task
from workers.delivering import Target
from workers.resources import Resources

_log = structlog.get_logger("kith.deliveries")

_DUE_MOST = 10_000
_PART = 50


@task
async def decide_deliveries(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Decide to which devices a notification goes, and whether by mail, and send what is due.

    The rows are written before anything is sent, and once for what the notification tells: a
    worker that is killed in between leaves them to `deliver_waiting`.
    """
    now, reader_id = datetime.now(UTC), UUID(body["reader_id"])
    ids = [UUID(body["notification_id"])]
    notification = await resources.database.one(
        notification_queries.tellable, ids=ids, viewer_id=reader_id
    )
    if notification is None:
        return
    wishes, times, _ = await delivering.wanted(resources, reader_id)
    at = due(NotificationKind(notification.kind), wishes, times, now)
    decided: list[Row] = []
    async with resources.database.write() as tx:
        asked = {"notification_id": notification.notification_id, "now": now}
        if (moment := at[Channel.PUSH]) is not None:
            decided += await tx.fetch(
                queries.decide_pushes,
                **asked,
                available_at=moment,
                window=WINDOW,
                lease=LEASE,
                burst=BURST,
            )
        if (moment := at[Channel.EMAIL]) is not None:
            decided += await tx.fetch(queries.decide_mail, **asked, available_at=moment)
    for row in decided:
        if row.available_at <= now:
            await delivering.deliver(resources, Target(row.profile_id, row.device_id, row.channel))


@task
async def clear_read(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Take what was read on one device away from the others; safe to repeat."""
    ids = [UUID(key) for key in body["notification_ids"]]
    session_id = UUID(body["session_id"]) if body.get("session_id") else None
    asked = {"notification_ids": ids, "session_id": session_id, "lease": LEASE}
    async with resources.database.write() as tx:
        rows = await tx.fetch(queries.read, **asked, now=datetime.now(UTC))
    clearing = [row for row in rows if row.state == "clearing"]
    for target in dict.fromkeys(Target(r.profile_id, r.device_id, r.channel) for r in clearing):
        await delivering.deliver(resources, target)


@task
async def deliver_waiting(resources: Resources) -> None:
    """Send what waited for the end of quiet hours, for a digest, for others of a burst or a vendor.

    What two of these hand out twice is taken once.
    """
    asked = {"now": datetime.now(UTC), "limit": _DUE_MOST}
    rows = await resources.database.fetch(queries.due, **asked)
    targets = [[str(row["profile_id"]), _text(row["device_id"]), row["channel"]] for row in rows]
    for start in range(0, len(targets), _PART):
        await asyncio.to_thread(deliver_part.delay, targets[start : start + _PART])
    _log.info("waiting deliveries handed out", targets=len(targets))


@task
async def deliver_part(resources: Resources, targets: Sequence[Sequence[str | None]]) -> None:
    """Send what is due to some targets; safe to repeat."""
    for profile_id, device_id, channel in targets:
        device = UUID(device_id) if device_id else None
        await delivering.deliver(resources, Target(UUID(str(profile_id)), device, str(channel)))


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
