"""Days: how far back staff and people may look."""

from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from domain.numbers import check_count
from domain.profiles import day_of

MOST_DAYS = 90
"""How many days back anybody may look."""

Days = Annotated[int, strawberry.argument(description="How many days back from now, 1 to 90.")]
WholeDays = Annotated[
    int, strawberry.argument(description="How many days in UTC back from now, 1 to 90.")
]


def moment_ago(days: int, now: datetime) -> datetime:
    """Give the moment so many times 24 hours ago.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    check_count("days", days, MOST_DAYS)
    return now - timedelta(days=days)


def first_day(days: int, now: datetime) -> datetime:
    """Give the beginning of the first of so many days in UTC, of which the present one is the last.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    return day_of(moment_ago(days, now)) + timedelta(days=1)
