"""The executor as the server runs it: each operation counted, timed and traced."""

import time
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

from graphql import OperationDefinitionNode
from opentelemetry import trace

from execution.executor import Answer, Executor
from execution.limits import Limits
from execution.results import Result
from persistence.statements import executed
from web import metrics


class ObservedExecutor(Executor):
    """An executor that tells Prometheus and OpenTelemetry what it runs, never with which values.

    Args:
        tracer_provider: where its spans go; None for the provider of the process.
        shows_statements: whether an answer says in `extensions.cost.sqlStatements` how many
            statements the operation ran, those that make its context apart.
        options: those of `Executor`.
    """

    def __init__(
        self,
        *given: Any,
        tracer_provider: trace.TracerProvider | None = None,
        shows_statements: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*given, on_fallback=_count_fallback, **options)
        self._shows_statements = shows_statements
        self._tracer = trace.get_tracer("kith", tracer_provider=tracer_provider)

    async def _observed(
        self, operation: OperationDefinitionNode | None, answering: Awaitable[Answer]
    ) -> Answer:
        kind, name = _described(operation)
        if self._shows_statements:
            answering = _with_statements(answering)
        started = time.perf_counter()
        with self._tracer.start_as_current_span(
            f"graphql {kind}", attributes={"graphql.operation.name": name}
        ) as span:
            answer = await answering
            outcome = _outcome_of(answer)
            if outcome != "ok":
                span.set_attribute("error.type", outcome)
        metrics.operations.labels(kind, name, outcome).inc()
        metrics.operation_seconds.labels(kind, name).observe(time.perf_counter() - started)
        return answer

    def _told(self, context: Any, cost: int) -> dict[str, Any]:
        told = super()._told(context, cost)
        if self._shows_statements:
            told["cost"]["sqlStatements"] = len(executed.get() or ())
        return told


def _described(operation: OperationDefinitionNode | None) -> tuple[str, str]:
    if operation is None:
        return "refused", "(refused)"
    name = operation.name.value if operation.name else None
    return operation.operation.value, metrics.operation_label(name)


def limits_of(settings: Any) -> Limits:
    """How much a document may ask for, and an operation cost, by the settings."""
    return Limits(
        depth=settings.max_query_depth,
        aliases=settings.max_query_aliases,
        tokens=settings.max_query_tokens,
        cost=settings.max_query_cost,
    )


async def _with_statements(answering: Awaitable[Answer]) -> Answer:
    """Await an answer with a list of its own for the statements that it takes."""
    texts: list[str] = []
    outer = executed.get()
    token = executed.set(texts)
    try:
        return await answering
    finally:
        executed.reset(token)
        if outer is not None:
            outer.extend(texts)


def _count_fallback(unknown: tuple[str, ...]) -> None:
    for construct in unknown:
        metrics.fallbacks.labels(construct).inc()


def _outcome_of(answer: Result | AsyncGenerator[Result, None]) -> str:
    if isinstance(answer, Result) and answer.errors:
        return answer.codes[0].lower()
    return "ok"
