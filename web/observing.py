"""The executor as the server runs it: each operation counted, timed and traced."""

import time
from typing import Any

from graphql import OperationDefinitionNode, get_operation_ast
from opentelemetry import trace

from execution.executor import QUERIES_AND_MUTATIONS, Executor, Operations
from execution.requests import OperationRequest
from execution.results import Result
from web import metrics

_tracer = trace.get_tracer("kith")


class ObservedExecutor(Executor):
    """An executor that tells Prometheus and OpenTelemetry what it runs, never with which values."""

    async def execute(
        self,
        request: OperationRequest,
        context: Any,
        *,
        allow: Operations = QUERIES_AND_MUTATIONS,
    ) -> Result:
        """Run a query or a mutation; see `Executor.execute`."""
        kind, name = _described(self._operation(request))
        started = time.perf_counter()
        with _tracer.start_as_current_span(
            f"graphql {kind}", attributes={"graphql.operation.name": name}
        ):
            result = await super().execute(request, context, allow=allow)
        outcome = "ok" if not result.errors else result.codes[0].lower()
        metrics.operations.labels(kind, name, outcome).inc()
        metrics.operation_seconds.labels(kind, name).observe(time.perf_counter() - started)
        return result

    def _operation(self, request: OperationRequest) -> OperationDefinitionNode | None:
        document = self._documents.get(request.query)
        if isinstance(document, Result):
            return None
        return get_operation_ast(document.node, request.operation_name)


def _described(operation: OperationDefinitionNode | None) -> tuple[str, str]:
    if operation is None:
        return "refused", "(refused)"
    name = operation.name.value if operation.name else None
    return operation.operation.value, metrics.operation_label(name)
