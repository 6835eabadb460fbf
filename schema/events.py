"""Events: where people meet."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import media, places, profiles, series
from dataloaders.connections import After, Before, First, Last, PageOf
from domain.attendance import AttendeesShownTo
from domain.event_details import EventAudience
from domain.refusals import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from persistence import models
from resolvers import events as resolvers
from resolvers.context import Context
from schema.attendance import AttendanceOfEvent
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.calendars import CalendarOfEvent
from schema.connections import Connection
from schema.invitations import InvitationsOfEvent
from schema.locations import Coordinates, GeoPoint
from schema.media import Media
from schema.nodes import Node
from schema.places import Place
from schema.scalars import DistanceUnit, shown_enum

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


shown_enum(
    EventAudience,
    EVERYONE="Everybody who may see the host.",
    FOLLOWERS="Who follows the host.",
    MATCHES="Who has matched with the host.",
    INVITED="Who is invited.",
)


@view_of(models.Event)
class Event(AttendanceOfEvent, InvitationsOfEvent, CalendarOfEvent, Node):
    """A meeting in a place or online; you see it when you may see its host, and it is for you.

    It is for its audience, and for those who are invited, hold it with the host, or go already.
    """

    title: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What happens there.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    ends_at: datetime = strawberry.field(
        description="When it ends; then it takes no answers any more."
    )
    time_zone: str = strawberry.field(
        description="The time zone of the place, as in the IANA database: `Europe/Berlin`."
    )
    place_name: str | None = strawberry.field(
        description="Where it is, in the host's words; null when `address` or `onlineUrl` say it."
    )
    place: Place | None = loaded(
        places.by_ids, key="place_id", description="The place where it is, when it is a known one."
    )
    address: str | None = strawberry.field(description="How to find it.")
    city: str | None = strawberry.field(description="In which city.")
    online_url: str | None = strawberry.field(description="Where to meet online.")
    tags: list[str] = strawberry.field(description="What it is about, in lower case without the #.")
    audience: EventAudience = strawberry.field(description="For whom it is.")
    cancelled_at: datetime | None = strawberry.field(
        description="When it was cancelled; null while it is to take place."
    )
    recurrence: str | None = loaded(
        series.rules_of,
        key="series_id",
        description="By which rule of RFC 5545 it comes again; null when it does not.",
    )
    occurrences: Connection[Annotated["Event", strawberry.lazy("schema.events")]] | None = loaded(
        series.of_series,
        key="series_id",
        description=(
            "The events of its series that are not over, of which the next 10 are there, if "
            "they start within three years; null when it does not come again."
        ),
    )
    cover: Media | None = loaded(media.by_ids, key="cover_id", description="An image of it.")
    capacity: int | None = strawberry.field(
        description="How many seats it has; null when any number may come."
    )
    host: ProfileView | None = loaded(profiles.by_ids, key="host_id", description="Who invites.")

    @strawberry.field(description="Where it is on Earth, where the host says so.")
    def location(root: strawberry.Parent[Any]) -> Coordinates | None:
        if root.latitude is None:
            return None
        return Coordinates(latitude=root.latitude, longitude=root.longitude)


@strawberry.input
class EventFacts:
    """What can be said of an event besides what it is called and when it is."""

    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What happens there, at most 5,000 characters."
    )
    place_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "The place where it is; its name, address, city and location hold where you say none."
        ),
    )
    place_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where it is, at most 150 characters."
    )
    address: str | None = strawberry.field(
        default=strawberry.UNSET, description="How to find it, at most 300 characters."
    )
    city: str | None = strawberry.field(
        default=strawberry.UNSET, description="In which city, at most 100 characters."
    )
    location: GeoPoint | None = strawberry.field(
        default=strawberry.UNSET,
        description="Where it is on Earth; who sees the event sees it exactly.",
    )
    online_url: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Where to meet online: an address of `https:`, at most 500 characters.",
    )
    cover_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="An image that you have uploaded."
    )
    tags: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="What it is about: at most 10 of 1 to 50 letters, digits and `_`.",
    )


@strawberry.input
class CreateEventInput(EventFacts, MutationInput):
    """What `createEvent` needs.

    One of `placeId`, `placeName`, `address` and `onlineUrl` has to be said.
    """

    title: str = strawberry.field(description="What it is called, 1 to 150 characters.")
    starts_at: datetime = strawberry.field(description="When it starts, within three years.")
    ends_at: datetime = strawberry.field(description="When it ends, at most 31 days later.")
    time_zone: str = strawberry.field(
        description="The time zone of the place, as in the IANA database: `Europe/Berlin`."
    )
    capacity: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="How many seats it has, 1 to 100,000; any number may come if unsaid.",
    )
    recurrence: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "By which rule of RFC 5545 it comes again, by the clock of its time zone: "
            "`FREQ=WEEKLY;BYDAY=TU;COUNT=10`; DAILY, WEEKLY, MONTHLY or YEARLY."
        ),
    )
    audience: EventAudience | None = strawberry.field(
        default=strawberry.UNSET, description="For whom it is; EVERYONE if unsaid."
    )
    attendees_shown_to: AttendeesShownTo | None = strawberry.field(
        default=strawberry.UNSET,
        description="Who sees who goes, besides those who hold it; EVERYONE if unsaid.",
    )


@strawberry.type
class CreateEventSuccess:
    """The event is announced."""

    event: Event = strawberry.field(description="The new event.")


@strawberry.input
class EditEventInput(EventFacts, MutationInput):
    """What `editEvent` needs: what you leave out stays, null takes back what can be empty."""

    event_id: strawberry.ID = strawberry.field(description="An event that you hold.")
    following: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether the later events of its series change too; their times stay.",
    )
    title: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is called, 1 to 150 characters."
    )
    starts_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When it starts, within three years."
    )
    ends_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When it ends, at most 31 days later."
    )
    time_zone: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The time zone of the place, as in the IANA database: `Europe/Berlin`.",
    )
    capacity: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="How many seats it has, 1 to 100,000, and as many as go; null for any number.",
    )
    audience: EventAudience | None = strawberry.field(
        default=strawberry.UNSET, description="For whom it is; who goes already still sees it."
    )
    attendees_shown_to: AttendeesShownTo | None = strawberry.field(
        default=strawberry.UNSET, description="Who sees who goes, besides those who hold it."
    )


@strawberry.type
class EditEventSuccess:
    """The event is like this now."""

    event: Event = strawberry.field(description="The event.")


@strawberry.input
class CancelEventInput(MutationInput):
    """What `cancelEvent` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that you hold.")
    following: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether the later events of its series are cancelled too, and it ends.",
    )


@strawberry.type
class CancelEventSuccess:
    """The event does not take place."""

    event: Event = strawberry.field(description="The event.")


@strawberry.input
class DeleteEventInput(MutationInput):
    """What `deleteEvent` needs."""

    event_id: strawberry.ID = strawberry.field(
        description="An event of which you are the host, to which nobody goes any more."
    )


@strawberry.type
class DeleteEventSuccess:
    """The event is gone."""

    deleted_event_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.input
class EventsNear:
    """A circle on Earth."""

    location: GeoPoint = strawberry.field(description="Its middle.")
    radius: float = strawberry.field(description="Its radius: at most 1,000 kilometres.")
    unit: DistanceUnit = strawberry.field(
        default=DistanceUnit.KILOMETRES, description="The unit of the radius."
    )


@strawberry.input
class EventFilter:
    """Which events are meant: those that meet all that is said here."""

    starts_from: datetime | None = strawberry.field(
        name="from",
        default=None,
        description="Those that start then or later; from now on when left out.",
    )
    to: datetime | None = strawberry.field(
        default=None, description="Those that start before that."
    )
    city: str | None = strawberry.field(
        default=None, description="Those in this city, in upper or lower case."
    )
    near: EventsNear | None = strawberry.field(
        default=None, description="Those within a circle, who say where they are."
    )
    tags: list[str] | None = strawberry.field(
        default=None, description="Those with any of these tags, at most 10."
    )
    host_id: strawberry.ID | None = strawberry.field(
        default=None, description="Those of this host: the id of a profile."
    )
    going: bool | None = strawberry.field(
        default=None, description="With true, those to which you go, cancelled ones among them."
    )
    text: str | None = strawberry.field(
        default=None,
        description="Those with these words, as search engines take them; at most 200 characters.",
    )
    meaning: str | None = strawberry.field(
        default=None,
        description="Those of the 200 that are most about this; at most 200 characters.",
    )


async def _events(
    context: Context,
    *,
    filter: Annotated[
        EventFilter | None, strawberry.argument(description="Which; all when left out.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> PageOf:
    """Events to come that are not cancelled, the first to start first.

    `totalCount` counts to 1,000.
    """
    wanted = dict(vars(filter)) if filter else {}
    wanted["until"] = wanted.pop("to", None)
    page: PageOf = await resolvers.listed(
        context, wanted, first=first, after=after, last=last, before=before
    )
    return page


@strawberry.type
class EventQueries:
    """What can be asked about events."""

    event: Event | None = resolve(resolvers.event)
    events: Connection[Event] = resolve(_events)


@strawberry.type
class EventMutations:
    """What can be done with events."""

    create_event = mutation(
        resolvers.create_event,
        input=CreateEventInput,
        returns=CreateEventSuccess,
        refuses=(NotFound, InvalidInput, LimitReached),
    )
    edit_event = mutation(
        resolvers.edit_event,
        input=EditEventInput,
        returns=EditEventSuccess,
        refuses=(NotFound, NotAllowed, Conflict, InvalidInput),
    )
    cancel_event = mutation(
        resolvers.cancel_event,
        input=CancelEventInput,
        returns=CancelEventSuccess,
        refuses=(NotFound, NotAllowed),
    )
    delete_event = mutation(
        resolvers.delete_event,
        input=DeleteEventInput,
        returns=DeleteEventSuccess,
        refuses=(NotFound, NotAllowed),
    )
