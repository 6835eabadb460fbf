"""Refusals: why a verb does not do what was asked, as kinds with a stable code and a sentence.

::

    Refusal
     ├── NotFound             what is hidden and what is missing look alike
     ├── NotAllowed           not yours, or not now
     ├── InvalidInput         with the fields that are wrong
     ├── Conflict             somebody or something else was first
     ├── LimitReached         a limit of the product, with the time at which it ends
     ├── RateLimited          too often
     ├── DuplicatePlace       may be there already, with the places that it may be
     └── IdempotencyConflict  the client's key was used with another input
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Refusal(Exception):
    """A verb's typed "no".

    Args:
        code: stable, for programs, like ``MATCH_NOT_FOUND``.
        message: one sentence for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotFound(Refusal):
    """There is no such thing for this viewer."""

    def __init__(self, noun: str) -> None:
        """Refuse because a thing is missing or hidden.

        Args:
            noun: the thing, as in the schema: ``Post``.
        """
        code = "".join(f"_{c}" if c.isupper() else c for c in noun).strip("_").upper()
        super().__init__(f"{code}_NOT_FOUND", f"There is no such {noun[0].lower() + noun[1:]}.")


class NotAllowed(Refusal):
    """The viewer may not do this, or not now."""


class InvalidFieldCode(StrEnum):
    """What is wrong with a part of an input, so that apps can say it in words of their own."""

    MISSING = "missing"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    CONFLICTING = "conflicting"
    WRONG = "wrong"
    WEAK = "weak"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class InvalidField:
    """One thing that is wrong with an input.

    Attributes:
        path: where, in the schema's names: ``prompts.2.answer``.
        message: one sentence for developers.
        code: for programs.
    """

    path: str
    message: str
    code: InvalidFieldCode = InvalidFieldCode.MALFORMED


class InvalidInput(Refusal):
    """The input breaks rules; `fields` says which."""

    def __init__(self, fields: Sequence[InvalidField]) -> None:
        """Refuse an input for all that is wrong with it at once."""
        super().__init__("INVALID_INPUT", " ".join(field.message for field in fields))
        self.fields = list(fields)

    @classmethod
    def of(
        cls, path: str, message: str, code: InvalidFieldCode = InvalidFieldCode.MALFORMED
    ) -> "InvalidInput":
        """Refuse an input for one field."""
        return cls([InvalidField(path, message, code)])


class Conflict(Refusal):
    """Something else was first."""


class LimitReached(Refusal):
    """A limit of the product is used up; `resets_at` says until when, when it renews."""

    def __init__(self, code: str, message: str, resets_at: datetime | None = None) -> None:
        super().__init__(code, message)
        self.resets_at = resets_at


class RateLimited(Refusal):
    """Too many attempts; try again after `retry_after` seconds."""

    def __init__(self, code: str, message: str, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class DuplicatePlace(Refusal):
    """A place may be there already; `duplicates` says as which."""

    def __init__(self, duplicates: Sequence[Any]) -> None:
        """Refuse a new place because of places near by of about its name.

        Args:
            duplicates: these places, the most similar first.
        """
        super().__init__("DUPLICATE_PLACE", "There is a place of about this name near by.")
        self.duplicates = list(duplicates)


class IdempotencyConflict(Refusal):
    """The `clientMutationId` was used before with another input."""

    def __init__(self) -> None:
        super().__init__(
            "IDEMPOTENCY_CONFLICT", "This clientMutationId was used before with another input."
        )
