"""The viewer: the person on whose behalf something is read or done."""

from dataclasses import dataclass
from uuid import UUID


class Unauthenticated(Exception):
    """Nobody is signed in, or not any more: their account was deleted a moment ago."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person.

    Attributes:
        account_id: their account; the profile has the same key.
        session_id: the session through which they act.
        is_staff: whether they may see and do what staff may.
        is_verified: whether their e-mail address is verified.
    """

    account_id: UUID
    session_id: UUID
    is_staff: bool = False
    is_verified: bool = False

    @property
    def profile_id(self) -> UUID:
        """The key of the person's profile."""
        return self.account_id
