"""Metrics of the server, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

operations = Counter(
    "kith_operations_total", "GraphQL operations run.", ["kind", "operation", "outcome"]
)
operation_seconds = Histogram(
    "kith_operation_seconds",
    "How long GraphQL operations take, in seconds.",
    ["kind", "operation"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
fallbacks = Counter(
    "kith_operation_fallbacks_total",
    "Operations that graphql-core ran because plans do not know a construct of theirs.",
    ["construct"],
)
unavailable = Counter(
    "kith_unavailable_total",
    "Errors `UNAVAILABLE` that clients were told because a store was away.",
    ["reason"],
)
facts_oldest = Gauge(
    "kith_facts_oldest_seconds", "Age of the oldest fact that is not carried out, in any process."
)
schedule_silent = Gauge(
    "kith_schedule_silent_seconds",
    "Since when no worker has started a job of the schedule; infinite for never.",
)
requests = Counter("kith_http_requests_total", "HTTP requests answered.", ["method", "status"])
request_seconds = Histogram("kith_http_request_seconds", "How long HTTP requests take, in seconds.")
sockets = Gauge("kith_sockets", "WebSockets that are open.")

_MOST_NAMES, _LONGEST_NAME = 200, 64
_names: set[str] = set()


def operation_label(name: str | None) -> str:
    """Give the metric label of an operation name.

    Clients choose the names, so only the first 200 that are not too long get a label of their own.
    """
    if name is None:
        return "(anonymous)"
    if len(name) > _LONGEST_NAME or (name not in _names and len(_names) >= _MOST_NAMES):
        return "(other)"
    _names.add(name)
    return name
