"""Invitations: what a client does with them."""

from collections.abc import Sequence
from typing import Any

from domain import invitations
from resolvers import ids
from resolvers.context import Context


async def invite_to_event(
    context: Context, *, event_id: str, profile_ids: Sequence[str]
) -> dict[str, Any]:
    """Ask people to an event that you hold; they see it, whatever its audience, and are told."""
    async with context.write() as tx:
        event = await invitations.invite_to_event(
            tx,
            context.signed_in,
            event_id=ids.decode(event_id, "Event"),
            profile_ids=[ids.decode(each, "Profile") for each in profile_ids],
        )
        return tx.answer({"event": event})


async def add_co_host(context: Context, *, event_id: str, profile_id: str) -> dict[str, Any]:
    """Let somebody hold your event too: change it, cancel it, and invite; they are told."""
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        person = ids.decode(profile_id, "Profile")
        me = context.signed_in
        event = await invitations.add_co_host(tx, me, event_id=key, profile_id=person)
        return tx.answer({"event": event})


async def remove_co_host(context: Context, *, event_id: str, profile_id: str) -> dict[str, Any]:
    """Let somebody not hold your event any more, or cease to hold somebody's yourself."""
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        person = ids.decode(profile_id, "Profile")
        me = context.signed_in
        event = await invitations.remove_co_host(tx, me, event_id=key, profile_id=person)
        return tx.answer({"event": event})
