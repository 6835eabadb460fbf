"""Follows: what a client does with them."""

from collections.abc import Awaitable, Callable
from typing import Any

from domain import follows
from persistence.rows import Row
from resolvers import ids
from resolvers.context import Context


async def follow_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Follow a person, so that your feed has what they share with followers; or ask to."""
    return await _done(context, follows.follow_profile, profile_id)


async def unfollow_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Stop following a person, or take your request back; they are not told."""
    return await _done(context, follows.unfollow_profile, profile_id)


async def accept_follower(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Let a person follow you who has asked to."""
    return await _done(context, follows.accept_follower, profile_id)


async def remove_follower(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Let a person not follow you any more, or decline their request; they are not told."""
    return await _done(context, follows.remove_follower, profile_id)


async def _done(
    context: Context, verb: Callable[..., Awaitable[Row]], profile_id: str
) -> dict[str, Any]:
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        return tx.answer({"profile": await verb(tx, context.signed_in, profile_id=key)})
