"""The targets: how Kith's CPU for one request should compare with that of its peers."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.peers.contenders import KITH
from benchmarks.report import Table


@dataclass(frozen=True, slots=True)
class Target:
    """At most so many times what a peer uses.

    Attributes:
        peer: its name.
        whole: whether PostgreSQL's CPU counts on both sides.
        most: the largest ratio of Kith to the peer, by operation.
    """

    peer: str
    whole: bool
    most: dict[str, float]


TARGETS = (
    Target(
        "Strawberry, asyncpg, DataLoader, caches",
        whole=False,
        most={"FEED": 1 / 14, "CHAT": 1 / 11, "POINT": 1 / 6},
    ),
    Target("PostGraphile 5", whole=False, most={"FEED": 0.60, "CHAT": 0.50, "POINT": 0.50}),
    Target("Mercurius, graphql-jit", whole=False, most={"FEED": 0.55, "CHAT": 0.55, "POINT": 0.95}),
    Target("hand-written limit", whole=True, most={"FEED": 1.2, "CHAT": 1.6, "POINT": 1.6}),
)


def markdown(table: Table) -> str:
    """Write which targets are reached by these figures; peers that were left out are left out."""
    lines = ["| Kith's CPU against | operation | measured | at most | |", "|---|---|---:|---:|---|"]
    for target in TARGETS:
        for operation, figures in table.items():
            if target.peer in figures:
                lines.append(_line(target, operation, table))
    return "\n".join(lines)


def _line(target: Target, operation: str, table: Table) -> str:
    ours, theirs = table[operation][KITH.name], table[operation][target.peer]
    if target.whole:
        name, ratio = f"{target.peer}, with PostgreSQL", ours.whole_us / theirs.whole_us
    else:
        name, ratio = target.peer, ours.server_us / theirs.server_us
    most = target.most[operation]
    cells: Sequence[str] = (
        name,
        operation,
        f"{ratio:.2f}",
        f"{most:.2f}",
        "reached" if ratio <= most else "missed",
    )
    return f"| {' | '.join(cells)} |"
