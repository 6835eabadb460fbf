"""Jobs about who goes to events."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain import event_chats, reminders
from domain.attendance import AttendanceState
from workers.celery_app import task
from workers.resources import Resources

_AT_ONCE = 500


@task
async def follow_chat(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Let somebody into the chat of an event, or out of it, as they go there by now or do not."""
    if (body["state"] == AttendanceState.GOING) == body.get("was_going", False):
        return
    async with resources.database.write() as tx:
        await event_chats.follow(
            tx,
            event_id=UUID(body["event_id"]),
            profile_id=UUID(body["profile_id"]),
            most=resources.settings.members_per_event_chat,
        )


@task
async def rename_chat(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Call the chat of an event as the event is called by now."""
    if "title" in body["changes"]:
        async with resources.database.write() as tx:
            await event_chats.rename(tx, event_id=UUID(body["event_id"]))


@task
async def remind_attendees(resources: Resources) -> None:
    """Remind those who go to events that begin within a day or an hour; safe to repeat."""
    reminded = _AT_ONCE
    while reminded == _AT_ONCE:
        async with resources.database.write() as tx:
            reminded = await reminders.remind(tx, now=datetime.now(UTC), limit=_AT_ONCE)
