"""The executor as the server runs it: each operation counted, timed and traced."""

import time
from collections.abc import AsyncGenerator, Awaitable
from functools import lru_cache
from typing import Any, NamedTuple

from graphql import OperationDefinitionNode
from opentelemetry import trace
from prometheus_client import Counter, Histogram

from execution.core import Begun, Budget
from execution.executor import Answer, Executor
from execution.limits import Limits
from execution.results import Result
from persistence.frozen import found_in
from persistence.statements import executed
from web import metrics


class ObservedExecutor(Executor):
    """An executor that tells Prometheus and OpenTelemetry what it runs, never with which values.

    Args:
        tracer_provider: where its spans go; None for the provider of the process, if it has one.
        shows_statements: whether an answer says in `extensions.cost.sqlStatements` how many
            statements the operation ran, those that make its context apart; and in
            `extensions.cache` where it found a deck or a ranked feed.
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
        provider = tracer_provider or trace.get_tracer_provider()
        is_wanted = not isinstance(provider, trace.ProxyTracerProvider)
        self._tracer = trace.get_tracer("kith", tracer_provider=provider) if is_wanted else None

    async def _observed(
        self, operation: OperationDefinitionNode | None, answering: Awaitable[Answer]
    ) -> Answer:
        kind, name = _described(operation)
        if self._shows_statements:
            answering = _with_statements(answering)
        if self._tracer is not None:
            answering = _traced(self._tracer, kind, name, answering)
        started = time.perf_counter()
        answer = await answering
        count, duration = _measures(kind, name, _outcome_of(answer))
        count.inc()
        duration.observe(time.perf_counter() - started)
        return answer

    def _told(self, context: Any, begun: Begun, actual: int) -> dict[str, Any]:
        told = super()._told(context, begun, actual)
        if self._shows_statements:
            told["cost"]["sqlStatements"] = len(executed.get() or ())
            if found := found_in.get():
                told["cache"] = dict(found)
        return told


async def _traced(
    tracer: trace.Tracer, kind: str, name: str, answering: Awaitable[Answer]
) -> Answer:
    attributes = {"graphql.operation.name": name}
    with tracer.start_as_current_span(f"graphql {kind}", attributes=attributes) as span:
        answer = await answering
        if (outcome := _outcome_of(answer)) != "ok":
            span.set_attribute("error.type", outcome)
        return answer


@lru_cache(maxsize=2048)
def _measures(kind: str, name: str, outcome: str) -> tuple[Counter, Histogram]:
    return (
        metrics.operations.labels(kind, name, outcome),
        metrics.operation_seconds.labels(kind, name),
    )


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


def budget_of(settings: Any) -> Budget:
    """What an operation may cost by the settings, depending on who asks."""
    costs = costs_of(settings)

    def budget(context: Any) -> int:
        viewer = context.viewer
        if viewer is None:
            return costs.signed_out
        return costs.staff if viewer.is_staff else costs.members

    return budget


class Costs(NamedTuple):
    """The most that an operation may cost, by who asks."""

    signed_out: int
    members: int
    staff: int


def costs_of(settings: Any) -> Costs:
    """Give the limits by the settings; nobody may spend more for not signing in."""
    members = settings.max_query_cost
    return Costs(
        signed_out=min(members, settings.max_query_cost_signed_out),
        members=members,
        staff=max(members, settings.max_query_cost_staff),
    )


async def _with_statements(answering: Awaitable[Answer]) -> Answer:
    """Await an answer and note which statements it takes, and where it finds decks and feeds."""
    texts: list[str] = []
    outer = executed.get()
    token, found = executed.set(texts), found_in.set({})
    try:
        return await answering
    finally:
        executed.reset(token)
        found_in.reset(found)
        if outer is not None:
            outer.extend(texts)


def _count_fallback(unknown: tuple[str, ...]) -> None:
    for construct in unknown:
        metrics.fallbacks.labels(construct).inc()


def _outcome_of(answer: Result | AsyncGenerator[Result, None]) -> str:
    if isinstance(answer, Result) and answer.errors:
        return answer.codes[0].lower()
    return "ok"
