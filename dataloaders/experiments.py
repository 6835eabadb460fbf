"""Experiments in batches; staff alone see them."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.reader import Reader, in_order
from execution.declarations import batch
from persistence.queries import experiments
from persistence.rows import Row


@batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The experiments with these keys; none for who is not staff."""
    if reader.viewer is None or not reader.viewer.is_staff:
        return [None] * len(ids)
    rows = await reader.database.fetch(experiments.by_ids, ids=list(ids))
    return in_order(ids, rows, "experiment_id")
