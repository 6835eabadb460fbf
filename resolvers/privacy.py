"""Privacy: what a client does with its switches."""

from typing import Any

from domain import privacy
from resolvers.context import Context


async def set_privacy(context: Context, **given: bool | None) -> dict[str, Any]:
    """Say what you show of what you are doing; what you leave out stays."""
    async with context.write() as tx:
        row = await privacy.set_privacy(tx, context.signed_in, **given)
        return tx.answer({"privacy": row})
