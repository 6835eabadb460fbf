"""Calendars: what a client does with theirs."""

from typing import Any
from urllib.parse import urlencode

from domain import calendars
from persistence.queries import calendars as queries
from resolvers.context import Context


async def reset_calendar(context: Context) -> dict[str, Any]:
    """Make an address at which your events can be read as a calendar, without signing in.

    The address before is good no more; a new password does the same.
    """
    async with context.write() as tx:
        await calendars.reset_calendar(tx, context.signed_in)
        return tx.answer({"is_reset": True})


async def calendar_url(context: Context) -> str | None:
    """Give the address of the viewer's calendar; None before they have made one."""
    calendar = await context.database.one(queries.own, viewer_id=context.viewer_id)
    if calendar is None:
        return None
    services = context.services
    query = urlencode({"token": calendars.token_for(calendar, services.secrets.codes)})
    return f"{services.settings.public_url}/calendar.ics?{query}"
