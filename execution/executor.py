"""The executor: runs GraphQL operations of a Strawberry schema, whatever transport they came by.

Each text is parsed, guarded, validated and compiled once; plans run breadth-first over batches,
and graphql-core runs what plans do not know.
"""

import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Collection
from typing import Any, TypeVar, cast

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    MiddlewareManager,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution import Executor as CoreExecutor
from graphql.execution import create_source_event_stream
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.execution import optimized_is_awaitable

from execution.cost import too_costly
from execution.documents import Document, KnownDocuments
from execution.limits import Limits
from execution.requests import OperationRequest
from execution.results import PresentError, Renderer, Result
from execution.runtime import Run
from execution.trusted import TrustedDocuments

NewContext = Callable[[], Awaitable[Any]]
Operations = Collection[OperationType]

QUERIES = frozenset({OperationType.QUERY})
QUERIES_AND_MUTATIONS = frozenset({OperationType.QUERY, OperationType.MUTATION})
_SUBSCRIPTIONS = frozenset({OperationType.SUBSCRIPTION})
_MAX_ERRORS = 50

Answer = TypeVar("Answer", bound=Result | AsyncGenerator[Result, None])


class Executor:
    """Runs operations. Nothing that a client sends makes it raise.

    Args:
        schema: the Strawberry schema. Its operation directives work; schema extensions do not.
        limits: how much a document may ask for, and an operation cost.
        present_error: says what a client may know of an error that a resolver raised (it is the
            error's `original_error`), and of the client's own mistakes (which have their code in
            `extensions`, and no `original_error`).
        introspection: whether clients may ask for the schema.
        trusted: documents that clients can name instead of sending them.
        result_extensions: gives what the context of an executed operation adds to `extensions`.
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
        introspection: bool = True,
        trusted: TrustedDocuments | None = None,
        result_extensions: Callable[[Any], dict[str, Any]] | None = None,
        on_fallback: Callable[[tuple[str, ...]], None] | None = None,
    ) -> None:
        self._core = _Core(schema, on_fallback, hide_suggestions=not introspection)
        self._render = Renderer(present_error)
        self._limits = limits or Limits()
        self._documents = KnownDocuments(
            self._core.schema,
            self._limits,
            self._render,
            introspection=introspection,
            trusted=trusted,
        )
        self._result_extensions = result_extensions or _no_extensions

    def operation_type(self, request: OperationRequest) -> OperationType | None:
        """The type of the operation that a request asks for, or None when it would be refused."""
        document = self._documents.get(request)
        if isinstance(document, Result):
            return None
        return document.operation_type(request.operation_name)

    async def execute(
        self,
        request: OperationRequest,
        context: Any,
        *,
        allow: Operations = QUERIES_AND_MUTATIONS,
    ) -> Result:
        """Run a query or a mutation.

        The answer says in `extensions.cost` what the operation `requested` and what is the
        `limit`; one that would cost more is refused with the code `COST_EXCEEDED`.

        Args:
            request: what the client asks.
            context: what its resolvers get as `info.context`.
            allow: the types of operation that may run; another one is refused with the code
                `QUERY_NOT_ALLOWED`, `MUTATION_NOT_ALLOWED` or `SUBSCRIPTION_NOT_ALLOWED`.
        """
        document = self._documents.get(request)
        answering = self._answer(document, request, context, allow)
        return await self._observed(_operation_of(document, request), answering)

    async def subscribe(
        self, request: OperationRequest, new_context: NewContext
    ) -> Result | AsyncGenerator[Result, None]:
        """Begin a subscription.

        The source of its events gets a context of its own, and so does the execution of each
        event, so that nothing loaded or permitted for one holds for the next.

        Args:
            request: what the client asks.
            new_context: makes a context; what it raises refuses or ends the subscription.

        Returns:
            The result that says why there are no events, or one result an event. The last one has
            `executed` False when the stream ended with an error. Closing the generator closes
            the source at once.
        """
        document = self._documents.get(request)
        answering = self._stream(document, request, new_context)
        return await self._observed(_operation_of(document, request), answering)

    def failed(self, error: Exception) -> Result:
        """The result for a request that ended in an exception before its execution.

        Args:
            error: a RequestRefused, or any other, which `present_error` renders.
        """
        return self._render.failed(error)

    async def _observed(
        self,
        operation: OperationDefinitionNode | None,
        answering: Awaitable[Answer],
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
    ) -> Result:
        begun = self._begin(document, request, context, allow)
        if isinstance(begun, Result):
            return begun
        known, execution, cost = begun
        answer = await self._core.answer(known, execution)
        return self._render.executed(answer, self._told(context, cost))

    async def _stream(
        self, document: Document | Result, request: OperationRequest, new_context: NewContext
    ) -> Result | AsyncGenerator[Result, None]:
        try:
            begun = self._begin(document, request, await new_context(), _SUBSCRIPTIONS)
        except Exception as error:  # noqa: BLE001 - whatever the application raises
            return self.failed(error)
        if isinstance(begun, Result):
            return begun
        known, execution, _ = begun
        source = create_source_event_stream(execution)
        if inspect.isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return self._render.refused(source.errors or ())
        return self._events(known, execution, source, new_context)

    def _begin(
        self,
        document: Document | Result,
        request: OperationRequest,
        context: Any,
        allow: Operations,
    ) -> tuple[Document, CoreExecutor[Any], int] | Result:
        if isinstance(document, Result):
            return document
        operation = document.operation_type(request.operation_name)
        if operation is not None and operation not in allow:
            return self._render.mistaken([_not_allowed(operation)])
        execution = self._core.build(document, request, context)
        if isinstance(execution, list):
            return self._render.mistaken(execution)
        cost = document.prices.of(execution)
        if cost > self._limits.cost:
            return self._render.mistaken([too_costly(cost, self._limits.cost)])
        return document, execution, cost

    def _told(self, context: Any, cost: int) -> dict[str, Any]:
        """What the answer to an executed operation has in `extensions`."""
        priced = {"cost": {"requested": cost, "limit": self._limits.cost}}
        return {**self._result_extensions(context), **priced}

    async def _events(
        self,
        document: Document,
        execution: CoreExecutor[Any],
        source: AsyncIterable[Any],
        new_context: NewContext,
    ) -> AsyncGenerator[Result, None]:
        try:
            async for event in source:
                event_execution = execution.build_per_event_executor(event)
                event_execution.context_value = await new_context()
                answer = await self._core.answer(document, event_execution)
                context = event_execution.context_value
                yield self._render.executed(answer, self._result_extensions(context))
        except Exception as error:  # noqa: BLE001 - whatever the application raises
            yield self.failed(error)
        finally:
            if close := getattr(source, "aclose", None):
                await close()


class _Core:
    """A Strawberry schema as graphql-core executes it."""

    def __init__(
        self,
        schema: strawberry.Schema,
        on_fallback: Callable[[tuple[str, ...]], None] | None,
        *,
        hide_suggestions: bool,
    ) -> None:
        if schema.extensions or schema.config.enable_experimental_incremental_execution:
            raise ValueError("Schema extensions and incremental delivery are not supported.")
        self.strawberry = schema
        self.schema = schema._schema  # noqa: SLF001 - Strawberry offers no other way to it
        self._executor_class = schema.execution_context_class
        # What is left of the extensions runs the operation directives.
        self._middleware = MiddlewareManager(*schema.get_extensions())
        self._hide_suggestions = hide_suggestions
        self._on_fallback = on_fallback

    def build(
        self, document: Document, request: OperationRequest, context: Any
    ) -> CoreExecutor[Any] | list[GraphQLError]:
        """Choose the operation and coerce its variables, or say what is wrong with them."""
        prepared = document.prepared.get(request.operation_name)
        if prepared is None:
            return self._build_anew(document, request, context)
        execution = prepared.build_per_event_executor(None)
        execution.context_value = context
        execution.operation_extensions = request.extensions  # type: ignore[attr-defined]
        if prepared.operation.variable_definitions:
            values = get_variable_values(
                self.schema,
                prepared.operation.variable_definitions,
                request.variables or {},
                max_errors=_MAX_ERRORS,
                hide_suggestions=self._hide_suggestions,
            )
            if isinstance(values, list):
                return values
            execution.variable_values = values
        return execution

    def _build_anew(
        self, document: Document, request: OperationRequest, context: Any
    ) -> CoreExecutor[Any] | list[GraphQLError]:
        execution = self._executor_class.build(
            self.schema,
            document.node,
            context_value=context,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            max_coercion_errors=_MAX_ERRORS,
            middleware=self._middleware,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=self._hide_suggestions,
            operation_extensions=request.extensions,
        )
        # What graphql-core runs itself has a state of its own, which must not be shared.
        if not isinstance(execution, list) and _is_planned(document, execution):
            prepared = execution.build_per_event_executor(None)
            prepared.context_value = prepared.operation_extensions = None  # type: ignore[attr-defined]
            if prepared.operation.variable_definitions:
                prepared.variable_values = VariableValues({}, {})
            document.prepared[request.operation_name] = prepared
        return execution

    async def answer(self, document: Document, execution: CoreExecutor[Any]) -> ExecutionResult:
        """Run an operation by its plan, or by graphql-core when plans do not know it."""
        is_mutation = execution.operation.operation is OperationType.MUTATION
        if not document.plans.unknown:
            plan = document.plans.get(execution, self.strawberry)
            run = Run(execution, self.strawberry.config.info_class)
            return await run.execute(plan, serially=is_mutation)
        if self._on_fallback is not None:
            self._on_fallback(document.plans.unknown)
        answer: Any = execution.execute_operation(is_mutation)
        return cast("ExecutionResult", await answer if inspect.isawaitable(answer) else answer)


def _is_planned(document: Document, execution: CoreExecutor[Any]) -> bool:
    is_subscription = execution.operation.operation is OperationType.SUBSCRIPTION
    return not document.plans.unknown and not is_subscription


def _operation_of(
    document: Document | Result, request: OperationRequest
) -> OperationDefinitionNode | None:
    return None if isinstance(document, Result) else document.operation(request.operation_name)


def _no_extensions(_context: Any) -> dict[str, Any]:
    return {}


def _not_allowed(operation: OperationType) -> GraphQLError:
    message = f"A {operation.value} cannot be run this way."
    return GraphQLError(message, extensions={"code": f"{operation.name}_NOT_ALLOWED"})
