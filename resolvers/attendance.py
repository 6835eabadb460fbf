"""Attendance: how a client answers events."""

from typing import Any

from domain import attendance
from domain.attendance import RsvpAnswer
from resolvers import ids
from resolvers.context import Context
from resolvers.disturbances import again


@again
async def rsvp(
    context: Context, *, event_id: str, answer: RsvpAnswer, guests: int = 0
) -> dict[str, Any]:
    """Answer an event: you go, are interested, or do not go. The same answer changes nothing.

    When the seats that you need are not free you wait in a queue, which `attendance` tells. Free
    seats go to who has waited longest, of those whom they are enough for. Who waits and wants
    more guests than before goes to the end of it.
    """
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        stands, event = await attendance.rsvp(
            tx, context.signed_in, event_id=key, answer=answer, guests=guests
        )
        return tx.answer({"attendance": stands, "event": event})
