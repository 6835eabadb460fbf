"""Running: one operation on graphql-core, whichever way, and on the engine."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import strawberry
from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    MiddlewareManager,
    NameNode,
    OperationDefinitionNode,
)
from graphql.execution import Executor as CoreExecutor
from graphql.pyutils import Path

from execution.executor import Executor
from execution.limits import Limits
from execution.requests import OperationRequest
from execution.results import Renderer, Result
from tests.execution.differential.lanes import Lane
from tests.execution.differential.operations import Operation

Core = CoreExecutor[Any] | list[GraphQLError]
"""An executor of graphql-core, or what is wrong with the variables."""

_LIMITS = Limits(
    tokens=100_000,
    fields=100_000,
    aliases=100_000,
    root_fields=100_000,
    directives=100_000,
    comparisons=1_000_000,
    cost=10**15,
)


def present(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    """Show an error as it is, with the class of what a resolver raised."""
    cause = type(error.original_error).__name__
    return error.message, {"cause": cause, **(error.extensions or {})}


def engine(schema: strawberry.Schema) -> Executor:
    """The engine for a schema."""
    return Executor(schema, present_error=present, limits=_LIMITS)


async def run_on_engine(
    engine: Executor, operation: Operation, values: dict[str, Any], new_lane: Callable[[], Lane]
) -> list[tuple[Result, Lane]]:
    """Run an operation with values for its variables on the engine: once, or for each event."""
    request = OperationRequest(operation.text, operation.name, values)
    lanes: list[Lane] = []

    async def new_context() -> Lane:
        lanes.append(new_lane())
        return lanes[-1]

    if operation.is_subscription:
        answer = await engine.subscribe(request, new_context)
        if isinstance(answer, Result):
            return [(answer, new_lane())]
        results = [event async for event in answer]
        # The source has made the events in a lane of its own.
        source = lanes.pop(0)
        lanes[0].unawaited += source.unawaited
    else:
        results = [await engine.execute(request, await new_context())]
    await _left_behind()
    return list(zip(results, lanes, strict=True))


def build_core(
    schema: strawberry.Schema,
    document: DocumentNode,
    operation: Operation,
    values: dict[str, Any],
    new_lane: Callable[[], Lane],
) -> list[tuple[Core, Lane]]:
    """Executors of graphql-core, each with its lane: one, or one for each event.

    What waits does so only if the lane does.
    """
    lane = new_lane()
    core = CoreExecutor.build(
        schema._schema,
        document,
        context_value=lane,
        raw_variable_values=values,
        operation_name=operation.name,
        middleware=None if lane.waits else MiddlewareManager(_at_once),
    )
    if isinstance(core, list) or not operation.is_subscription:
        return [(core, lane)]
    lanes = [(event, new_lane()) for event in lane.world.events(_source(core))]
    return [(_of_event(core, event.make(lane), lane), lane) for event, lane in lanes]


def _source(core: CoreExecutor[Any]) -> str:
    """The field of the root of a subscription, by its name in Python."""
    field: Any = core.operation.selection_set.selections[0]
    root: Any = core.schema.subscription_type
    name: str = root.fields[field.name.value].extensions["strawberry-definition"].python_name
    return name


def _of_event(core: CoreExecutor[Any], event: Any, lane: Lane) -> CoreExecutor[Any]:
    execution = core.build_per_event_executor(event)
    execution.context_value = lane
    return execution


def run_on_core(core: Core) -> Result:
    """Run it without an event loop, field after field in the order of the document."""
    if isinstance(core, list):
        return Renderer(present).mistaken(core)
    answer: Any = core.execute_operation()
    return Renderer(present).executed(answer, {})


async def run_on_waiting_core(core: CoreExecutor[Any]) -> Result:
    """Run it in an event loop."""
    answer: Any = core.execute_operation()
    answer = await answer if inspect.isawaitable(answer) else answer
    await _left_behind()
    return Renderer(present).executed(answer, {})


def without_propagation(document: DocumentNode) -> DocumentNode:
    """The same document, in which every error nulls its own place only."""
    name = NameNode(value="experimental_disableErrorPropagation")
    directive = DirectiveNode(name=name, arguments=())
    definitions = []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            kept = {key: getattr(definition, key) for key in definition.keys}
            kept["directives"] = (*(definition.directives or ()), directive)
            definitions.append(OperationDefinitionNode(**kept))
        else:
            definitions.append(definition)  # type: ignore[arg-type]
    return DocumentNode(definitions=tuple(definitions), loc=document.loc)


def _at_once(next_: Callable[..., Any], root: Any, info: Any, **arguments: Any) -> Any:
    """Run a coroutine that never waits to its end, and tell the lane where it is resolved."""
    info.context.place = _place(info.path)
    answer = next_(root, info, **arguments)
    if not inspect.iscoroutine(answer):
        return answer
    try:
        answer.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("A resolver waits.")


def _place(path: Path | None) -> tuple[tuple[str, str], ...]:
    """The selection set of a field: names on the way to it, and the types that have them."""
    if path is None:
        return ()
    above = _place(path.prev)
    return above if path.typename is None else (*above, (path.typename, str(path.key)))


async def _left_behind() -> None:
    """Wait for what a run has left behind."""
    mine = asyncio.current_task()
    while others := [task for task in asyncio.all_tasks() if task is not mine]:
        await asyncio.gather(*others, return_exceptions=True)
