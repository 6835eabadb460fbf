"""Deliveries: what staff ask about them, and ending mails by the link in one."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import strawberry

from domain import unsubscribing
from domain.deliveries import MOST_DAYS
from domain.refusals import InvalidFieldCode, InvalidInput
from persistence.queries import deliveries
from persistence.rows import Row
from resolvers.context import Context

Days = Annotated[
    int, strawberry.argument(description="How many days in UTC back from now, 1 to 90.")
]


async def notification_deliveries(context: Context, *, days: Days = 7) -> list[Row]:
    """What became of notifications on their way to devices and by mail, day by day. Staff only.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput.of(
            "days", f"days must be between 1 and {MOST_DAYS}.", InvalidFieldCode.OUT_OF_RANGE
        )
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=days - 1)
    return await context.database.fetch(deliveries.counts, since=since)


async def unsubscribe(context: Context, *, token: str) -> dict[str, Any]:
    """End mails about notifications by the token in the link of one, without signing in.

    Pushes and what the app shows stay as they are; mails about your account are still sent.
    """
    async with context.write() as tx:
        await unsubscribing.unsubscribe(tx, token=token, secret=context.services.secrets.codes)
        return tx.answer({"is_unsubscribed": True})
