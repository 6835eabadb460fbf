"""Likes and passes: what a client does with them."""

from typing import Any

from domain import likes
from resolvers import ids
from resolvers.compatibilities import compatibility_with
from resolvers.context import Context


async def like_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Like a person. They are not told, unless they like you too: then you have a match."""
    key = ids.decode(profile_id, "Profile")
    score = await compatibility_with(context, key)
    async with context.write() as tx:
        profile, match = await likes.like_profile(
            tx, context.signed_in, profile_id=key, compatibility_score=score
        )
        return tx.answer({"profile": profile, "match": match})


async def pass_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Decide not to meet a person. They are not told; your deck does not show them again."""
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        profile = await likes.pass_profile(tx, context.signed_in, profile_id=key)
        return tx.answer({"profile": profile})


async def undo_decision(context: Context) -> dict[str, Any]:
    """Take back your latest like or pass, as long as nobody has written in a match it made."""
    async with context.write() as tx:
        profile = await likes.undo_decision(tx, context.signed_in)
        return tx.answer({"profile": profile})


async def unlike_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Withdraw a like; a match that rests on it ends, with its conversation."""
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        profile = await likes.unlike_profile(tx, context.signed_in, profile_id=key)
        return tx.answer({"profile": profile})
