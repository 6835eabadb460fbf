"""Places: where people can meet."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from dataloaders import favourite_places
from dataloaders import places as loaders
from domain import places as rules
from domain.places import PlaceCategory
from domain.refusals import DuplicatePlace, InvalidInput, LimitReached, NotAllowed, NotFound
from persistence import models
from resolvers import places as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.connections import Connection
from schema.locations import Coordinates, GeoPoint
from schema.media import Media
from schema.nodes import Node
from schema.scalars import DistanceUnit, shown_enum
from schema.weekly_hours import WeeklyHours, WeeklyHoursInput

shown_enum(
    PlaceCategory,
    PLAYGROUND="Where children play.",
    PARK="Green, and open to all.",
    DOG_PARK="Where dogs run free.",
    CAFE="Coffee, tea and cake.",
    RESTAURANT="Meals.",
    BAR="Drinks, mostly in the evening.",
    MUSEUM="Art, history, science.",
    LIBRARY="Books, and quiet.",
    CINEMA="Films, theatre, concerts.",
    SPORT="Courts, halls and fields.",
    SWIMMING="Pools, lakes and beaches.",
    VIEWPOINT="A look over the city or the country.",
    MARKET="Stalls and shops.",
    WORKSPACE="Where people work side by side.",
    COMMUNITY_CENTRE="Rooms for neighbours and clubs.",
    OTHER="None of these.",
)

_NAME = "What it is called, 1 to 150 characters."
_COUNTRY = "In which country, as in ISO 3166-1: `DE`."
_MEDIA = "Its photos in their order, at most 10 images that you uploaded and use nowhere else"


@view_of(models.Place)
class Place(Node):
    """A public place where people can meet. It stays when the account of who added it goes."""

    name: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What there is.")
    address: str | None = strawberry.field(description="Street and number.")
    city: str | None = strawberry.field(description="In which city.")
    country: str | None = strawberry.field(description=_COUNTRY)
    time_zone: str | None = strawberry.field(
        description="Its time zone, as in the IANA database: `Europe/Berlin`."
    )
    attributes: list[str] = strawberry.field(description="What else it has.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it was last corrected.")
    is_favourite: bool = loaded(
        favourite_places.are_favourites,
        key="place_id",
        description="Whether it is one of your favourites.",
    )
    photos: list[Media] = loaded(
        loaders.photos_of,
        key="place_id",
        description="Its photos, of people whom you may see; your own before they are ready.",
    )

    @strawberry.field(description="What kind of place it is.")
    def category(root: strawberry.Parent[Any]) -> PlaceCategory:
        return PlaceCategory(root.category)

    @strawberry.field(description="Where it is.")
    def location(root: strawberry.Parent[Any]) -> Coordinates:
        return Coordinates(latitude=root.latitude, longitude=root.longitude)

    @strawberry.field(
        description="When it is open, by its own clock, from Monday on; null when nobody has said."
    )
    def opening_hours(root: strawberry.Parent[Any]) -> list[WeeklyHours] | None:
        # A view shows any object that has its attributes.
        return resolvers.hours_of(root.opening_hours)  # type: ignore[return-value]

    @strawberry.field(description="Whether it is open; null when nobody has said its hours.")
    def is_open(
        root: strawberry.Parent[Any],
        at: Annotated[
            datetime | None, strawberry.argument(description="When; now if unsaid.")
        ] = None,
    ) -> bool | None:
        return resolvers.is_open(root, at)

    @strawberry.field(
        description=(
            "How far it is along a great circle of a sphere of 6,378.168 km; null when neither "
            "`from` nor your location says from where."
        )
    )
    async def distance(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        start: Annotated[
            GeoPoint | None,
            strawberry.argument(name="from", description="From where; your location if unsaid."),
        ] = None,
        unit: Annotated[
            DistanceUnit, strawberry.argument(description="In what.")
        ] = DistanceUnit.KILOMETRES,
    ) -> float | None:
        return await resolvers.distance_to(info.context, root, start, unit)

    @strawberry.field(description="Whether you may correct and remove it.")
    def can_edit(root: strawberry.Parent[Any], info: strawberry.Info) -> bool:
        return rules.may_edit(root, info.context.viewer)


@strawberry.input
class PlaceFacts:
    """What can be said of a place besides its name, its kind and where it is."""

    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What there is, at most 2,000 characters."
    )
    address: str | None = strawberry.field(
        default=strawberry.UNSET, description="Street and number, at most 200 characters."
    )
    city: str | None = strawberry.field(
        default=strawberry.UNSET, description="In which city, at most 100 characters."
    )
    country: str | None = strawberry.field(default=strawberry.UNSET, description=_COUNTRY)
    time_zone: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "Its time zone, as in the IANA database: `Europe/Berlin`; opening hours need it."
        ),
    )
    opening_hours: list[WeeklyHoursInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "When it is open, by its own clock, at most 28 entries; null when nobody knows."
        ),
    )
    attributes: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="What else it has, at most 30 entries: `fenced`, `wheelchair accessible`.",
    )


@strawberry.input
class AddPlaceInput(PlaceFacts, MutationInput):
    """What `addPlace` needs."""

    name: str = strawberry.field(description=_NAME)
    category: PlaceCategory = strawberry.field(description="What kind of place it is.")
    location: GeoPoint = strawberry.field(description="Where it is.")
    media_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description=f"{_MEDIA}."
    )
    is_new: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether you know that it is none of the places near by.",
    )


@strawberry.type
class AddPlaceSuccess:
    """The place is there."""

    place: Place = strawberry.field(description="The new place.")


@strawberry.input
class EditPlaceInput(PlaceFacts, MutationInput):
    """What `editPlace` needs; what is left out stays, null takes back what can be empty."""

    place_id: strawberry.ID = strawberry.field(description="A place that you may correct.")
    name: str | None = strawberry.field(default=strawberry.UNSET, description=_NAME)
    category: PlaceCategory | None = strawberry.field(
        default=strawberry.UNSET, description="What kind of place it is."
    )
    location: GeoPoint | None = strawberry.field(
        default=strawberry.UNSET, description="Where it is."
    )
    media_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description=f"{_MEDIA}, and those of them that stay."
    )


@strawberry.type
class EditPlaceSuccess:
    """This is what the place is said to be now."""

    place: Place = strawberry.field(description="The place.")


@strawberry.input
class RemovePlaceInput(MutationInput):
    """What `removePlace` needs."""

    place_id: strawberry.ID = strawberry.field(description="A place that you may remove.")


@strawberry.type
class RemovePlaceSuccess:
    """The place is gone."""

    removed_place_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type
class PlaceQueries:
    """What can be asked about places."""

    place: Place | None = resolve(resolvers.place)
    places: Connection[Place] = resolve(resolvers.listed)


@strawberry.type
class PlaceMutations:
    """What can be done with places."""

    add_place = mutation(
        resolvers.add_place,
        input=AddPlaceInput,
        returns=AddPlaceSuccess,
        refuses=(InvalidInput, NotFound, NotAllowed, LimitReached, DuplicatePlace),
    )
    edit_place = mutation(
        resolvers.edit_place,
        input=EditPlaceInput,
        returns=EditPlaceSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput),
    )
    remove_place = mutation(
        resolvers.remove_place,
        input=RemovePlaceInput,
        returns=RemovePlaceSuccess,
        refuses=(NotFound, NotAllowed),
    )
