"""Events: where people meet, and who goes there."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import events, profiles
from domain import events as rules
from domain.refusals import LimitReached, NotAllowed, NotFound
from persistence import models
from resolvers import events as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.connections import Connection
from schema.nodes import Node

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@view_of(models.Event)
class Event(Node):
    """A meeting in a place at a time; you see it when you may see its host."""

    title: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What happens there.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    ends_at: datetime = strawberry.field(
        description="When it ends; then nobody joins or leaves any more."
    )
    time_zone: str = strawberry.field(
        description="The time zone of the place, as in the IANA database: `Europe/Berlin`."
    )
    place_name: str = strawberry.field(description="Where it is, in the host's words.")
    city: str | None = strawberry.field(description="In which city.")
    capacity: int | None = strawberry.field(
        description="How many seats it has; null when any number may come."
    )
    attendee_count: int = strawberry.field(
        description="How many people go, also those who are hidden from you."
    )
    host: ProfileView | None = loaded(profiles.by_ids, key="host_id", description="Who invites.")
    is_attending: bool = loaded(events.are_attended, key="event_id", description="Whether you go.")
    attendees: Connection[ProfileView] = loaded(
        events.attendees_of,
        key="event_id",
        description="Who goes, of those whom you may see, in the order in which they joined.",
    )

    @strawberry.field(description="How many more may join; null when any number may come.")
    def seats_left(root: strawberry.Parent[Any]) -> int | None:
        return rules.seats_left(capacity=root.capacity, attendee_count=root.attendee_count)


@strawberry.input
class JoinEventInput(MutationInput):
    """What `joinEvent` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that has not ended.")


@strawberry.type
class JoinEventSuccess:
    """You go to the event."""

    event: Event = strawberry.field(description="The event as it is now.")


@strawberry.input
class LeaveEventInput(MutationInput):
    """What `leaveEvent` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that has not ended.")


@strawberry.type
class LeaveEventSuccess:
    """You do not go to the event."""

    event: Event = strawberry.field(description="The event as it is now.")


@strawberry.type
class EventQueries:
    """What can be asked about events."""

    event: Event | None = resolve(resolvers.event)
    events: Connection[Event] = resolve(resolvers.listed)


@strawberry.type
class EventMutations:
    """What can be done with events."""

    join_event = mutation(
        resolvers.join_event,
        input=JoinEventInput,
        returns=JoinEventSuccess,
        refuses=(NotFound, NotAllowed, LimitReached),
    )
    leave_event = mutation(
        resolvers.leave_event,
        input=LeaveEventInput,
        returns=LeaveEventSuccess,
        refuses=(NotFound, NotAllowed),
    )
