"""Nodes: any thing by its id."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import strawberry

from dataloaders import (
    accounts,
    attendance,
    comments,
    companions,
    conversations,
    devices,
    events,
    experiments,
    matches,
    media,
    messages,
    notifications,
    places,
    posts,
    profiles,
    prompts,
)
from domain.refusals import InvalidFieldCode, InvalidInput
from execution.declarations import Batch
from persistence.idempotency import Kept
from persistence.rows import Row
from resolvers import ids as global_ids
from resolvers.context import Context

BY_TYPE: dict[str, Batch] = {
    "Account": accounts.by_ids,
    "Attendance": attendance.by_ids,
    "Comment": comments.by_ids,
    "Companion": companions.by_ids,
    "Conversation": conversations.by_ids,
    "Device": devices.by_ids,
    "Event": events.by_ids,
    "Experiment": experiments.by_ids,
    "Match": matches.by_ids,
    "Media": media.by_ids,
    "Message": messages.by_ids,
    "Notification": notifications.by_ids,
    "Place": places.by_ids,
    "Post": posts.by_ids,
    "Profile": profiles.by_ids,
    "Prompt": prompts.by_ids,
    "Session": accounts.sessions_by_ids,
}
"""How to load the things of each type; what the viewer may not see is missing."""

MOST_NODES = 100
"""The most things that `nodes` gives at once."""


async def node(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="What `id` gave.")],
) -> Row | None:
    """Anything by its id; null when it is missing or hidden from you."""
    parsed = global_ids.parse(id)
    if parsed is None or parsed[0] not in BY_TYPE:
        return None
    return await _loaded(context, *parsed)


async def of_type(context: Context, id: str, type_name: str) -> Row | None:
    """Load the thing of this GraphQL type that has this global id, as far as the viewer sees it.

    Returns:
        None when it is missing or hidden, and for the id of a thing of another type.
    """
    parsed = global_ids.parse(id)
    if parsed is None or parsed[0] != type_name:
        return None
    return await _loaded(context, *parsed)


async def nodes(
    context: Context,
    *,
    ids: Annotated[
        list[strawberry.ID], strawberry.argument(description="What `id` gave, at most 100 times.")
    ],
) -> list[Row | None]:
    """Many things by their ids, in the order of the ids; null for what is missing or hidden."""
    if len(ids) > MOST_NODES:
        raise InvalidInput.of(
            "ids", f"ids has more than {MOST_NODES} items.", InvalidFieldCode.TOO_MANY
        )
    return await asyncio.gather(*(node(context, id=wanted) for wanted in ids))


async def recalled(context: Context, packed: Mapping[str, Any]) -> dict[str, Any]:
    """Give an answer that was kept for a retry, as far as the viewer may see it by now.

    Args:
        context: of the retry.
        packed: as it was kept.

    Returns:
        The values; None for a thing that is missing or hidden now, which lists leave out.
    """
    answer = await context.database.recall(packed)
    return {name: await _seen(context, value) for name, value in answer.items()}


async def _seen(context: Context, value: Any) -> Any:
    if isinstance(value, list):
        seen = [(item, await _seen(context, item)) for item in value]
        return [now for item, now in seen if now is not None or not isinstance(item, Kept)]
    if isinstance(value, Kept):
        return await _loaded(context, value.model.__name__, value.key)
    return value


async def _loaded(context: Context, type_name: str, key: UUID) -> Row | None:
    row: Row | None = await context.load(BY_TYPE[type_name], key)
    return row
