"""Companions: the animals that people live with."""

from datetime import date

import strawberry

from domain.refusals import InvalidInput, LimitReached, NotFound
from persistence import models
from resolvers import companions as resolvers
from schema.building import MutationInput, mutation, view_of
from schema.nodes import Node


@view_of(models.Companion)
class Companion(Node):
    """An animal that lives with a person."""

    kind: str = strawberry.field(description="`dog`, `cat`, or another word.")
    name: str = strawberry.field(description="What it is called.")
    breed: str | None = strawberry.field(description="Its breed.")
    birth_date: date | None = strawberry.field(description="When it was born.")
    temperament: str | None = strawberry.field(description="What it is like.")


@strawberry.input
class AddCompanionInput(MutationInput):
    """What `addCompanion` needs."""

    kind: str = strawberry.field(description="`dog`, `cat`, or another word, 1 to 30 characters.")
    name: str = strawberry.field(description="1 to 50 characters.")
    breed: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 50 characters."
    )
    birth_date: date | None = strawberry.field(
        default=strawberry.UNSET, description="Not in the future."
    )
    temperament: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 200 characters."
    )


@strawberry.type
class AddCompanionSuccess:
    """The companion is on your profile."""

    companion: Companion = strawberry.field(description="The new companion.")


@strawberry.input
class UpdateCompanionInput(MutationInput):
    """What `updateCompanion` needs; what is left out stays, null takes it back."""

    companion_id: strawberry.ID = strawberry.field(description="The companion, one of yours.")
    kind: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 30 characters; cannot be taken back."
    )
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 50 characters; cannot be taken back."
    )
    breed: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 50 characters."
    )
    birth_date: date | None = strawberry.field(
        default=strawberry.UNSET, description="Not in the future."
    )
    temperament: str | None = strawberry.field(
        default=strawberry.UNSET, description="At most 200 characters."
    )


@strawberry.type
class UpdateCompanionSuccess:
    """The companion is changed."""

    companion: Companion = strawberry.field(description="The companion as it is now.")


@strawberry.input
class RemoveCompanionInput(MutationInput):
    """What `removeCompanion` needs."""

    companion_id: strawberry.ID = strawberry.field(description="The companion, one of yours.")


@strawberry.type
class RemoveCompanionSuccess:
    """The companion is on your profile no more."""

    removed_companion_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type
class CompanionMutations:
    """What can be done with companions."""

    add_companion = mutation(
        resolvers.add_companion,
        input=AddCompanionInput,
        returns=AddCompanionSuccess,
        refuses=(InvalidInput, LimitReached),
    )
    update_companion = mutation(
        resolvers.update_companion,
        input=UpdateCompanionInput,
        returns=UpdateCompanionSuccess,
        refuses=(InvalidInput, NotFound),
    )
    remove_companion = mutation(
        resolvers.remove_companion,
        input=RemoveCompanionInput,
        returns=RemoveCompanionSuccess,
        refuses=(NotFound,),
    )
