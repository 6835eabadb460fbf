"""Companions: what a client does with them."""

from typing import Any

from domain import companions
from matching.vocabulary import Kind
from resolvers import ids
from resolvers.context import Context
from resolvers.words import key_of


def _keyed(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("kind"):
        given["kind"] = key_of(given["kind"], (Kind.COMPANION,))
    return given


async def add_companion(context: Context, **given: Any) -> dict[str, Any]:
    """Show an animal that lives with you."""
    async with context.write() as tx:
        companion = await companions.add_companion(tx, context.signed_in, **_keyed(given))
        return tx.answer({"companion": companion})


async def update_companion(context: Context, *, companion_id: str, **given: Any) -> dict[str, Any]:
    """Change what you show of a companion; what you leave out stays, null takes it back."""
    async with context.write() as tx:
        key = ids.decode(companion_id, "Companion")
        companion = await companions.update_companion(
            tx, context.signed_in, companion_id=key, **_keyed(given)
        )
        return tx.answer({"companion": companion})


async def remove_companion(context: Context, *, companion_id: str) -> dict[str, Any]:
    """Show a companion no more."""
    async with context.write() as tx:
        key = ids.decode(companion_id, "Companion")
        await companions.remove_companion(tx, context.signed_in, companion_id=key)
        return tx.answer({"removed_companion_id": companion_id})
