"""Nodes: any thing by its id."""

from typing import Annotated

import strawberry

from dataloaders import companions, conversations, matches, messages, posts, profiles, prompts
from execution.declarations import Batch
from persistence.rows import Row
from resolvers import ids as global_ids
from resolvers.context import Context

BY_TYPE: dict[str, Batch] = {
    "Companion": companions.by_ids,
    "Conversation": conversations.by_ids,
    "Match": matches.by_ids,
    "Message": messages.by_ids,
    "Post": posts.by_ids,
    "Profile": profiles.by_ids,
    "Prompt": prompts.by_ids,
}
"""How to load the things of each type; what the viewer may not see is missing."""

MOST_NODES = 100


async def node(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="What `id` gave.")],
) -> Row | None:
    """Anything by its id; null when it is missing or hidden from you."""
    parsed = global_ids.parse(id)
    if parsed is None or parsed[0] not in BY_TYPE:
        return None
    type_name, key = parsed
    row: Row | None = await context.load(BY_TYPE[type_name], key)
    return row
