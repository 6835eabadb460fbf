"""Locations: where people are, and how far from each other, as others may know it."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.refusals import InvalidInput, LimitReached
from resolvers import locations as resolvers
from schema.building import MutationInput, mutation
from schema.scalars import DistanceUnit

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@strawberry.type
class DistanceBand:
    """Roughly how far somebody is: never exact, and not from where they are but near it.

    Bands meet at 2, 5, 10, 25, 50 and 100 of the unit.
    """

    at_least: float = strawberry.field(description="The nearest that it may be.")
    at_most: float | None = strawberry.field(
        description="The farthest that it may be; null for 100 or more."
    )
    unit: DistanceUnit = strawberry.field(description="The unit of both.")


@strawberry.type
class Coordinates:
    """A point on Earth."""

    latitude: float = strawberry.field(description="In degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="In degrees east, -180 to 180.")


@strawberry.input
class GeoPoint:
    """A point on Earth."""

    latitude: float = strawberry.field(description="In degrees north, -90 to 90.")
    longitude: float = strawberry.field(description="In degrees east, -180 to 180.")


@strawberry.input
class UpdateLocationInput(MutationInput):
    """What `updateLocation` needs."""

    location: GeoPoint = strawberry.field(description="Where you are; others never see it.")
    city: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="What others read, at most 100 characters; stays when left out.",
    )


@strawberry.type
class UpdateLocationSuccess:
    """Your location is known."""

    profile: ProfileView = strawberry.field(description="Your profile.")


@strawberry.input
class ClearLocationInput(MutationInput):
    """What `clearLocation` takes."""


@strawberry.type
class ClearLocationSuccess:
    """Your location is forgotten."""

    profile: ProfileView = strawberry.field(description="Your profile.")


@strawberry.type
class LocationMutations:
    """What can be done with locations."""

    update_location = mutation(
        resolvers.update_location,
        input=UpdateLocationInput,
        returns=UpdateLocationSuccess,
        refuses=(InvalidInput, LimitReached),
    )
    clear_location = mutation(
        resolvers.clear_location,
        input=ClearLocationInput,
        returns=ClearLocationSuccess,
    )
