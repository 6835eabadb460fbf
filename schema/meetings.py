"""Meetings: from a match to an event of two."""

from datetime import datetime
from typing import Any

import strawberry

from dataloaders import meetings as loaders
from domain import weekly_hours
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from persistence import models
from resolvers import meetings as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.events import Event
from schema.places import Place
from schema.weekly_hours import WeeklyHours, WeeklyHoursInput

_ZONE = "By whose clock they are, as in the IANA database: `Europe/Berlin`."


@strawberry.type
class MeetingSuggestion:
    """Where and when you two could meet."""

    place: Place = strawberry.field(description="A public place within reach of both of you.")
    starts_at: datetime = strawberry.field(description="When both of you have time.")
    ends_at: datetime = strawberry.field(description="When both of you still have time.")


@view_of(models.MeetingTimes)
class MeetingTimes:
    """The hours of a week in which you have time to meet; nobody else sees them."""

    time_zone: str = strawberry.field(description=_ZONE)

    @strawberry.field(description="The hours, from Monday on.")
    def hours(root: strawberry.Parent[Any]) -> list[WeeklyHours]:
        # A view shows any object that has its attributes.
        return weekly_hours.of_stored(root.hours)  # type: ignore[return-value]


@strawberry.input
class SetMeetingTimesInput(MutationInput):
    """What `setMeetingTimes` needs."""

    time_zone: str = strawberry.field(description=_ZONE)
    hours: list[WeeklyHoursInput] = strawberry.field(
        description="All of them, at most 28; none takes them back."
    )


@strawberry.type
class SetMeetingTimesSuccess:
    """It is known when you have time."""

    meeting_times: MeetingTimes = strawberry.field(description="As it is now.")


@strawberry.input
class InviteToMeetingInput(MutationInput):
    """What `inviteToMeeting` needs."""

    match_id: strawberry.ID = strawberry.field(description="One of your matches.")
    place_id: strawberry.ID = strawberry.field(description="Where, as suggested or elsewhere.")
    starts_at: datetime = strawberry.field(description="From when; in the future.")
    ends_at: datetime = strawberry.field(description="To when.")


@strawberry.type
class InviteToMeetingSuccess:
    """The other is invited."""

    event: Event = strawberry.field(description="An event for the two of you.")


@strawberry.type
class MeetingMutations:
    """What can be done to meet."""

    set_meeting_times = mutation(
        resolvers.set_meeting_times,
        input=SetMeetingTimesInput,
        returns=SetMeetingTimesSuccess,
        refuses=(InvalidInput, LimitReached),
    )
    invite_to_meeting = mutation(
        resolvers.invite_to_meeting,
        input=InviteToMeetingInput,
        returns=InviteToMeetingSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, LimitReached),
    )


@strawberry.type
class MeetingsOfViewer:
    """When the viewer has time to meet."""

    meeting_times: MeetingTimes | None = loaded(
        loaders.own_times_of_profiles,
        key="profile_id",
        description="When you have time to meet; null until you say it.",
    )
