"""Search engines: who finds texts by their words in place of PostgreSQL, or nobody."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Text:
    """A thing as an engine reads it.

    Attributes:
        kind: what it is, like ``posts``.
        subject_id: its key.
        owner_id: with whose account it goes; None when nobody owns it.
        title: its name or title, or nothing.
        body: what it says.
    """

    kind: str
    subject_id: UUID
    owner_id: UUID | None
    title: str
    body: str


class SearchEngine(ABC):
    """Finds texts; what it finds may be hidden or gone, which whoever shows it asks the database.

    Every method raises `VendorAway` when the engine does not answer, and `VendorRefused` when it
    does not want this.

    Attributes:
        name: how answers call it.
    """

    name: str
    is_there: bool = True
    """Whether there is an engine at all."""

    @abstractmethod
    async def find(self, query: str, kinds: Sequence[str], *, most: int) -> list[tuple[str, UUID]]:
        """Give kinds and keys of texts that match, the best first; asked once, for a second."""

    @abstractmethod
    async def put(self, texts: Sequence[Text]) -> None:
        """Let it know texts, in place of what it knows of the same things."""

    @abstractmethod
    async def remove(self, kind: str, subject_ids: Sequence[UUID]) -> None:
        """Let it forget texts; those that it does not know are no error."""

    @abstractmethod
    async def remove_of(self, owner_id: UUID) -> None:
        """Let it forget whatever goes with an account."""

    @abstractmethod
    async def remove_before(self, moment: datetime) -> None:
        """Let it forget what it was last told before a moment."""

    @abstractmethod
    async def close(self) -> None:
        """Close the connections."""


class NullSearchEngine(SearchEngine):
    """No engine: PostgreSQL finds."""

    name = "postgresql"
    is_there = False

    async def find(self, query: str, kinds: Sequence[str], *, most: int) -> list[tuple[str, UUID]]:
        """Find nothing; see `SearchEngine.find`."""
        return []

    async def put(self, texts: Sequence[Text]) -> None:
        """Do nothing; see `SearchEngine.put`."""

    async def remove(self, kind: str, subject_ids: Sequence[UUID]) -> None:
        """Do nothing; see `SearchEngine.remove`."""

    async def remove_of(self, owner_id: UUID) -> None:
        """Do nothing; see `SearchEngine.remove_of`."""

    async def remove_before(self, moment: datetime) -> None:
        """Do nothing; see `SearchEngine.remove_before`."""

    async def close(self) -> None:
        """Do nothing; see `SearchEngine.close`."""
