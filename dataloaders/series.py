"""Series of events in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader
from execution.declarations import joint_batch
from persistence.queries import series


@joint_batch
async def rules_of(reader: Reader, series_ids: Sequence[UUID]) -> list[str | None]:
    """The rule of each series."""
    rows = await reader.database.fetch(series.rules_of, series_ids=list(series_ids))
    rules = {row["series_id"]: row["rule"] for row in rows}
    return [rules.get(series_id) for series_id in series_ids]


of_series = connection(series.of_series)
