"""Prompts: what a client does with them."""

from collections.abc import Sequence
from typing import Any

from domain import prompts as verbs
from domain.prompts import Answered
from resolvers import ids
from resolvers.context import Context


def answered(prompts: Sequence[Any]) -> list[Answered]:
    """Give prompts, as a client inputs them, to the verbs."""
    return [Answered(prompt.question, prompt.answer) for prompt in prompts]


async def set_prompts(context: Context, *, prompts: Sequence[Any]) -> dict[str, Any]:
    """Replace all your prompts; they are shown in the order given."""
    async with context.write() as tx:
        kept = await verbs.set_prompts(tx, context.signed_in, prompts=answered(prompts))
        return tx.answer({"prompts": kept})


async def reorder_prompts(context: Context, *, prompt_ids: Sequence[str]) -> dict[str, Any]:
    """Show your prompts in another order."""
    async with context.write() as tx:
        keys = [ids.decode(prompt_id, "Prompt") for prompt_id in prompt_ids]
        moved = await verbs.reorder_prompts(tx, context.signed_in, prompt_ids=keys)
        return tx.answer({"prompts": moved})
