"""Refusals as GraphQL types: the "no" that a mutation may answer instead of its success."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain import refusals

if TYPE_CHECKING:
    from schema.places import Place

PlaceView = Annotated["Place", strawberry.lazy("schema.places")]


@strawberry.interface
class Refusal:
    """Why a mutation did not do what was asked. Nothing has changed."""

    code: str = strawberry.field(description="Stable, for programs, like `MATCH_NOT_FOUND`.")
    message: str = strawberry.field(description="One sentence for people.")


@strawberry.type
class NotFound(Refusal):
    """There is no such thing for you: it is missing, or hidden from you."""


@strawberry.type
class NotAllowed(Refusal):
    """You may not do this, or not now."""


@strawberry.type
class InvalidField:
    """One thing that is wrong with an input."""

    path: str = strawberry.field(description="Where, in the input's names: `prompts.2.answer`.")
    message: str = strawberry.field(description="One sentence for people.")


@strawberry.type
class InvalidInput(Refusal):
    """The input breaks rules; all that is wrong is told at once."""

    fields: list[InvalidField] = strawberry.field(description="What is wrong.")


@strawberry.type
class Conflict(Refusal):
    """Something else was first."""


@strawberry.type
class LimitReached(Refusal):
    """A limit is used up."""

    resets_at: datetime | None = strawberry.field(description="When it renews, if it does.")


@strawberry.type
class RateLimited(Refusal):
    """Too many attempts."""

    retry_after: int = strawberry.field(description="Try again after so many seconds.")


@strawberry.type
class DuplicatePlace(Refusal):
    """A place of about this name is near by: look whether it is the same."""

    duplicates: list[PlaceView] = strawberry.field(
        description="Up to five places that it may be, the most similar name first."
    )


@strawberry.type
class IdempotencyConflict(Refusal):
    """The `clientMutationId` was used before with another input."""


_EXTRAS: dict[type[refusals.Refusal], Callable[[Any], dict[str, Any]]] = {
    refusals.InvalidInput: lambda refusal: {
        "fields": [InvalidField(path=f.path, message=f.message) for f in refusal.fields]
    },
    refusals.LimitReached: lambda refusal: {"resets_at": refusal.resets_at},
    refusals.DuplicatePlace: lambda refusal: {"duplicates": refusal.duplicates},
    refusals.RateLimited: lambda refusal: {"retry_after": refusal.retry_after},
}

_VIEWS: dict[type[refusals.Refusal], type[Refusal]] = {
    refusals.NotFound: NotFound,
    refusals.NotAllowed: NotAllowed,
    refusals.InvalidInput: InvalidInput,
    refusals.Conflict: Conflict,
    refusals.LimitReached: LimitReached,
    refusals.RateLimited: RateLimited,
    refusals.DuplicatePlace: DuplicatePlace,
    refusals.IdempotencyConflict: IdempotencyConflict,
}


def view_type(kind: type[refusals.Refusal]) -> type[Refusal]:
    """The GraphQL type of a kind of refusal."""
    return _VIEWS[kind]


def shown(refusal: refusals.Refusal) -> Refusal:
    """Copy a refusal into its GraphQL type; graphql-core takes a returned exception as raised."""
    kind = type(refusal)
    extras = _EXTRAS.get(kind, lambda _: {})(refusal)
    return _VIEWS[kind](code=refusal.code, message=refusal.message, **extras)
