"""`kith replay`: judge the ranking by a file of decisions; needs no store."""

import json
import sys
from pathlib import Path

from rich.table import Table

from commands.failures import CommandFailed
from commands.terminal import console
from matching.decision_files import DecisionFileError, read_decisions
from matching.measures import Estimate
from matching.replaying import AFTER, Part, Report, replay


def judge(path: Path, *, as_json: bool, seed: int) -> None:
    """Replay a file of decisions and write how well they were predicted.

    Args:
        path: of the file; `matching.decision_files` says what is in it.
        as_json: whether the report is JSON instead of tables.
        seed: of the ranking at random and of the intervals.

    Raises:
        CommandFailed: the file is not as it must be.
        OSError: the file cannot be read.
    """
    try:
        decisions = read_decisions(path)
    except DecisionFileError as error:
        raise CommandFailed(f"{path}: {error}") from None
    report = replay(decisions, seed=seed)
    if as_json:
        # Not through the console, which would break long lines.
        sys.stdout.write(f"{json.dumps(report.as_dict(), indent=2)}\n")
    else:
        _show(report)


def _show(report: Report) -> None:
    _show_part("All decisions", report.all)
    _show_part(f"After {AFTER} decisions of the viewer and {AFTER} about the candidate",
               report.after_ten)  # fmt: skip
    refits = ", ".join(f"{count:,}" for count in report.refits) or "never"
    console.print(f"Weights refitted after: {refits}. Intervals: 95 %, bootstrap by viewer.")


def _show_part(title: str, part: Part) -> None:
    console.print(
        f"{title}: {part.decisions:,}, {part.likes:,} of them likes;"
        f" {part.pairs:,} pairs decided both ways, {part.matches:,} of them matches."
    )
    table = Table("Ranking", "Like AUC", "Match AUC", "Match lift, first tenth", box=None)
    for name, found in part.rankings.items():
        figures = (found.like_auc, found.match_auc, found.match_lift)
        table.add_row(name, *map(_written, figures))
    console.print(table)
    console.print(f"Calibration error of Kith: {_written(part.calibration_error)}\n")


def _written(estimate: Estimate | None) -> str:
    if estimate is None:
        return "too few to tell"
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"
