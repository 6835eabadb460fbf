"""What happens to events, as facts."""

from dataclasses import dataclass
from uuid import UUID

from domain.facts import Fact


@dataclass(frozen=True, kw_only=True)
class EventCreated(Fact):
    """Somebody invites to an event."""

    event_id: UUID
    host_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventChanged(Fact):
    """What is said of an event has changed.

    Attributes:
        editor_id: who changed it, of those who hold it.
        changes: the columns that changed.
    """

    event_id: UUID
    editor_id: UUID
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EventCancelled(Fact):
    """An event does not take place."""

    event_id: UUID
    editor_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventDeleted(Fact):
    """A host took an event back."""

    event_id: UUID
    host_id: UUID
