"""Results: what an operation came to, ready to be sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from execution import json

PresentError = Callable[[GraphQLError], tuple[str, dict[str, Any]]]
"""Says what a client may know of an error: the message, and extensions with a `code`."""


@dataclass(frozen=True, slots=True)
class Result:
    """The response to one operation, or to one event of a subscription.

    Attributes:
        data: what was selected; None when an error reached the root.
        errors: as the client sees them, each with `extensions.code`.
        extensions: about the response as a whole.
        executed: False when the request was refused before its execution began; such a response
            has no entry `data`.
        body: the response as JSON.
    """

    data: dict[str, Any] | None = None
    errors: Sequence[dict[str, Any]] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)
    executed: bool = True
    body: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        response: dict[str, Any] = {}
        if self.errors:
            response["errors"] = self.errors
        if self.executed:
            response["data"] = self.data
        if self.extensions:
            response["extensions"] = self.extensions
        object.__setattr__(self, "body", json.encode(response))

    @property
    def codes(self) -> list[str]:
        """The codes of its errors, in order."""
        return [error["extensions"]["code"] for error in self.errors]


def shown_error(error: GraphQLError, present_error: PresentError) -> dict[str, Any]:
    """Render an error as the client sees it."""
    message, extensions = present_error(error)
    shown: dict[str, Any] = {"message": message}
    if error.locations:
        shown["locations"] = [
            {"line": location.line, "column": location.column} for location in error.locations
        ]
    if error.path is not None:
        shown["path"] = error.path
    shown["extensions"] = {"code": "INTERNAL", **extensions}
    return shown
