"""Judging: who of those who listen may be told what, decided for all of a round at once.

Sessions and visibility are asked for anew for every event and for every viewer; what many may be
told is then read and rendered once for all for whom it comes to the same.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from dataloaders import conversations
from dataloaders.reader import Reader
from domain.facts import Fact
from domain.viewer import Viewer
from execution.declarations import Batch
from execution.telling import Company, Telling
from persistence.database import Database
from persistence.joint import JointAnswers, JointReads
from realtime.following import Item
from realtime.log import Entry
from realtime.rounds import Waiting
from resolvers import authentication
from resolvers.context import Context
from resolvers.live_events import Event, Judged, Listening, Member, cursor_at
from resolvers.services import Services

Need = tuple[Batch, Any]
"""What a viewer must be able to load: by a batch function, of a key."""

NeedsOf = Callable[[Fact], Sequence[Need] | None]
"""What a viewer must be able to load to be told a fact; None when nobody is told any more."""

SURE_SECONDS = 1.0
"""How long it holds what sessions and visibility were found to be."""

_TURN = 50
"""After so many items others have their turn on the event loop."""

_RENDERING_SECONDS = 0.05
"""How long a round waits for what many are told at once; who selects what takes longer is woken."""


async def judge(
    waiting: Sequence[Waiting], shown: Container[str], needs_of: NeedsOf
) -> list[Judged | None]:
    """Say what these streams are told now of what is in their logs.

    It takes one statement for all sessions, and one for each kind of thing that must be visible
    and each set of keys of it: so as many for an event that a thousand are told as for one. What
    has taken too long to be sure of is judged anew, once: with a database as slow as that, more
    would tell nobody anything.

    Args:
        waiting: followers whose `listener` is a `Listening`, each with its items.
        shown: the kinds of facts that clients are told.
        needs_of: what the viewer must still be able to load for that.

    Returns:
        For each; None when its session, or its one conversation, has ended.
    """
    clock = asyncio.get_running_loop().time
    begun = clock()
    told = await _judged(waiting, shown, needs_of)
    if clock() > begun + SURE_SECONDS:
        begun = clock()
        told = await _judged(waiting, shown, needs_of)
    now = clock()
    sure_until = (begun if now <= begun + SURE_SECONDS else now) + SURE_SECONDS
    for page in told:
        if page is not None:
            page.sure_until = sure_until
    await _prepare(waiting, told)
    return told


async def _prepare(waiting: Sequence[Waiting], told: Sequence[Judged | None]) -> None:
    """Render what is told at once, each selection once for all."""
    tasks = set()
    for (follower, _), page in zip(waiting, told, strict=True):
        teller = follower.listener.teller
        if page is not None and teller is not None and not page.is_prepared(teller.kind):
            tasks.update(page.prepare(teller))
    if tasks:
        await asyncio.wait(tasks, timeout=_RENDERING_SECONDS)


async def _judged(
    waiting: Sequence[Waiting], shown: Container[str], needs_of: NeedsOf
) -> list[Judged | None]:
    services: Services = waiting[0][0].listener.services
    sessions = {follower.listener.session: follower.listener.viewer for follower, _ in waiting}
    viewers = await authentication.look_up_all(services, sessions.values())
    bench = _Bench(services, shown, needs_of, viewers)
    asked = []
    for follower, items in waiting:
        asked.append(bench.ask(follower.listener, items))
        if bench.is_turn_over():
            await asyncio.sleep(0)
    await bench.sight.look()
    told = []
    for request in asked:
        told.append(None if request is None else bench.judged(request))
        if bench.is_turn_over():
            await asyncio.sleep(0)
    return told


class FactTelling(Telling):
    """A fact on its way to the streams of one round."""

    def __init__(self, services: Services, answers: JointAnswers, fact: Fact, at: datetime) -> None:
        super().__init__()
        self.mark = secrets.token_urlsafe(24)
        self.event = Event(self.mark, at, fact)
        self.members: dict[Member, None] = {}
        self._services = services
        self._answers = answers

    def context(self, company: Company) -> Context:
        """Make the context of a run for a company; it only reads."""
        services = self._services
        return Context(
            services=services,
            database=cast("Database", _reads_for(company, self._answers)),
            cursors=services.cursors,
            viewer=company.speaker.viewer,
            live_cursor=self.mark,
            company=company,
        )


@dataclass(slots=True, eq=False)
class _Request:
    """What streams of one session that want the same ask to be told."""

    listening: Listening
    member: Member
    items: Sequence[Item]
    streams: int = 0
    judged: Judged | None = None


class _Sight:
    """What is visible to whom in one round: asked for together, answered by `sees`."""

    def __init__(self, services: Services, answers: JointAnswers) -> None:
        self._services = services
        self._answers = answers
        self._needs: dict[Batch, dict[Member, dict[Any, None]]] = defaultdict(dict)
        self._seen: dict[Need, set[Member]] = defaultdict(set)

    def need(self, member: Member, need: Need) -> None:
        """Note what must be visible to somebody."""
        batch, key = need
        self._needs[batch].setdefault(member, {})[key] = None

    def sees(self, member: Member, need: Need) -> bool:
        """Whether it is visible to them."""
        return member in self._seen[need]

    async def look(self) -> None:
        """See what is visible to whom: those who need the same are asked for together."""
        looks = []
        for batch, by_member in self._needs.items():
            together: dict[tuple[Any, ...], list[Member]] = defaultdict(list)
            for member, wanted in by_member.items():
                together[tuple(wanted)].append(member)
            for keys, members in together.items():
                groups = [members] if batch.is_joint else [[member] for member in members]
                looks += [self._look(batch, keys, group) for group in groups]
        await asyncio.gather(*looks)

    async def _look(self, batch: Batch, keys: Sequence[Any], members: Sequence[Member]) -> None:
        rest = members
        while rest:
            company = Company(rest[0], rest)
            values = await self._reader(company).load_many(batch, keys)
            for key, value in zip(keys, values, strict=True):
                if value:
                    self._seen[batch, key].update(company.members)
            told = set(company.members)
            rest = [member for member in rest if member not in told]

    def _reader(self, company: Company) -> Reader:
        database = self._services.database
        reads = _reads_for(company, self._answers) if len(company.members) > 1 else database
        return Reader(
            database=cast("Database", reads),
            cursors=self._services.cursors,
            viewer=company.speaker.viewer,
            company=company,
        )


class _Bench:
    """Judges one round."""

    def __init__(
        self,
        services: Services,
        shown: Container[str],
        needs_of: NeedsOf,
        viewers: Mapping[UUID, Viewer],
    ) -> None:
        self._services = services
        self._shown = shown
        self._needs_of = needs_of
        self._members = {session.int: Member(viewer) for session, viewer in viewers.items()}
        self._answers = JointAnswers(services.database)
        self._requests: dict[Any, _Request] = {}
        self._facts: dict[tuple[str, str], Fact | Exception | None] = {}
        self.sight = _Sight(services, self._answers)
        self._known_needs: dict[int, Sequence[Need] | None] = {}
        self._tellings: dict[tuple[int, datetime], FactTelling] = {}
        self._done = 0

    def is_turn_over(self) -> bool:
        """Whether so much was done since this was last so that others should have their turn."""
        if self._done < _TURN:
            return False
        self._done = 0
        return True

    def ask(self, listening: Listening, items: Sequence[Item]) -> _Request | None:
        """Note what somebody who listens asks; None when their session has ended."""
        session, place = listening.session, listening.conversation_id
        key = (session, id(items), listening.wanted, place)  # whoever asks keeps the items
        request = self._requests.get(key)
        if request is None:
            member = self._members.get(session)
            if member is None:
                return None
            request = self._requests[key] = _Request(listening, member, items)
            self._done += len(items)
            if place is not None:
                self.sight.need(member, (conversations.by_ids, place))
            for item in items:
                fact = self._fact(listening, item)
                if isinstance(fact, Fact):
                    for need in self._needs(fact) or ():
                        self.sight.need(member, need)
        request.streams += 1
        return request

    def _fact(self, listening: Listening, item: Item) -> Fact | Exception | None:
        """The fact that an item may be told as; an exception when it cannot be read."""
        if not isinstance(item, Entry) or item.kind not in self._shown:
            return None
        key = (item.kind, item.text)
        if key not in self._facts:
            try:
                self._facts[key] = Fact.from_body(item.kind, item.body)
            except Exception as error:  # noqa: BLE001 - it ends those who would be told, no others
                self._facts[key] = error
        fact = self._facts[key]
        is_wanted = listening.wanted is None or not isinstance(fact, Fact) or listening.wanted(fact)
        return fact if is_wanted else None

    def _needs(self, fact: Fact) -> Sequence[Need] | None:
        key = id(fact)  # the bench keeps it
        if key not in self._known_needs:
            self._known_needs[key] = self._needs_of(fact)
        return self._known_needs[key]

    def judged(self, request: _Request) -> Judged | None:
        """Say what a request comes to; None when its conversation has ended."""
        if request.judged is not None:
            return request.judged
        self._done += len(request.items)
        place = request.listening.conversation_id
        if place is None or self.sight.sees(request.member, (conversations.by_ids, place)):
            told = [(item, self._event(request, item)) for item in request.items]
            request.judged = Judged(told)
        return request.judged

    def _event(self, request: _Request, item: Item) -> Event | Exception | None:
        listening, member = request.listening, request.member
        if not isinstance(item, Entry):
            return listening.event(item)
        fact = self._fact(listening, item)
        if not isinstance(fact, Fact):
            return fact
        needs = self._needs(fact)
        if needs is None:
            return None
        for need in needs:
            if not self.sight.sees(member, need):
                return None
        telling = self._telling(fact, item.recorded_at)
        telling.members[member] = None
        telling.streams += request.streams
        cursor = cursor_at(self._services, listening.topic, item.position)
        return Event(cursor, item.recorded_at, fact, member, telling)

    def _telling(self, fact: Fact, at: datetime) -> FactTelling:
        key = (id(fact), at)  # the bench keeps it
        telling = self._tellings.get(key)
        if telling is None:
            telling = FactTelling(self._services, self._answers, fact, at)
            self._tellings[key] = telling
        return telling


def _reads_for(company: Company, answers: JointAnswers) -> JointReads:
    def keep(is_same: Callable[[UUID], bool]) -> None:
        company.keep(lambda member: is_same(member.viewer.profile_id))

    def viewer_ids() -> list[UUID]:
        return [member.viewer.profile_id for member in company.asked]

    return JointReads(answers, viewer_ids=viewer_ids, keep=keep)
