"""Searches: what staff ask about those that were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import strawberry

from domain.refusals import InvalidFieldCode, InvalidInput
from domain.search import MOST_DAYS
from persistence.queries import searches
from persistence.rows import Row
from resolvers.context import Context

_MOST_QUERIES = 50

Days = Annotated[
    int, strawberry.argument(description="How many days in UTC back from now, 1 to 90.")
]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was searched since a moment.

    Attributes:
        days: how much on each day, the last first.
        top_queries: what many looked for, the most wanted first.
    """

    days: Sequence[Row]
    top_queries: Sequence[Row]


async def statistics(context: Context, *, days: Days = 7) -> Statistics:
    """How much is searched, how often in vain, how long it takes, and for what. Staff only.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput.of(
            "days", f"days must be between 1 and {MOST_DAYS}.", InvalidFieldCode.OUT_OF_RANGE
        )
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=days - 1)
    people = context.services.settings.search_query_people
    asked = {"since": since, "people": people, "limit": _MOST_QUERIES}
    return Statistics(
        days=await context.database.fetch(searches.days, since=since),
        top_queries=await context.database.fetch(searches.top, **asked),
    )
