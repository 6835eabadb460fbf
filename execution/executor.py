"""The executor: runs GraphQL operations of a Strawberry schema, whatever transport they came by.

Its inside is graphql-core, with parsing, guarding and validating done once for each text.
"""

import inspect
import re
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Collection
from typing import Any, cast

import strawberry
from graphql import ExecutionResult, GraphQLError, MiddlewareManager, OperationType
from graphql.execution import Executor as CoreExecutor
from graphql.execution import create_source_event_stream
from strawberry.execution import optimized_is_awaitable

from execution.cache import TextCache
from execution.documents import Document, DocumentRefused, read_document
from execution.limits import Limits
from execution.requests import OperationRequest, RequestRefused
from execution.results import PresentError, Result, shown_error

NewContext = Callable[[], Awaitable[Any]]
Operations = Collection[OperationType]

QUERIES = frozenset({OperationType.QUERY})
QUERIES_AND_MUTATIONS = frozenset({OperationType.QUERY, OperationType.MUTATION})
_SUBSCRIPTIONS = frozenset({OperationType.SUBSCRIPTION})

# graphql-core quotes the exceptions of scalars, which may tell about our insides.
_QUOTED_EXCEPTION = re.compile(r", but encountered error '.*'; found", re.DOTALL)

# Remembered refusals hold no syntax tree, so their text's length says too much of their weight.
_REFUSAL_WEIGHT = 200


class Executor:
    """Runs operations. Nothing that a client sends makes it raise.

    Args:
        schema: the Strawberry schema. Its operation directives work; schema extensions do not.
        limits: how much a document may ask for.
        present_error: says what a client may know of an error that a resolver raised (it is the
            error's `original_error`), and of the client's own mistakes (which have their code in
            `extensions`, and no `original_error`).
        introspection: whether clients may ask for the schema.
        result_extensions: gives what the context of an executed operation adds to `extensions`.

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
        result_extensions: Callable[[Any], dict[str, Any]] | None = None,
    ) -> None:
        if schema.extensions or schema.config.enable_experimental_incremental_execution:
            raise ValueError("Schema extensions and incremental delivery are not supported.")
        self._schema = schema._schema  # noqa: SLF001 - Strawberry offers no other way to it
        self._executor_class = schema.execution_context_class
        self._middleware = MiddlewareManager(*schema.get_extensions())
        self._present = present_error
        self._limits = limits or Limits()
        self._introspection = introspection
        self._result_extensions = result_extensions
        self._documents: TextCache[Document | Result] = TextCache(
            entries=self._limits.cached_documents, weight=self._limits.cached_characters
        )

    def operation_type(self, request: OperationRequest) -> OperationType | None:
        """The type of the operation that a request asks for, or None when it would be refused."""
        document = self._document(request.query)
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

        Args:
            request: what the client asks.
            context: what its resolvers get as `info.context`.
            allow: the types of operation that may run; another one is refused with the code
                `QUERY_NOT_ALLOWED`, `MUTATION_NOT_ALLOWED` or `SUBSCRIPTION_NOT_ALLOWED`.
        """
        execution = self._begin(request, context, allow)
        if isinstance(execution, Result):
            return execution
        return await self._run(execution, context)

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
        try:
            execution = self._begin(request, await new_context(), _SUBSCRIPTIONS)
        except Exception as error:  # noqa: BLE001 - whatever the application raises
            return self.failed(error)
        if isinstance(execution, Result):
            return execution
        source = create_source_event_stream(execution)
        if inspect.isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return self._refused(source.errors or [])
        return self._events(execution, source, new_context)

    def failed(self, error: Exception) -> Result:
        """The result for a request that ended in an exception before its execution.

        Args:
            error: a RequestRefused, or any other, which `present_error` renders.
        """
        if isinstance(error, RequestRefused):
            extensions = {"code": error.code, **error.extensions}
            return Result(
                errors=[{"message": error.message, "extensions": extensions}], executed=False
            )
        return self._refused([GraphQLError("The request failed.", original_error=error)])

    def _document(self, text: str) -> Document | Result:
        known = self._documents.get(text)
        if known is not None:
            return known
        document: Document | Result
        try:
            document = read_document(
                text, self._schema, self._limits, introspection=self._introspection
            )
            weight = len(text)
        except DocumentRefused as refused:
            document, weight = self._mistaken(refused.errors), _REFUSAL_WEIGHT
        self._documents.put(text, document, weight=weight)
        return document

    def _begin(
        self, request: OperationRequest, context: Any, allow: Operations
    ) -> CoreExecutor[Any] | Result:
        document = self._document(request.query)
        if isinstance(document, Result):
            return document
        operation = document.operation_type(request.operation_name)
        if operation is not None and operation not in allow:
            return self._mistaken([_not_allowed(operation)])
        execution = self._executor_class.build(
            self._schema,
            document.node,
            context_value=context,
            raw_variable_values=request.variables,
            operation_name=request.operation_name,
            middleware=self._middleware,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=not self._introspection,
            operation_extensions=request.extensions,
        )
        return self._mistaken(execution) if isinstance(execution, list) else execution

    async def _run(
        self, execution: CoreExecutor[Any], context: Any, *, serially: bool | None = None
    ) -> Result:
        answer: Any = execution.execute_operation(serially)
        if inspect.isawaitable(answer):
            answer = await answer
        errors = [shown_error(error, self._present) for error in answer.errors or ()]
        extensions = self._result_extensions(context) if self._result_extensions else {}
        try:
            return Result(answer.data, errors, extensions)
        except (TypeError, ValueError) as error:
            unwritable = GraphQLError("The data is no JSON.", original_error=error)
            return Result(None, [shown_error(unwritable, self._present)], extensions)

    async def _events(
        self, execution: CoreExecutor[Any], source: AsyncIterable[Any], new_context: NewContext
    ) -> AsyncGenerator[Result, None]:
        try:
            async for event in source:
                event_execution = execution.build_per_event_executor(event)
                event_execution.context_value = await new_context()
                yield await self._run(
                    event_execution, event_execution.context_value, serially=False
                )
        except Exception as error:  # noqa: BLE001 - whatever the application raises
            yield self.failed(error)
        finally:
            if close := getattr(source, "aclose", None):
                await close()

    def _refused(self, errors: list[GraphQLError]) -> Result:
        return Result(
            errors=[shown_error(error, self._present) for error in errors], executed=False
        )

    def _mistaken(self, errors: list[GraphQLError]) -> Result:
        return self._refused([_without_cause(error) for error in errors])


def _without_cause(error: GraphQLError) -> GraphQLError:
    """The client's mistake, without the exception by which a scalar may have found it."""
    return GraphQLError(
        _QUOTED_EXCEPTION.sub(", found", error.message),
        error.nodes,
        error.source,
        error.positions,
        extensions={"code": "BAD_REQUEST", **(error.extensions or {})},
    )


def _not_allowed(operation: OperationType) -> GraphQLError:
    message = f"A {operation.value} cannot be run this way."
    return GraphQLError(message, extensions={"code": f"{operation.name}_NOT_ALLOWED"})
