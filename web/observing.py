"""The executor as the server runs it: each operation counted, timed and traced."""

import time
from typing import Any

from graphql import OperationType
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
        kind = _kind(self.operation_type(request))
        name = metrics.operation_label(request.operation_name)
        started = time.perf_counter()
        with _tracer.start_as_current_span(
            f"graphql {kind}", attributes={"graphql.operation.name": name}
        ):
            result = await super().execute(request, context, allow=allow)
        outcome = "ok" if not result.errors else result.codes[0].lower()
        metrics.operations.labels(kind, name, outcome).inc()
        metrics.operation_seconds.labels(kind, name).observe(time.perf_counter() - started)
        return result


def _kind(operation: OperationType | None) -> str:
    return operation.value if operation is not None else "refused"
