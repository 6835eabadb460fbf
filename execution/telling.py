"""Telling many: an event rendered once for all those for whom it comes to the same.

Who is told decides nothing here: an event reaches only streams whose source yields it. What is
shared is the work of reading and writing what it shows.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Hashable
from typing import Any

from execution.results import Result

_MOST_ALONE = 4
"""After how many renderings that were good for one member alone all others do their own."""


class Company:
    """Those for whom one run of an operation speaks.

    It begins with everybody, and whoever turns out to read something else leaves it.

    Attributes:
        speaker: the member on whose behalf it runs.
        members: those for whom all that was read is the same as for the speaker, who is one.
    """

    def __init__(self, speaker: Any, members: Collection[Any]) -> None:
        self.speaker = speaker
        self.members = members

    def keep(self, is_same: Callable[[Any], bool]) -> None:
        """Part with those for whom something else was read."""
        self.members = [member for member in self.members if is_same(member)]

    def part(self) -> None:
        """Part with everybody but the speaker: nobody knows whether it is the same for others."""
        self.members = (self.speaker,)


Render = Callable[[Company], Awaitable[Result | None]]
"""Renders an event for a company, with the mark for its name; None when it cannot be shared."""


class Telling(ABC):
    """One event on its way to many streams.

    Attributes:
        event: what stands for it while it is rendered: the same, with the mark as its name.
        mark: a text that occurs in it nowhere else and that JSON writes as it is.
        members: whom streams tell it.
    """

    event: Any
    mark: str
    members: Collection[Any]

    def __init__(self) -> None:
        self._renderings: dict[Hashable, _Renderings] = {}

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
        renderings = self._renderings.get(kind)
        if renderings is None:
            renderings = self._renderings[kind] = _Renderings(self, render)
        template = renderings.known.get(member, _UNKNOWN)
        if template is _UNKNOWN:
            template = await renderings.of(member)
        return None if template is None else template.result(name)


class _Template:
    """A rendered event, into which each stream puts its own name for it."""

    def __init__(self, result: Result, mark: str) -> None:
        self._data, self._extensions = result.data, result.extensions
        self._parts = result.body.split(mark.encode())

    def result(self, name: str) -> Result:
        """The event as a stream tells it."""
        body = name.encode().join(self._parts)
        return Result(self._data, (), self._extensions, event_id=name, body=body)


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
        self._alone = 0

    async def of(self, member: Any) -> _Template | None:
        """What becomes known for a member."""
        if self._alone >= _MOST_ALONE:
            return None
        waiting: asyncio.Future[_Template | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(member, []).append(waiting)
        if self._task is None or self._task.done():
            # A task of its own, because whoever leaves must not take it away from the others.
            self._task = asyncio.create_task(self._work())
        return await waiting

    async def _work(self) -> None:
        try:
            await self._work_off()
        finally:
            # Nobody waits for ever, also when this was cancelled.
            for member in list(self._waiting):
                self._hand(member, None)

    async def _work_off(self) -> None:
        while self._waiting:
            speaker = next(iter(self._waiting))
            others = [each for each in self._telling.members if each not in self.known]
            company = Company(speaker, others)
            try:
                rendered = await self._render(company)
            except Exception:  # noqa: BLE001 - whoever renders alone meets it again, and tells it
                rendered = None
            if rendered is None:
                company.part()
            template = _Template(rendered, self._telling.mark) if rendered else None
            for member in company.members:
                self._hand(member, template)
            self._alone += len(company.members) == 1 < len(others)
            if self._alone >= _MOST_ALONE:
                return

    def _hand(self, member: Any, template: _Template | None) -> None:
        self.known[member] = template
        for waiting in self._waiting.pop(member, ()):
            if not waiting.done():
                waiting.set_result(template)
