"""Blocks: what a client does with them."""

from typing import Any

from domain import blocks
from resolvers import ids
from resolvers.context import Context


async def block_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Hide a person and yourself from each other, and end your match; they are not told.

    Whom you do not see, as they block you, is not found here either. Block them when they show
    again: until then neither of you sees the other.
    """
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        block = await blocks.block_profile(tx, context.signed_in, profile_id=key)
        return tx.answer({"blocked_profile": block})


async def unblock_profile(context: Context, *, profile_id: str) -> dict[str, Any]:
    """Take a block back; what it ended stays ended."""
    async with context.write() as tx:
        key = ids.decode(profile_id, "Profile")
        profile = await blocks.unblock_profile(tx, context.signed_in, profile_id=key)
        return tx.answer({"profile": profile})
