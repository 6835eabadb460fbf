"""graphql-core under the engine: it chooses operations and coerces variables; plans do the rest."""

import inspect
from collections.abc import AsyncIterable, Callable, Collection, Hashable
from typing import Any, NamedTuple, cast

import strawberry
from graphql import ExecutionResult, GraphQLError, MiddlewareManager, OperationType
from graphql.execution import Executor as CoreExecutor
from graphql.execution import create_source_event_stream
from strawberry.execution import optimized_is_awaitable

from execution import json
from execution.compiler import detached, with_own_state
from execution.cost import too_costly
from execution.documents import Document, Prepared
from execution.requests import OperationRequest
from execution.runtime import Run
from execution.variables import MOST_ERRORS, Variables

Operations = Collection[OperationType]

Budget = Callable[[Any], int]
"""Says what an operation with a context may cost."""


class OperationRefused(Exception):
    """An operation that is not run; the errors are the client's mistakes."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


class Begun(NamedTuple):
    """An operation that may run.

    Attributes:
        document: where it is.
        execution: graphql-core's executor of it.
        cost: what it costs at most.
        limit: what it may cost.
    """

    document: Document
    execution: CoreExecutor[Any]
    cost: int
    limit: int

    def told(self, actual: int) -> dict[str, int]:
        """What a client is told of the cost, where it came to this."""
        return {"requested": self.cost, "actual": actual, "limit": self.limit}

    def kind(self, request: OperationRequest) -> Hashable:
        """What a subscription selects of its events: the same for all that ask the same.

        What only the arguments of its root field depend on, like where it begins, does not count.
        """
        plans, given = self.document.plans, request.variables or {}
        names = plans.variables_of_events
        # As a string, because orjson leaves some 4 kB to its bytes, which a stream would keep.
        values = json.encode([given.get(name) for name in names]).decode()
        # Left out is not null.
        return plans, request.operation_name, values, *(name in given for name in names)


class Outcome(NamedTuple):
    """What an operation came to.

    Attributes:
        answer: as graphql-core would give it.
        cost: what it actually cost: never more than it was priced at, even if a list without pages
            was longer than assumed. Of what graphql-core runs nobody counts the objects, and it
            costs what it was priced at.
        characters: how many its data have, see `json.is_longer`; None when nobody has counted.
    """

    answer: ExecutionResult
    cost: int
    characters: int | None = None


class Core:
    """A Strawberry schema, and its operations on their way from a document to an answer.

    Args:
        schema: the Strawberry schema. Its operation directives work; schema extensions do not.
        budget: says what an operation with a context may cost.
        hide_suggestions: whether errors keep the names of the schema to themselves.
        on_fallback: is told what a plan did not know when graphql-core executes an operation.

    Raises:
        ValueError: the schema has extensions or incremental delivery, which would not be run.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        budget: Budget,
        *,
        hide_suggestions: bool,
        on_fallback: Callable[[tuple[str, ...]], None] | None = None,
    ) -> None:
        if schema.extensions or schema.config.enable_experimental_incremental_execution:
            raise ValueError("Schema extensions and incremental delivery are not supported.")
        self.strawberry = schema
        self.schema = schema._schema  # noqa: SLF001 - Strawberry offers no other way to it
        self._executor_class = schema.execution_context_class
        # What is left of the extensions runs the operation directives.
        self._middleware = MiddlewareManager(*schema.get_extensions())
        self.budget = budget
        self._hide_suggestions = hide_suggestions
        self._on_fallback = on_fallback

    def begin(
        self,
        document: Document,
        request: OperationRequest,
        context: Any,
        allow: Operations,
        spent: int = 0,
    ) -> Begun:
        """Choose the operation of a document, coerce its variables and price it.

        Args:
            document: valid for the schema.
            request: says which operation, with which variables.
            context: what its resolvers get as `info.context`.
            allow: the types of operation that may run.
            spent: what has been taken of the limit on cost already.

        Raises:
            OperationRefused: another type is asked for, variables are wrong, or it costs too much.
        """
        kind = document.operation_type(request.operation_name)
        if kind is not None and kind not in allow:
            raise OperationRefused([_not_allowed(kind)])
        execution = self.build(document, request, context)
        if isinstance(execution, list):
            raise OperationRefused(execution)
        cost, limit = document.prices.of(execution), self.budget(context)
        if spent + cost > limit:
            raise OperationRefused([too_costly(spent + cost, limit)])
        return Begun(document, execution, cost, limit)

    async def answer(self, begun: Begun) -> Outcome:
        """Run an operation by its plan, or by graphql-core when plans do not know it."""
        plans, execution = begun.document.plans, begun.execution
        is_mutation = execution.operation.operation is OperationType.MUTATION
        if not plans.unknown:
            run = Run(execution, self.strawberry.config.info_class)
            plan = plans.get(execution, self.strawberry)
            answer = await run.execute(plan, serially=is_mutation)
            # What an error took out again is not in the answer.
            is_counted = run.is_measured and not answer.errors
            characters = run.characters if is_counted else None
            return Outcome(answer, min(run.cost, begun.cost), characters)
        if self._on_fallback is not None:
            self._on_fallback(plans.unknown)
        answering: Any = execution.execute_operation(is_mutation)
        answer = await answering if inspect.isawaitable(answering) else answering
        return Outcome(answer, begun.cost)

    async def source(self, begun: Begun) -> AsyncIterable[Any] | ExecutionResult:
        """Open the source of a subscription's events, or say why there is none."""
        source = create_source_event_stream(begun.execution)
        return await source if inspect.isawaitable(source) else source

    async def answer_event(self, begun: Begun, event: Any, context: Any) -> Outcome:
        """Run a subscription for one event, with a context of its own; see `answer`."""
        execution = begun.execution.build_per_event_executor(event)
        execution.context_value = context
        return await self.answer(begun._replace(execution=execution))

    def build(
        self, document: Document, request: OperationRequest, context: Any
    ) -> CoreExecutor[Any] | list[GraphQLError]:
        """graphql-core's executor of an operation, or what is wrong with its variables or name."""
        prepared = document.prepared.get(request.operation_name)
        if prepared is None:
            return self._build_anew(document, request, context)
        execution = with_own_state(prepared.execution)
        execution.context_value = context
        execution.operation_extensions = request.extensions  # type: ignore[attr-defined]
        values = prepared.variables.of(request.variables or {})
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
            max_coercion_errors=MOST_ERRORS,
            middleware=self._middleware,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=self._hide_suggestions,
            operation_extensions=request.extensions,
        )
        # What graphql-core runs itself has a state of its own, which must not be shared.
        if not isinstance(execution, list) and _is_planned(document, execution):
            variables = Variables(
                self.schema,
                execution.operation.variable_definitions or (),
                hide_suggestions=self._hide_suggestions,
            )
            document.prepared[request.operation_name] = Prepared(detached(execution), variables)
        return execution


def _is_planned(document: Document, execution: CoreExecutor[Any]) -> bool:
    is_subscription = execution.operation.operation is OperationType.SUBSCRIPTION
    return not document.plans.unknown and not is_subscription


def _not_allowed(operation: OperationType) -> GraphQLError:
    message = f"A {operation.value} cannot be run this way."
    return GraphQLError(message, extensions={"code": f"{operation.name}_NOT_ALLOWED"})
