"""Matches: what a client asks and does with them."""

from typing import Annotated, Any

import strawberry

from domain import matches
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context


async def match(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The match.")],
) -> Row | None:
    """A match of yours; null when it is missing, ended or hidden from you."""
    return await nodes.of_type(context, id, "Match")


async def unmatch(context: Context, *, match_id: str) -> dict[str, Any]:
    """End a match and its conversation for both of you; decks do not show you to each other."""
    async with context.write() as tx:
        key = ids.decode(match_id, "Match")
        await matches.unmatch(tx, context.signed_in, match_id=key)
        return tx.answer({"ended_match_id": match_id})
