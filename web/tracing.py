"""Tracing: where spans go when OTEL_ENABLED is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class TracingUnavailable(Exception):
    """Tracing is wanted and its packages are not installed; the message is one sentence."""


def provider(*, enabled: bool) -> TracerProvider | None:
    """Make what collects spans and sends them by OTLP over HTTP.

    The SDK reads its own `OTEL_` variables: the address (`OTEL_EXPORTER_OTLP_ENDPOINT`), the name
    of the service (kith unless set), the sampler and the limits.

    Args:
        enabled: whether spans are wanted.

    Returns:
        The provider, which its owner shuts down; None when spans are not wanted, so that they go
        to the provider of the process, if it has one.

    Raises:
        TracingUnavailable: the packages of the extra `tracing` are missing.
    """
    if not enabled:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http import trace_exporter  # noqa: PLC0415
        from opentelemetry.sdk import resources, trace  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise TracingUnavailable(
            "OTEL_ENABLED is true and the packages that send spans are missing: "
            "run `pip install -c constraints.txt -e '.[tracing]'`."
        ) from error
    named = resources.Resource({resources.SERVICE_NAME: "kith"})
    resource = named.merge(resources.OTELResourceDetector().detect())
    provider = trace.TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(trace_exporter.OTLPSpanExporter()))
    return provider
