"""The report: the faults, and the ledger as a table."""

from collections import Counter
from dataclasses import astuple, fields
from operator import attrgetter

from benchmarks.chaos.faults import Injected
from benchmarks.chaos.ledger import Verdict
from benchmarks.chaos.world import Outcome

_COLUMNS = [field.name for field in fields(Verdict)]
_KIND_WIDTH = 28
_SHOWN = 20


def is_right(outcome: Outcome, *, faults: int) -> bool:
    """Whether everything was as promised, under as many faults as asked for."""
    return (
        not outcome.wrong
        and not outcome.gave_up
        and bool(outcome.ledger.acknowledged)
        and len(outcome.faults) >= faults
    )


def plain(outcome: Outcome) -> str:
    """Write an outcome for a terminal."""
    return "\n".join(
        [
            *_faults(outcome.faults),
            "",
            *_sends(outcome),
            "",
            *_ledger(outcome),
            *_complaints(outcome),
        ]
    )


def _faults(faults: list[Injected]) -> list[str]:
    lines = ["  at s  took s  target      fault"]
    for each in sorted(faults, key=attrgetter("at_seconds")):
        fault = each.fault
        times = f"{each.at_seconds:6.1f}  {each.took_seconds:6.1f}"
        lines.append(f"{times}  {fault.target:10}  {fault.kind}")
    kinds = Counter(f"{each.fault.target} {each.fault.kind}" for each in faults)
    return [*lines, f"{len(faults)} faults of {len(kinds)} kinds"]


def _sends(outcome: Outcome) -> list[str]:
    sends, acknowledged = len(outcome.ledger.sends), len(outcome.ledger.acknowledged)
    lines = [f"{sends:,} sends, {acknowledged:,} acknowledged, {sends - acknowledged:,} not"]
    for who, failures in outcome.failures.items():
        told = ", ".join(f"{why} {times:,}" for why, times in failures.most_common())
        lines.append(f"{who} tried again after: {told or 'nothing'}")
    lines.append(f"everybody had everything {outcome.recovery_seconds:.1f} s after the last send")
    return lines


def _ledger(outcome: Outcome) -> list[str]:
    lines = [_line("listeners", 0, _COLUMNS), "-" * (_KIND_WIDTH + 5 + 12 * len(_COLUMNS))]
    total, number = Verdict(), 0
    for kind, (verdict, count) in outcome.verdicts.items():
        lines.append(_line(kind, count, astuple(verdict)))
        total, number = total + verdict, number + count
    return [*lines, _line("all", number, astuple(total))]


def _line(kind: str, count: int, cells: tuple[object, ...] | list[str]) -> str:
    shown = "".join(f"{cell:>12,}" if isinstance(cell, int) else f"{cell:>12}" for cell in cells)
    return f"{kind:{_KIND_WIDTH}}{count or '':>5}{shown}"


def _complaints(outcome: Outcome) -> list[str]:
    lines = [f"{name} ended by itself {n} times" for name, n in outcome.gave_up.items()]
    for name, verdict in list(outcome.wrong.items())[:_SHOWN]:
        what = ", ".join(
            f"{field} {getattr(verdict, field)}"
            for field in ("lost", "twice", "disorder", "gaps", "strange")
            if getattr(verdict, field)
        )
        lines.append(f"WRONG {name}: {what}")
    return ["", *lines] if lines else []
