"""Deliveries: what staff ask about them, and ending mails by the link in one."""

from datetime import UTC, datetime
from typing import Any

from domain import unsubscribing
from persistence.queries import deliveries
from persistence.rows import Row
from resolvers.context import Context
from resolvers.days import WholeDays, first_day


async def notification_deliveries(context: Context, *, days: WholeDays = 7) -> list[Row]:
    """What became of notifications on their way to devices and by mail, day by day. Staff only.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    since = first_day(days, datetime.now(UTC))
    return await context.database.fetch(deliveries.counts, since=since)


async def unsubscribe(context: Context, *, token: str) -> dict[str, Any]:
    """End mails about notifications by the token in the link of one, without signing in.

    Pushes and what the app shows stay as they are; mails about your account are still sent.
    """
    async with context.write() as tx:
        await unsubscribing.unsubscribe(tx, token=token, secret=context.services.secrets.codes)
        return tx.answer({"is_unsubscribed": True})
