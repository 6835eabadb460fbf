"""The events of subscriptions, each on its way to a result: for its stream alone, or for many."""

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Hashable, Mapping
from functools import partial
from typing import Any

from execution.core import Begun, Core
from execution.results import Renderer, Result
from execution.telling import Company, SendAtOnce, Source, Teller, Telling

NewContext = Callable[[], Awaitable[Any]]

TellingOf = Callable[[Any], tuple[Telling, Any] | None]
"""Says how an event is told together with other streams, and whom this one tells it."""


class Events:
    """Runs subscriptions for their events.

    Args:
        core: runs them.
        render: makes results.
        extensions: gives what a context adds to `extensions`.
        event_id: names an event.
        telling: says how an event is told together with other streams, if it is.
    """

    def __init__(
        self,
        core: Core,
        render: Renderer,
        *,
        extensions: Callable[[Any], Mapping[str, Any]],
        event_id: Callable[[Any], str | None] | None = None,
        telling: TellingOf | None = None,
    ) -> None:
        self._core = core
        self._render = render
        self._extensions = extensions
        self._event_id = event_id
        self._telling = telling

    async def results(
        self,
        begun: Begun,
        source: AsyncIterable[Any],
        new_context: NewContext,
        kind: Hashable,
        send_at_once: SendAtOnce | None = None,
    ) -> AsyncGenerator[Result, None]:
        """The results of a subscription, one an event; the last one says why it ended, if it did.

        Args:
            begun: the subscription.
            source: its events; closed at the end.
            new_context: makes a context for an event of this stream alone.
            kind: what is selected of the events, see `Begun.kind`.
            send_at_once: by which what is rendered for many may be sent instead of yielded.
        """
        if send_at_once is not None and isinstance(source, Source):
            source.tell_by(Teller(kind, partial(self._rendered, begun), send_at_once))
        try:
            async for event in source:
                shared = await self._shared(begun, event, kind)
                result = shared or await self._own(begun, event, new_context)
                # They would be kept while the client reads, and until the next event comes.
                del event, shared
                yield result
                del result
        except Exception as error:  # noqa: BLE001 - whatever the application raises
            yield self._render.failed(error)
        finally:
            if close := getattr(source, "aclose", None):
                await close()

    async def _own(self, begun: Begun, event: Any, new_context: NewContext) -> Result:
        context = await new_context()
        answer, actual, characters = await self._core.answer_event(begun, event, context)
        return self._render.told(event, answer, self._told(context, begun, actual), characters)

    async def _shared(self, begun: Begun, event: Any, kind: Hashable) -> Result | None:
        """The event's result as other streams tell it too; None when it has to be its own."""
        told = self._telling and self._telling(event)
        name = told and self._event_id and self._event_id(event)
        if not told or not name:
            return None
        telling, member = told
        return await telling.result(kind, member, name, partial(self._rendered, begun, telling))

    async def _rendered(self, begun: Begun, telling: Telling, company: Company) -> Result | None:
        context = telling.context(company)
        answer, actual, characters = await self._core.answer_event(begun, telling.event, context)
        # What went wrong for the speaker is nobody else's.
        if answer.errors is not None or begun.document.plans.unknown:
            return None
        return self._render.executed(answer, self._told(context, begun, actual), characters)

    def _told(self, context: Any, begun: Begun, actual: int) -> dict[str, Any]:
        # The limit is not told: who shares an event may have another one.
        cost = {"requested": begun.cost, "actual": actual}
        return {**self._extensions(context), "cost": cost}
