"""What waits for other processes, told by any: whether relays, beats and workers do their part."""

import math

from persistence.database import Database
from persistence.queries import facts, schedules
from web import metrics


async def measure(database: Database) -> None:
    """Set the metrics of what waits, for whoever reads them of this process.

    Raises:
        Exception: the database is away.
    """
    metrics.facts_oldest.set(await database.value(facts.oldest_unfinished_seconds) or 0)
    silent = await database.value(schedules.silent_seconds)
    metrics.schedule_silent.set(math.inf if silent is None else silent)
