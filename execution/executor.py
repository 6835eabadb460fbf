"""The executor: runs GraphQL operations of a Strawberry schema, whatever transport they came by.

Each text is parsed, guarded, validated and compiled once; plans run breadth-first over batches,
and graphql-core runs what plans do not know.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from graphql import (
    ExecutionResult,
    OperationDefinitionNode,
    OperationType,
)

from execution.core import Begun, Budget, Core, OperationRefused, Operations
from execution.documents import Document, KnownDocuments
from execution.events import Events, TellingOf
from execution.limits import Limits
from execution.requests import OperationRequest
from execution.results import PresentError, Renderer, Result
from execution.telling import SendAtOnce
from execution.trusted import TrustedDocuments

NewContext = Callable[[], Awaitable[Any]]

QUERIES = frozenset({OperationType.QUERY})
QUERIES_AND_MUTATIONS = frozenset({OperationType.QUERY, OperationType.MUTATION})
_SUBSCRIPTIONS = frozenset({OperationType.SUBSCRIPTION})

Answer = TypeVar("Answer", bound=Result | AsyncGenerator[Result, None])


class Executor:
    """Runs operations. Nothing that a client sends makes it raise.

    Args:
        schema: the Strawberry schema. Its operation directives work; schema extensions do not.
        limits: how much a document may ask for, and an operation cost.
        budget: says what an operation with a context may cost instead; None when that is the same
            for all.
        present_error: says what a client may know of an error that a resolver raised (it is the
            error's `original_error`), and of the client's own mistakes (which have their code in
            `extensions`, and no `original_error`).
        introspection: whether clients may ask for the schema.
        trusted: documents that clients can name instead of sending them.
        result_extensions: gives what the context of an executed operation adds to `extensions`.
        event_id: names an event, as the source of a subscription gave it.
        telling: says how an event is told together with other streams, and whom this one tells
            it; None when it is told for itself.
        passes: says whether an exception behind an error is one that passes, as while a store is
            away: an event that it leaves incomplete is not told, and the stream ends instead.
        on_fallback: is told what a plan did not know when graphql-core executes an operation.

    Raises:
        ValueError: the schema has extensions or incremental delivery, which would not be run.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        present_error: PresentError,
        limits: Limits | None = None,
        budget: Budget | None = None,
        introspection: bool = True,
        trusted: TrustedDocuments | None = None,
        result_extensions: Callable[[Any], dict[str, Any]] | None = None,
        event_id: Callable[[Any], str | None] | None = None,
        telling: TellingOf | None = None,
        passes: Callable[[Exception], bool] | None = None,
        on_fallback: Callable[[tuple[str, ...]], None] | None = None,
    ) -> None:
        limits = limits or Limits()
        budget = budget or (lambda _context: limits.cost)
        self._core = core = Core(
            schema, budget, hide_suggestions=not introspection, on_fallback=on_fallback
        )
        self._render = Renderer(present_error, event_id=event_id, passes=passes)
        self._documents = KnownDocuments(
            core.schema, limits, self._render, introspection=introspection, trusted=trusted
        )
        self._result_extensions = extensions = result_extensions or _no_extensions
        self._events = Events(
            core, self._render, extensions=extensions, event_id=event_id, telling=telling
        )

    def operation_type(self, request: OperationRequest) -> OperationType | None:
        """The type of the operation that a request asks for, or None when it would be refused."""
        operation = _operation_of(self._documents.get(request), request)
        return None if operation is None else operation.operation

    async def execute(
        self,
        request: OperationRequest,
        context: Any,
        *,
        allow: Operations = QUERIES_AND_MUTATIONS,
        spent: int = 0,
    ) -> Result:
        """Run a query or a mutation.

        The answer says in `extensions.cost` what the operation `requested`, what it came to
        (`actual`), and what is the `limit`; one that would cost more is refused with the code
        `COST_EXCEEDED`.

        Args:
            request: what the client asks.
            context: what its resolvers get as `info.context`.
            allow: the types of operation that may run; another one is refused with the code
                `QUERY_NOT_ALLOWED`, `MUTATION_NOT_ALLOWED` or `SUBSCRIPTION_NOT_ALLOWED`.
            spent: what other operations of the same batch have taken of the limit on cost.
        """
        document = self._documents.get(request)
        answering = self._answer(document, request, context, allow, spent)
        return await self._observed(_operation_of(document, request), answering)

    async def subscribe(
        self,
        request: OperationRequest,
        new_context: NewContext,
        send_at_once: SendAtOnce | None = None,
    ) -> Result | AsyncGenerator[Result, None]:
        """Begin a subscription.

        The source of its events gets a context of its own, and so does the execution of each
        event, so that nothing loaded or permitted for one holds for the next.

        Args:
            request: what the client asks.
            new_context: makes a context; what it raises refuses or ends the subscription.
            send_at_once: sends results of the subscription, as JSON, while nobody waits for them;
                those that it has sent are not in the stream.

        Returns:
            The result that says why there are no events, or one result an event, each with what
            the subscription `requested` for it and its `actual` cost in `extensions.cost`. The
            last one has
            `executed` False when the stream ended with an error. Closing the generator closes
            the source at once.
        """
        document = self._documents.get(request)
        answering = self._stream(document, request, new_context, send_at_once)
        return await self._observed(_operation_of(document, request), answering)

    def failed(self, error: Exception) -> Result:
        """The result for a request that ended in an exception before its execution.

        Args:
            error: a RequestRefused, or any other, which `present_error` renders.
        """
        return self._render.failed(error)

    def passes(self, error: Exception) -> bool:
        """Whether an exception is one that passes, as while a store is away."""
        return self._render.passes(error)

    async def _observed(
        self, operation: OperationDefinitionNode | None, answering: Awaitable[Answer]
    ) -> Answer:
        """Await the answer to a request; who observes operations does more.

        Args:
            operation: what is run; None when the request is refused.
            answering: runs it.
        """
        return await answering

    async def _answer(
        self,
        document: Document | Result,
        request: OperationRequest,
        context: Any,
        allow: Operations,
        spent: int,
    ) -> Result:
        if isinstance(document, Result):
            return document
        try:
            begun = self._core.begin(document, request, context, allow, spent)
        except OperationRefused as refused:
            return self._render.mistaken(refused.errors)
        answer, actual, characters = await self._core.answer(begun)
        return self._render.executed(answer, self._told(context, begun, actual), characters)

    async def _stream(
        self,
        document: Document | Result,
        request: OperationRequest,
        new_context: NewContext,
        send_at_once: SendAtOnce | None,
    ) -> Result | AsyncGenerator[Result, None]:
        if isinstance(document, Result):
            return document
        try:
            begun = self._core.begin(document, request, await new_context(), _SUBSCRIPTIONS)
        except OperationRefused as refused:
            return self._render.mistaken(refused.errors)
        except Exception as error:  # noqa: BLE001 - whatever the application raises
            return self.failed(error)
        source = await self._core.source(begun)
        if isinstance(source, ExecutionResult):
            return self._render.refused(source.errors or ())
        # Each event has a context of its own; the first one would be kept for nothing.
        begun.execution.context_value = None
        kind = begun.kind(request)
        return self._events.results(begun, source, new_context, kind, send_at_once)

    def _told(self, context: Any, begun: Begun, actual: int) -> dict[str, Any]:
        """What the answer to an executed operation has in `extensions`."""
        return {**self._result_extensions(context), "cost": begun.told(actual)}


def _operation_of(
    document: Document | Result, request: OperationRequest
) -> OperationDefinitionNode | None:
    return None if isinstance(document, Result) else document.operation(request.operation_name)


def _no_extensions(_context: Any) -> dict[str, Any]:
    return {}
