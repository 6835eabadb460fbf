"""Groups: what a client does with them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain import groups
from resolvers import ids
from resolvers.context import Context


async def create_group(
    context: Context, *, title: str, profile_ids: Sequence[str]
) -> dict[str, Any]:
    """Make a group with people with whom you have matched; you own it."""
    async with context.write() as tx:
        created = await groups.create_group(
            tx,
            context.signed_in,
            title=title,
            profile_ids=_profiles(profile_ids),
            most=context.services.settings.members_per_group,
        )
        return tx.answer({"conversation": created})


async def rename_conversation(
    context: Context, *, conversation_id: str, title: str
) -> dict[str, Any]:
    """Give a group that you own another title."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        me = context.signed_in
        renamed = await groups.rename_conversation(tx, me, conversation_id=key, title=title)
        return tx.answer({"conversation": renamed})


async def add_members(
    context: Context, *, conversation_id: str, profile_ids: Sequence[str]
) -> dict[str, Any]:
    """Add people with whom you have matched to a group that you own.

    They see what is written from now on. Whoever is in it already stays as they are.
    """
    async with context.write() as tx:
        joined = await groups.add_members(
            tx,
            context.signed_in,
            conversation_id=ids.decode(conversation_id, "Conversation"),
            profile_ids=_profiles(profile_ids),
            most=context.services.settings.members_per_group,
        )
        return tx.answer({"conversation": joined})


async def remove_member(
    context: Context, *, conversation_id: str, profile_id: str
) -> dict[str, Any]:
    """Take somebody out of a group that you own; it is missing for them from now on."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        person = ids.decode(profile_id, "Profile")
        me = context.signed_in
        left = await groups.remove_member(tx, me, conversation_id=key, profile_id=person)
        return tx.answer({"conversation": left})


async def make_owner(context: Context, *, conversation_id: str, profile_id: str) -> dict[str, Any]:
    """Let a member of a group that you own be an owner as well, as before you leave it to them."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        person = ids.decode(profile_id, "Profile")
        me = context.signed_in
        group = await groups.make_owner(tx, me, conversation_id=key, profile_id=person)
        return tx.answer({"conversation": group})


async def leave_conversation(context: Context, *, conversation_id: str) -> dict[str, Any]:
    """Leave a group; if nobody else owns it, who has been in it the longest does from now on."""
    async with context.write() as tx:
        key = ids.decode(conversation_id, "Conversation")
        await groups.leave_conversation(tx, context.signed_in, conversation_id=key)
        return tx.answer({"left_conversation_id": conversation_id})


def _profiles(profile_ids: Sequence[str]) -> list[UUID]:
    return [ids.decode(each, "Profile") for each in profile_ids]
