"""Check-ins: who is there."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.refusals import InvalidInput, NotAllowed, NotFound, RateLimited
from resolvers import check_ins as resolvers
from schema.attendance import Attendance
from schema.building import MutationInput, mutation

if TYPE_CHECKING:
    from schema.events import Event

EventView = Annotated["Event", strawberry.lazy("schema.events")]


@strawberry.input
class CheckInInput(MutationInput):
    """What `checkIn` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that you go to.")
    code: str = strawberry.field(
        description="The code that the hosts show, in any case, with or without spaces and dashes."
    )


@strawberry.type
class CheckInSuccess:
    """You are there."""

    attendance: Attendance = strawberry.field(description="Your answer, with `checkedInAt`.")
    event: EventView = strawberry.field(description="The event.")


@strawberry.input
class CheckInAttendeeInput(MutationInput):
    """What `checkInAttendee` needs."""

    attendance_id: strawberry.ID = strawberry.field(
        description="The answer of somebody who goes to an event that you hold."
    )


@strawberry.type
class CheckInAttendeeSuccess:
    """They are there."""

    attendance: Attendance = strawberry.field(description="Their answer, with `checkedInAt`.")
    event: EventView = strawberry.field(description="The event.")


@strawberry.input
class RotateCheckInCodeInput(MutationInput):
    """What `rotateCheckInCode` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that you hold.")


@strawberry.type
class RotateCheckInCodeSuccess:
    """The event has another code."""

    event: EventView = strawberry.field(description="The event, with its `checkInCode`.")


@strawberry.type
class CheckInMutations:
    """What can be done when people arrive."""

    check_in = mutation(
        resolvers.check_in,
        input=CheckInInput,
        returns=CheckInSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, RateLimited),
    )
    check_in_attendee = mutation(
        resolvers.check_in_attendee,
        input=CheckInAttendeeInput,
        returns=CheckInAttendeeSuccess,
        refuses=(NotFound, NotAllowed),
    )
    rotate_check_in_code = mutation(
        resolvers.rotate_check_in_code,
        input=RotateCheckInCodeInput,
        returns=RotateCheckInCodeSuccess,
        refuses=(NotFound, NotAllowed),
    )
