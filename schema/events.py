"""Events: where people meet."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import profiles
from persistence import models
from resolvers import events as resolvers
from schema.attendance import AttendanceOfEvent
from schema.building import loaded, resolve, view_of
from schema.connections import Connection
from schema.nodes import Node

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@view_of(models.Event)
class Event(AttendanceOfEvent, Node):
    """A meeting in a place at a time; you see it when you may see its host."""

    title: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What happens there.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    ends_at: datetime = strawberry.field(
        description="When it ends; then it takes no answers any more."
    )
    time_zone: str = strawberry.field(
        description="The time zone of the place, as in the IANA database: `Europe/Berlin`."
    )
    place_name: str = strawberry.field(description="Where it is, in the host's words.")
    city: str | None = strawberry.field(description="In which city.")
    capacity: int | None = strawberry.field(
        description="How many seats it has; null when any number may come."
    )
    host: ProfileView | None = loaded(profiles.by_ids, key="host_id", description="Who invites.")


@strawberry.type
class EventQueries:
    """What can be asked about events."""

    event: Event | None = resolve(resolvers.event)
    events: Connection[Event] = resolve(resolvers.listed)
