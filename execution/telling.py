"""Telling many: an event rendered once for all those for whom it comes to the same.

Who is told decides nothing here: an event reaches only streams whose source yields it. What is
shared is the work of reading and writing what it shows.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Hashable, Sequence
from functools import partial
from typing import Any

from execution.results import Result

_MOST_ALONE = 4
"""After how many renderings that were good for one member alone all others get their own."""

_ALONE_SECONDS = 0.5
"""For how long they get it from what was read for all; then each stream does its own."""


class Company:
    """Those for whom one run of an operation speaks.

    It begins with everybody, and whoever turns out to read something else leaves it.

    Attributes:
        speaker: the member on whose behalf it runs.
        members: those for whom all that was read is the same as for the speaker, who is one.
        asked: those for whom everything is read at once: also whoever has left, since the run
            that speaks for them reads much of the same.
        is_parted: whether the run reads what nobody but the speaker can be asked about.
    """

    def __init__(self, speaker: Any, members: Collection[Any]) -> None:
        self.speaker = speaker
        self.members = members
        self.asked = members
        self.is_parted = False

    def keep(self, is_same: Callable[[Any], bool]) -> None:
        """Part with those for whom something else was read."""
        self.members = [member for member in self.members if is_same(member)]

    def part(self) -> None:
        """Part with everybody but the speaker: nobody knows whether it is the same for others."""
        self.members = self.asked = (self.speaker,)
        self.is_parted = True


Render = Callable[[Company], Awaitable[Result | None]]
"""Renders an event for a company, with the mark for its name; None when it cannot be shared."""


class Telling(ABC):
    """One event on its way to many streams.

    Attributes:
        event: what stands for it while it is rendered: the same, with the mark as its name.
        mark: a text that occurs in it nowhere else and that JSON writes as it is.
        members: whom streams tell it.
        streams: how many do.
    """

    event: Any
    mark: str
    members: Collection[Any]

    def __init__(self) -> None:
        self.streams = 0
        self._renderings: dict[Hashable, _Renderings] = {}

    @property
    def is_shared(self) -> bool:
        """Whether it is rendered for several."""
        return self.streams > 1

    @abstractmethod
    def context(self, company: Company) -> Any:
        """Make the context of a run; it has the `company`, which it tells who reads the same."""

    async def result(self, kind: Hashable, member: Any, name: str, render: Render) -> Result | None:
        """The event's result for a stream.

        Args:
            kind: what is selected of it: streams of one kind ask the same.
            member: whom the stream tells it.
            name: what the event is called in this stream, instead of the mark.
            render: renders it.

        Returns:
            None when the stream has to render it by itself.
        """
        renderings = self._renderings_of(kind, render)
        template = renderings.known.get(member, _UNKNOWN)
        if template is _UNKNOWN:
            template = await renderings.of(member)
        return None if template is None else template.result(name)

    def prepare(self, kind: Hashable, member: Any, render: Render) -> "asyncio.Task[None] | None":
        """Begin to render the event for a member, so that `body` knows it.

        Returns:
            What renders it; None when it is known already.
        """
        renderings = self._renderings_of(kind, render)
        return None if member in renderings.known else renderings.want(member)

    def body(self, kind: Hashable, member: Any, name: str) -> bytes | None:
        """The event's result as JSON; None when it is not known, or has to be the stream's own."""
        renderings = self._renderings.get(kind)
        template = renderings and renderings.known.get(member)
        return template.body(name) if template else None

    def _renderings_of(self, kind: Hashable, render: Render) -> "_Renderings":
        renderings = self._renderings.get(kind)
        if renderings is None:
            renderings = self._renderings[kind] = _Renderings(self, render)
        return renderings


class Teller:
    """Tells one stream at once what was rendered for many: nobody has to be woken for it.

    Args:
        kind: what is selected of its events.
        render: renders an event for a company.
        send: sends results as JSON, all or none; answers whether that went without waiting.
    """

    __slots__ = ("_render", "kind", "send")

    def __init__(
        self,
        kind: Hashable,
        render: Callable[[Telling, Company], Awaitable[Result | None]],
        send: "SendAtOnce",
    ) -> None:
        self.kind = kind
        self.send = send
        self._render = render

    def prepare(self, telling: Telling, member: Any) -> "asyncio.Task[None] | None":
        """Begin to render an event for a member; see `Telling.prepare`."""
        return telling.prepare(self.kind, member, partial(self._render, telling))


SendAtOnce = Callable[[Sequence[bytes]], bool]
"""Sends several things, all or none; answers whether that went without waiting."""


class Source(AsyncIterator[Any]):
    """The source of a subscription's events, of which some need not pass through the stream."""

    __slots__ = ()

    @abstractmethod
    def tell_by(self, teller: Teller) -> None:
        """Tell what can be told at once by a teller, instead of yielding it.

        It may do so while the next event is waited for, so all that it yielded has been sent.
        """

    @abstractmethod
    async def aclose(self) -> None:
        """End it."""


class _Template:
    """A rendered event, into which each stream puts its own name for it."""

    def __init__(self, result: Result, mark: str) -> None:
        self._data, self._extensions = result.data, result.extensions
        self._parts = result.body.split(mark.encode())

    def result(self, name: str) -> Result:
        """The event as a stream tells it."""
        return Result(self._data, (), self._extensions, event_id=name, body=self.body(name))

    def body(self, name: str) -> bytes:
        """The same as JSON."""
        return name.encode().join(self._parts)


_UNKNOWN: Any = object()


class _Renderings:
    """What an event came to for one kind of selection.

    Attributes:
        known: templates by member; None for those who have to render by themselves.
    """

    def __init__(self, telling: Telling, render: Render) -> None:
        self.known: dict[Any, _Template | None] = {}
        self._telling = telling
        self._render = render
        self._waiting: dict[Any, list[asyncio.Future[_Template | None]]] = {}
        self._task: asyncio.Task[None] | None = None
        self._alone = self._parted = 0
        self._is_over = False

    async def of(self, member: Any) -> _Template | None:
        """What becomes known for a member."""
        if self._is_over:
            return None
        waiting: asyncio.Future[_Template | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(member, []).append(waiting)
        self._start()
        return await waiting

    def want(self, member: Any) -> "asyncio.Task[None] | None":
        """Let it become known for a member; answers what sees to it, None when that is done."""
        if self._is_over:
            self.known[member] = None
            return None
        self._waiting.setdefault(member, [])
        return self._start()

    def _start(self) -> "asyncio.Task[None]":
        if self._task is None or self._task.done():
            # A task of its own, because whoever leaves must not take it away from the others.
            self._task = asyncio.create_task(self._work())
        return self._task

    async def _work(self) -> None:
        try:
            await self._work_off()
        finally:
            # Nobody waits for ever, also when this was cancelled.
            for member in list(self._waiting):
                self._hand(member, None)

    async def _work_off(self) -> None:
        clock = asyncio.get_running_loop().time
        until = clock() + _ALONE_SECONDS
        while self._waiting:
            speaker = next(iter(self._waiting))
            company = Company(speaker, self._company_of(speaker))
            try:
                rendered = await self._render(company)
            except Exception:  # noqa: BLE001 - whoever renders alone meets it again, and tells it
                rendered = None
            if rendered is None:
                company.part()
            template = _Template(rendered, self._telling.mark) if rendered else None
            for member in company.members:
                self._hand(member, template)
            self._alone += len(company.members) == 1
            self._parted += company.is_parted
            if self._parted >= _MOST_ALONE or (clock() > until and self._is_each_alone):
                self._is_over = True
                return

    @property
    def _is_each_alone(self) -> bool:
        return self._alone >= _MOST_ALONE

    def _company_of(self, speaker: Any) -> Collection[Any]:
        if self._is_each_alone:
            return (speaker,)
        return [each for each in self._telling.members if each not in self.known]

    def _hand(self, member: Any, template: _Template | None) -> None:
        self.known[member] = template
        for waiting in self._waiting.pop(member, ()):
            if not waiting.done():
                waiting.set_result(template)
