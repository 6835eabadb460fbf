"""Weekly hours: what comes again every week, by the clock of one time zone."""

from datetime import time

import strawberry

from domain.weekly_hours import Weekday
from schema.scalars import shown_enum

shown_enum(Weekday, **{day.name: f"{day.name.capitalize()}." for day in Weekday})

_END = (
    "When they end; on the next day if that is not later than `from`, so that hours from 00:00 to "
    "00:00 last all day."
)


@strawberry.type
class WeeklyHours:
    """Hours that come again every week."""

    day: Weekday = strawberry.field(description="The day on which they begin.")
    begin: time = strawberry.field(name="from", description="When they begin.")
    end: time = strawberry.field(name="to", description=_END)


@strawberry.input
class WeeklyHoursInput:
    """Hours that come again every week."""

    day: Weekday = strawberry.field(description="The day on which they begin.")
    begin: time = strawberry.field(name="from", description="When they begin.")
    end: time = strawberry.field(name="to", description=_END)
