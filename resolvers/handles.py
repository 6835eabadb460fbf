"""Handles: what a client does with them."""

from typing import Any

from domain import handles
from resolvers.context import Context


async def set_handle(context: Context, *, handle: str | None = None) -> dict[str, Any]:
    """Choose the name by which people can mention you in posts and comments, or none."""
    async with context.write() as tx:
        profile = await handles.set_handle(tx, context.signed_in, handle=handle)
        return tx.answer({"profile": profile})
