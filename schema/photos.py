"""Photos: what people do with the images on their profiles."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from resolvers import photos as resolvers
from schema.building import MutationInput, mutation

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@strawberry.input
class AddPhotoInput(MutationInput):
    """What `addPhoto` needs."""

    media_id: strawberry.ID = strawberry.field(description="An image that you uploaded.")


@strawberry.type
class AddPhotoSuccess:
    """The image is on your profile."""

    profile: ProfileView = strawberry.field(description="Your profile as it is now.")


@strawberry.input
class DeletePhotoInput(MutationInput):
    """What `deletePhoto` needs."""

    media_id: strawberry.ID = strawberry.field(description="One of your photos.")


@strawberry.type
class DeletePhotoSuccess:
    """The photo is off your profile."""

    profile: ProfileView = strawberry.field(description="Your profile as it is now.")


@strawberry.input
class ReorderPhotosInput(MutationInput):
    """What `reorderPhotos` needs."""

    media_ids: list[strawberry.ID] = strawberry.field(
        description="Each of your photos once, in their new order."
    )


@strawberry.type
class ReorderPhotosSuccess:
    """Your photos are shown in this order now."""

    profile: ProfileView = strawberry.field(description="Your profile as it is now.")


@strawberry.type
class PhotoMutations:
    """What can be done with photos."""

    add_photo = mutation(
        resolvers.add_photo,
        input=AddPhotoInput,
        returns=AddPhotoSuccess,
        refuses=(InvalidInput, NotFound, LimitReached),
    )
    delete_photo = mutation(
        resolvers.delete_photo,
        input=DeletePhotoInput,
        returns=DeletePhotoSuccess,
        refuses=(NotFound, NotAllowed),
    )
    reorder_photos = mutation(
        resolvers.reorder_photos,
        input=ReorderPhotosInput,
        returns=ReorderPhotosSuccess,
        refuses=(InvalidInput, NotFound),
    )
