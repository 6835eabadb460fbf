"""Attendance: who goes to events, with whom, and who waits for a seat."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import attendance, conversations, events, profiles
from domain import attendance as rules
from domain.attendance import AttendanceState, AttendeesShownTo, RsvpAnswer
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from persistence import models
from resolvers import attendance as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.connections import Connection
from schema.nodes import Node
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.conversations import Conversation
    from schema.events import Event
    from schema.profiles import Profile

ConversationView = Annotated["Conversation", strawberry.lazy("schema.conversations")]
EventView = Annotated["Event", strawberry.lazy("schema.events")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

shown_enum(
    RsvpAnswer,
    GOING="You go, or wait until there is a seat.",
    INTERESTED="You may go: you take no seat.",
    NOT_GOING="You do not go; a seat that you had is free.",
)
shown_enum(
    AttendanceState,
    GOING="They go, and have seats for themselves and their guests.",
    WAITING="They want to go, and are in the queue for seats.",
    INTERESTED="They may go.",
    NOT_GOING="They do not go.",
)
shown_enum(
    AttendeesShownTo,
    EVERYONE="Everybody who sees the event.",
    ATTENDEES="Those who go themselves.",
    HOSTS="Nobody but the hosts; nobody is let into a chat of the event.",
)


@view_of(models.Attendance)
class Attendance(Node):
    """Somebody's answer to an event, as it stands; shown to them and to the event's hosts."""

    state: AttendanceState = strawberry.field(description="How it stands.")
    guest_count: int = strawberry.field(
        description="How many people come with them; each needs a seat."
    )
    answered_at: datetime = strawberry.field(
        description="When they answered so; who waits is in the queue by this moment."
    )
    joined_at: datetime | None = strawberry.field(
        description="Since when they have a seat; null when they have none."
    )
    checked_in_at: datetime | None = strawberry.field(
        description="Since when they are there; null when they have not checked in."
    )
    place_in_queue: int | None = loaded(
        attendance.places_in_queue,
        key="attendance_id",
        description="At which place of the queue they are, from 1 on; null unless they wait.",
    )
    event: EventView | None = loaded(events.by_ids, key="event_id", description="The event.")
    profile: ProfileView | None = loaded(profiles.by_ids, key="profile_id", description="Who.")


@strawberry.type
class AttendanceOfEvent:
    """Who goes to an event."""

    attendee_count: int = strawberry.field(
        description="How many people go with their guests, also those who are hidden from you."
    )
    waiting_count: int = loaded(
        attendance.waiting_counts,
        key="event_id",
        description="How many people wait for a seat, without their guests.",
    )
    interested_count: int = loaded(
        attendance.interested_counts,
        key="event_id",
        description="How many people are interested.",
    )
    is_attending: bool = loaded(
        attendance.are_attended, key="event_id", description="Whether you go and have a seat."
    )
    my_attendance: Attendance | None = loaded(
        attendance.own_to,
        key="event_id",
        description="What you answered; null when you have not.",
    )
    attendees: Connection[ProfileView] = loaded(
        attendance.attendees_of,
        key="event_id",
        description=(
            "Who goes, of those whom you may see, in the order in which they joined. Empty when "
            "the event shows them only to others: see `attendeesShownTo`."
        ),
    )
    attendees_shown_to: AttendeesShownTo = strawberry.field(
        description="Who sees who goes, besides the hosts."
    )
    attendances: Connection[Attendance] = loaded(
        attendance.answers_of,
        key="event_id",
        description=(
            "Who answered how, the first to answer first: of those who wait, the queue. For the "
            "event's hosts; empty for others."
        ),
    )

    chat: ConversationView | None = loaded(
        conversations.of_events,
        key="event_id",
        description=(
            "Where those who go write to each other; null unless you take part, which you do "
            "moments after you have a seat."
        ),
    )
    check_in_code: str | None = loaded(
        attendance.check_in_codes,
        key="event_id",
        description="What those who go type to check in; null unless you hold the event.",
    )

    @strawberry.field(description="How many seats are free; null when any number may come.")
    def seats_left(root: strawberry.Parent[Any]) -> int | None:
        return rules.seats_left(capacity=root.capacity, attendee_count=root.attendee_count)


@strawberry.input
class RsvpInput(MutationInput):
    """What `rsvp` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that has not ended.")
    answer: RsvpAnswer = strawberry.field(description="Your answer.")
    guests: int = strawberry.field(
        default=0, description="How many people come with you if you go, 0 to 10."
    )


@strawberry.type
class RsvpSuccess:
    """Your answer is known; whether you go or wait is its `state`."""

    attendance: Attendance = strawberry.field(description="Your answer as it stands.")
    event: EventView = strawberry.field(description="The event as it is now.")


@strawberry.type
class AttendanceMutations:
    """What can be done about going to events."""

    rsvp = mutation(
        resolvers.rsvp,
        input=RsvpInput,
        returns=RsvpSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, LimitReached),
    )
