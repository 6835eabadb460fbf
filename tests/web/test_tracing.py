"""Traces: a span for each operation, sent to where OpenTelemetry's own variables say."""

import http.server
import sys
import threading

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from commands import failures
from web import tracing

QUERY = "query Traced { viewer { profile { id } } }"
MUTATION = "mutation Out { logOut(input: {}) { __typename } }"


@pytest.fixture
def collector(monkeypatch):
    """An OpenTelemetry collector; gives what was sent to it."""
    received = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Stay silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        yield received
        server.shutdown()


def spans_of(received):
    """The spans by their names, each with its attributes."""
    return {
        span.name: {pair.key: pair.value.string_value for pair in span.attributes}
        for _, request in received
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    }


def services_of(received):
    """The names under which spans were sent."""
    return {
        pair.value.string_value
        for _, request in received
        for group in request.resource_spans
        for pair in group.resource.attributes
        if pair.key == "service.name"
    }


async def test_operations_are_sent_as_spans_without_values(collector, serve):
    async with serve(otel_enabled=True) as http:
        await http.post("/graphql", json={"query": QUERY, "variables": {"secret": "hidden"}})
        await http.post("/graphql", json={"query": MUTATION})
        await http.post("/graphql", json={"query": "query Junk {"})
    assert {path for path, _ in collector} == {"/v1/traces"}
    assert services_of(collector) == {"kith"}
    assert spans_of(collector) == {
        "graphql query": {"graphql.operation.name": "Traced"},
        "graphql mutation": {"graphql.operation.name": "Out", "error.type": "unauthenticated"},
        "graphql refused": {
            "graphql.operation.name": "(refused)",
            "error.type": "graphql_parse_failed",
        },
    }
    assert "hidden" not in str(collector)


async def test_the_service_has_the_name_that_is_set(collector, serve, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "kith of Berlin")
    async with serve(otel_enabled=True) as http:
        await http.post("/graphql", json={"query": QUERY})
    assert services_of(collector) == {"kith of Berlin"}


async def test_without_the_setting_nothing_is_sent(collector, serve):
    async with serve() as http:
        await http.post("/graphql", json={"query": QUERY})
    assert collector == []


def test_missing_packages_are_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    with pytest.raises(tracing.TracingUnavailable) as missing:
        tracing.provider(enabled=True)
    assert failures.sentence_of(missing.value) == (
        "OTEL_ENABLED is true and the packages that send spans are missing: "
        "run `pip install -c constraints.txt -e '.[tracing]'`."
    )
