"""What happens to events, as facts."""

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, kw_only=True)
class EventLost(Fact):
    """An event to which somebody wanted to go is gone with the account of its host.

    It says itself what has to be told, as there is nothing left to look at.
    """

    event_id: UUID
    profile_id: UUID
    title: str
    starts_at: datetime
    time_zone: str
