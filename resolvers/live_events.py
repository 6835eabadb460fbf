"""Live events as streams tell them: to whom, until when, and together with which others."""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.facts import Fact
from domain.viewer import Viewer
from execution.telling import Teller, Telling
from realtime.following import Gap, Heartbeat, Item
from realtime.topics import Topic
from resolvers.services import Services

_LIST = "live"


# Those of a round are many, and to make a frozen instance takes three times as long.
@dataclass(slots=True, eq=False)
class Event:
    """One event of a stream, as the GraphQL types of live events show it.

    Attributes:
        cursor: where a stream goes on after it.
        at: when it happened.
        told: the fact, gap or heartbeat; its attributes are the event's too.
        member: whom it is told, for the telling.
        telling: how it is told together with other streams; None when it is only told here.
    """

    cursor: str
    at: datetime
    told: Fact | Gap | Heartbeat
    member: "Member | None" = None
    telling: Telling | None = None

    @property
    def kind(self) -> str:
        """The name of its GraphQL type."""
        return type(self.told).__name__

    def __getattr__(self, name: str) -> Any:
        return getattr(self.told, name)


@dataclass(slots=True, eq=False)
class Member:
    """Somebody in a round: a session, of which several streams may tell the same.

    Attributes:
        viewer: whose it is, as the database says now.
    """

    viewer: Viewer


@dataclass(slots=True, eq=False)
class Listening:
    """Somebody who listens: as which viewer, to what.

    Attributes:
        services: what the process holds.
        viewer: who it was when the stream began.
        topic: their inbox.
        wanted: says which facts this stream tells; None for all.
        conversation_id: the one conversation that it tells of, whose end is its end.
        teller: by which it may be told at once.
    """

    services: Services
    viewer: Viewer
    topic: Topic
    wanted: Callable[[Fact], bool] | None = None
    conversation_id: UUID | None = None
    teller: Teller | None = None

    @property
    def session(self) -> int:
        """Tells the session from others."""
        return self.viewer.session_id.int

    def event(self, told: Gap | Heartbeat) -> Event:
        """Tell a word about the stream itself."""
        return Event(cursor_at(self.services, self.topic, told.position), datetime.now(UTC), told)


Told = Sequence[tuple[Item, Event | Exception | None]]
"""Each item of a page with its event: None when it is not told, an exception when it cannot be."""


@dataclass(slots=True, eq=False)
class Judged:
    """A page as the streams of a session tell it that want the same.

    Attributes:
        told: what they tell.
        sure_until: until when that may be told, by the clock of the event loop; what is told
            later is to be judged anew.
    """

    told: Told
    sure_until: float = 0.0
    _bodies: dict[Hashable, list[bytes] | None] = field(default_factory=dict)
    _prepared: set[Hashable] = field(default_factory=set)

    def bodies(self, kind: Hashable) -> list[bytes] | None:
        """What it comes to as JSON; None when a stream has to render something by itself.

        Args:
            kind: what a stream selects, see `Telling.body`.
        """
        try:
            return self._bodies[kind]
        except KeyError:
            bodies = self._bodies[kind] = self._rendered(kind)
            return bodies

    def _rendered(self, kind: Hashable) -> list[bytes] | None:
        bodies: list[bytes] = []
        for _, event in self.told:
            if event is None:
                continue
            if isinstance(event, Exception) or event.telling is None:
                return None
            body = event.telling.body(kind, event.member, event.cursor)
            if body is None:
                return None
            bodies.append(body)
        return bodies

    def is_prepared(self, kind: Hashable) -> bool:
        """Whether it has begun to render what `bodies` needs for such streams."""
        return kind in self._prepared

    def prepare(self, teller: Teller) -> "list[asyncio.Task[None]]":
        """Begin to render what `bodies` needs for a stream; answers what does so."""
        self._prepared.add(teller.kind)
        tasks = [
            teller.prepare(event.telling, event.member)
            for _, event in self.told
            if isinstance(event, Event) and event.telling and event.telling.is_shared
        ]
        return [task for task in tasks if task is not None]


def cursor_at(services: Services, topic: Topic, position: int) -> str:
    """Sign a position of a topic."""
    return services.cursors.encode(_LIST, [topic, position])


def position_of(services: Services, topic: Topic, cursor: str) -> int | None:
    """Read a position of a topic; None when the cursor is of another one.

    Raises:
        BadCursor: it is no cursor of live events.
    """
    whose, position = services.cursors.decode(_LIST, cursor)
    return int(position) if whose == topic else None
