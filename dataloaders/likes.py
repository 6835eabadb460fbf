"""Likes and passes in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader
from execution.declarations import batch
from persistence.queries import decisions

likes_given = connection(decisions.likes_given)

passes_given = connection(decisions.passes_given)


@batch
async def are_matched(reader: Reader, decision_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer has a match with the person of each of their decisions."""
    asked = {"ids": list(decision_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(decisions.matched, **asked)
    matched = {row["decision_id"] for row in rows}
    return [decision_id in matched for decision_id in decision_ids]
