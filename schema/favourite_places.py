"""Favourite places: where people like to go, which they alone see."""

import strawberry

from dataloaders import favourite_places
from domain.refusals import NotFound
from resolvers import favourite_places as resolvers
from schema.building import MutationInput, loaded, mutation
from schema.connections import Connection
from schema.places import Place


@strawberry.input
class FavouritePlaceInput(MutationInput):
    """What `favouritePlace` needs."""

    place_id: strawberry.ID = strawberry.field(description="Any place.")


@strawberry.type
class FavouritePlaceSuccess:
    """The place is one of your favourites."""

    place: Place = strawberry.field(description="The place.")


@strawberry.input
class UnfavouritePlaceInput(MutationInput):
    """What `unfavouritePlace` needs."""

    place_id: strawberry.ID = strawberry.field(description="Any place.")


@strawberry.type
class UnfavouritePlaceSuccess:
    """The place is none of your favourites."""

    place: Place = strawberry.field(description="The place.")


@strawberry.type
class FavouritePlaceMutations:
    """What can be done with favourite places."""

    favourite_place = mutation(
        resolvers.favourite_place,
        input=FavouritePlaceInput,
        returns=FavouritePlaceSuccess,
        refuses=(NotFound,),
    )
    unfavourite_place = mutation(
        resolvers.unfavourite_place,
        input=UnfavouritePlaceInput,
        returns=UnfavouritePlaceSuccess,
        refuses=(NotFound,),
    )


@strawberry.type
class FavouritePlacesOfViewer:
    """The viewer's favourite places."""

    favourite_places: Connection[Place] = loaded(
        favourite_places.of_person,
        key="profile_id",
        description="Where you like to go, the newest favourite first; nobody else sees them.",
    )
