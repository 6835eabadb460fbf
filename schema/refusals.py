"""Refusals as GraphQL types: the "no" that a mutation may answer instead of its success."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain import refusals
from domain.refusals import InvalidFieldCode
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.places import Place

PlaceView = Annotated["Place", strawberry.lazy("schema.places")]


shown_enum(
    InvalidFieldCode,
    MISSING="It has to be given, and not to be empty.",
    TOO_SHORT="A text of too few characters.",
    TOO_LONG="A text of too many characters.",
    TOO_MANY="A list of too many entries.",
    OUT_OF_RANGE="A number, a size or a time outside of what is possible.",
    UNKNOWN="None of the possible choices, or the name or cursor of nothing that is there.",
    DUPLICATE="Something is named twice.",
    CONFLICTING="It does not go with another part of the input.",
    WRONG="A password or a code that is not the right one.",
    WEAK="A password that is too easy to guess.",
    MALFORMED="It is not written as it has to be, or wrong in some other way.",
)


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
    code: InvalidFieldCode = strawberry.field(
        description="What is wrong there, to be said in the app's own words."
    )
    message: str = strawberry.field(
        description="One sentence in English with the input's names, rather for developers."
    )


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
        "fields": [
            InvalidField(path=field.path, code=field.code, message=field.message)
            for field in refusal.fields
        ]
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
