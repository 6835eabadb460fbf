"""Calendars: events for the calendar program of a person."""

import strawberry

from dataloaders import calendars
from resolvers import calendars as resolvers
from schema.building import MutationInput, loaded, mutation, resolve


@strawberry.type
class CalendarOfEvent:
    """An event as a file for calendar programs."""

    ics: str | None = loaded(
        calendars.ics_of,
        key="event_id",
        cost=10,
        description="The event as a file of iCalendar (RFC 5545), for a calendar program.",
    )


@strawberry.type
class CalendarOfViewer:
    """Your events, for your calendar program."""

    calendar_url: str | None = resolve(
        resolvers.calendar_url,
        description=(
            "Where your calendar program reads the events that you hold or go to, without signing "
            "in: keep it secret. Null until you ask for it by `resetCalendar`."
        ),
    )


@strawberry.input
class ResetCalendarInput(MutationInput):
    """What `resetCalendar` takes."""


@strawberry.type
class ResetCalendarSuccess:
    """Your calendar has a new address: `viewer.calendarUrl`."""

    is_reset: bool = strawberry.field(description="True.")


@strawberry.type
class CalendarMutations:
    """What can be done with calendars."""

    reset_calendar = mutation(
        resolvers.reset_calendar,
        input=ResetCalendarInput,
        returns=ResetCalendarSuccess,
    )
