"""Reports: figures as Markdown tables with ratios, and as JSON."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from benchmarks.rounds import Figures

Table = Mapping[str, Mapping[str, Figures]]
"""Figures by operation and contender."""

RESULTS = Path(__file__).resolve().parent / "results"

_HEAD = (
    "contender",
    "server µs",
    "PostgreSQL µs",
    "both µs",
    "server : Kith",
    "both : Kith",
    "p50 ms",
    "p99 ms",
    "requests/s",
    "memory MB",
    "statements",
)
_RATIOS = (4, 5)


def markdown(table: Table, *, against: str) -> str:
    """Write one table for each operation.

    Args:
        table: the figures.
        against: the contender with which all others are compared.
    """
    parts = []
    for operation, figures in table.items():
        ours = figures[against]
        lines = [f"### {operation}", "", _line(_HEAD), _line(["---"] + ["---:"] * (len(_HEAD) - 1))]
        lines += [_line(_cells(name, found, ours)) for name, found in figures.items()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def plain(figures: Mapping[str, Figures]) -> str:
    """Write figures as one table without ratios.

    Args:
        figures: by operation.
    """
    head = [cell for cell in _HEAD if not cell.endswith(": Kith")]
    rows = [
        [cell for place, cell in enumerate(_cells(name, found, found)) if place not in _RATIOS]
        for name, found in figures.items()
    ]
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join(_line(cells) for cells in (["operation", *head[1:]], rule, *rows))


def _cells(name: str, found: Figures, ours: Figures) -> list[str]:
    return [
        name,
        f"{found.server_us:,.0f}",
        f"{found.database_us:,.0f}",
        f"{found.whole_us:,.0f}",
        f"{found.server_us / ours.server_us:.2f}",
        f"{found.whole_us / ours.whole_us:.2f}",
        f"{found.p50_ms:.1f}",
        f"{found.p99_ms:.1f}",
        f"{found.requests_per_second:,.0f}",
        f"{found.memory_mb:,.0f}",
        f"{found.statements:g}",
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def store(name: str, table: Table, conditions: Mapping[str, Any]) -> Path:
    """Keep figures as JSON beside the conditions under which they were measured.

    Returns:
        The file.
    """
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    whole = {
        "conditions": {"python": platform.python_version(), **conditions},
        "figures": {
            operation: {contender: asdict(found) for contender, found in figures.items()}
            for operation, figures in table.items()
        },
    }
    path.write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2) + b"\n")
    return path
