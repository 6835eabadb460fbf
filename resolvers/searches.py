"""Searches: what staff ask about those that were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from persistence.queries import searches
from persistence.rows import Row
from resolvers.context import Context
from resolvers.days import WholeDays, first_day

_MOST_QUERIES = 50


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was searched since a moment.

    Attributes:
        days: how much on each day, the last first.
        top_queries: what many looked for, the most wanted first.
    """

    days: Sequence[Row]
    top_queries: Sequence[Row]


async def statistics(context: Context, *, days: WholeDays = 7) -> Statistics:
    """How much is searched, how often in vain, how long it takes, and for what. Staff only.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    since = first_day(days, datetime.now(UTC))
    people = context.services.settings.search_query_people
    asked = {"since": since, "people": people, "limit": _MOST_QUERIES}
    return Statistics(
        days=await context.database.fetch(searches.days, since=since),
        top_queries=await context.database.fetch(searches.top, **asked),
    )
