"""Handles: the names by which people can be mentioned."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import handles
from domain.refusals import Conflict, InvalidInput
from resolvers import handles as resolvers
from schema.building import MutationInput, loaded, mutation

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@strawberry.type
class HandleOfProfile:
    """How a person can be mentioned."""

    handle: str | None = loaded(
        handles.of_profiles,
        key="profile_id",
        description="Their name for mentions, without the `@`; null when they have chosen none.",
    )


@strawberry.input
class SetHandleInput(MutationInput):
    """What `setHandle` takes."""

    handle: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "3 to 30 letters from A to Z, digits or underscores, unique in any case of letters; "
            "none when left out: nobody can mention you then."
        ),
    )


@strawberry.type
class SetHandleSuccess:
    """This is how you can be mentioned."""

    profile: ProfileView = strawberry.field(description="Your profile.")


@strawberry.type
class HandleMutations:
    """What can be done with handles."""

    set_handle = mutation(
        resolvers.set_handle,
        input=SetHandleInput,
        returns=SetHandleSuccess,
        refuses=(InvalidInput, Conflict),
    )
