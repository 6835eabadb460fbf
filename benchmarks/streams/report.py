"""Reports: the figures of streams beside their targets, as Markdown tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field

KB_EACH = 40.0
STORM_SECONDS = 10.0
DELIVERIES_PER_SECOND = 30_000
CPU_MICROSECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Idle:
    """What open sockets hold.

    Attributes:
        sockets: how many, each with one subscription.
        seconds: in which all were connected.
        held_bytes: of memory, by all of them.
        busy_connections: to the database, while nothing happens.
    """

    sockets: int
    seconds: float
    held_bytes: int
    busy_connections: int


@dataclass(slots=True)
class Figures:
    """What events cost that many are told of.

    Attributes:
        listeners: how many are told of each.
        seconds: from an event's writing until the last one is told, on the average.
        cpu_seconds: of the server for an event, its writing included.
        bare_cpu_seconds: of a server that does nothing but send the same bytes.
        told: what one listener is told, as JSON.
        deliveries: how many seconds each delivery took while a query ran beside.
        query_alone: how many seconds that query took while nothing happened, ascending.
        query_beside: the same while events were told.
    """

    listeners: int
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    bare_cpu_seconds: float = 0.0
    told: bytes = b""
    deliveries: list[float] = field(default_factory=list)
    query_alone: list[float] = field(default_factory=list)
    query_beside: list[float] = field(default_factory=list)


def idle(found: Idle) -> str:
    """Write the table of open sockets."""
    return _table(
        f"{found.sockets} idle sockets, each of another person with one subscription",
        [
            ("memory of the server, kB a socket", found.held_bytes / found.sockets / 1000, KB_EACH),
            ("connecting all of them, s", found.seconds, STORM_SECONDS),
            ("connections to the database in use", found.busy_connections, 0),
        ],
    )


def fan_out(title: str, found: Figures) -> str:
    """Write the table of events for many."""
    each = found.cpu_seconds / found.listeners * 1e6
    bare = found.bare_cpu_seconds / found.listeners * 1e6
    rate = found.listeners / found.seconds
    return _table(
        title,
        [
            ("CPU of the server, µs a delivery", each, CPU_MICROSECONDS),
            ("the same of a bare WebSocket server that sends the same bytes", bare, None),
            ("deliveries a second, one event after the other", rate, DELIVERIES_PER_SECOND),
            ("from writing to the last delivery, ms", found.seconds * 1000, None),
            ("delivery beside a query, p50 ms", _percentile(found.deliveries, 50), None),
            ("delivery beside a query, p99 ms", _percentile(found.deliveries, 99), None),
            ("that query, p50 ms", _percentile(found.query_beside, 50), None),
            ("that query, p99 ms", _percentile(found.query_beside, 99), None),
            ("that query alone, p50 ms", _percentile(found.query_alone, 50), None),
            ("that query alone, p99 ms", _percentile(found.query_alone, 99), None),
        ],
    )


def _percentile(seconds: Sequence[float], percent: int) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] * 1000


def _table(title: str, rows: Sequence[tuple[str, float, float | None]]) -> str:
    lines = [f"### {title}", "", "| what | measured | target |", "| --- | ---: | ---: |"]
    for name, value, target in rows:
        wanted = "" if target is None else f"{target:g}"
        lines.append(f"| {name} | {value:,.1f} | {wanted} |")
    return "\n".join([*lines, ""])
