"""Check-ins: how a client says that somebody is at an event."""

from typing import Any

from domain import check_ins
from domain.check_ins import MOST_TRIES, TRIES_WINDOW_SECONDS
from domain.limits import CHECK_INS
from domain.refusals import RateLimited
from resolvers import ids
from resolvers.context import Context
from resolvers.disturbances import again
from resolvers.limits import counted_as


async def check_in(context: Context, *, event_id: str, code: str) -> dict[str, Any]:
    """Say by the event's code that you are there; again changes nothing.

    From two hours before the start until the end, for those who go. Your hosts see it.
    """
    account = counted_as(str(context.signed_in.account_id))
    limit = (CHECK_INS.name, account, MOST_TRIES, TRIES_WINDOW_SECONDS)
    async with context.unless_answered():
        if (wait := await context.services.rate_limits.hit(*limit)) is not None:
            raise RateLimited("TOO_MANY_CHECK_INS", "Too many codes were tried: wait.", wait)
    return await _check_in(context, event_id=event_id, code=code)


@again
async def _check_in(context: Context, *, event_id: str, code: str) -> dict[str, Any]:
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        there, event = await check_ins.check_in(tx, context.signed_in, event_id=key, code=code)
        return tx.answer({"attendance": there, "event": event})


@again
async def check_in_attendee(context: Context, *, attendance_id: str) -> dict[str, Any]:
    """Say as a host that somebody who goes is there; again changes nothing."""
    async with context.write() as tx:
        key = ids.decode(attendance_id, "Attendance")
        there, event = await check_ins.check_in_attendee(tx, context.signed_in, attendance_id=key)
        return tx.answer({"attendance": there, "event": event})


async def rotate_check_in_code(context: Context, *, event_id: str) -> dict[str, Any]:
    """Give an event that you hold another check-in code; who is checked in stays so."""
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        event = await check_ins.rotate_check_in_code(tx, context.signed_in, event_id=key)
        return tx.answer({"event": event})
