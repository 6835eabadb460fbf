"""The report: figures of every policy with intervals, and how far Kith is from its targets."""

import json
import math
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student

from benchmarks.matching.evenings import AFTER, TAUGHT, Scored, Views
from benchmarks.matching.market import Week
from benchmarks.report import RESULTS
from matching.measures import Estimate, Outcomes, mean

_NONE = "-"
_LABELS = {
    "similarity": "similarity",
    "formula": "hand-weighted formula",
    "prior": "Kith, bundled prior",
    "one-sided 0": "one-sided, refitted",
    "harmonic 0": "harmonic mean, refitted",
    "kith 0": "Kith, refitted",
    f"one-sided {AFTER}": f"one-sided, after {AFTER}",
    f"harmonic {AFTER}": f"harmonic mean, after {AFTER}",
    f"without taste {AFTER}": f"Kith without taste, after {AFTER}",
    f"kith {AFTER}": f"Kith, after {AFTER}",
}


@dataclass(frozen=True)
class Target:
    """What a figure should be.

    Attributes:
        measure: its name.
        found: the figure.
        must: what it has to reach.
        moonshot: what would be outstanding.
        less: whether less is better.
    """

    measure: str
    found: Estimate
    must: float
    moonshot: float
    less: bool = False

    def gap(self, target: float) -> str:
        """Say whether a target is reached, or how much is missing."""
        missing = (self.found.value - target) if self.less else (target - self.found.value)
        return "reached" if missing <= 0.0 else f"misses by {missing:.3g}"


@dataclass(frozen=True)
class Results:
    """Everything that was measured.

    Attributes:
        scored: the scored evenings of each seed.
        views: by policy, for every evening of every seed.
        weeks: by policy, for every town of every seed.
    """

    scored: Sequence[Scored]
    views: Sequence[Mapping[str, Views]]
    weeks: Sequence[Mapping[str, Week]]

    @cached_property
    def likes(self) -> dict[str, Estimate]:
        """Like AUC within a viewer's candidates, by ranking."""
        return self._of_rankings("likes", "liked", Outcomes.auc)

    @cached_property
    def matches(self) -> dict[str, Estimate]:
        """Match AUC within a viewer's candidates, by ranking."""
        return self._of_rankings("matches", "matched", Outcomes.auc)

    @cached_property
    def lifts(self) -> dict[str, Estimate]:
        """The rate of matches in each viewer's first tenth over that among all, by ranking."""
        return self._of_rankings("matches", "matched", Outcomes.top_decile_lift)

    @cached_property
    def calibration(self) -> Estimate:
        """The calibration error after ten decisions."""
        chances = np.concatenate([one.chances for one in self.scored])
        return _known(Outcomes(self._viewers, self._came("liked")).calibration_error(chances))

    @cached_property
    def feedback(self) -> tuple[int, float]:
        """The number of decisions at which feedback gained least over none, and the gain."""
        gains = {n: self.likes[f"kith {n}"].value for n in range(1, TAUGHT + 1)}
        worst = min(gains, key=lambda n: gains[n])
        return worst, gains[worst] - self.likes["kith 0"].value

    def found_in(self, policy: str, count: int) -> Estimate:
        """Give the part of an evening's matches that are found in the first views."""
        played = [one[policy] for one in self.views if one[policy].possible]
        return _known(mean([one.found[count - 1] / one.possible for one in played]))

    def matched_in(self, policy: str, count: int) -> Estimate:
        """Give the part of people with a match after the first views."""
        return _known(mean([one[policy].matched[count - 1] for one in self.views]))

    def week(self, policy: str, measure: str) -> Estimate:
        """Give a figure of the market, the mean over towns."""
        return _by_student([getattr(one[policy], measure) for one in self.weeks])

    def targets(self) -> list[Target]:
        """Give Kith's figures beside what they should be."""
        ten, pairs = f"kith {AFTER}", "Kith, pairing"
        return [
            Target("cold like AUC", self.likes["kith 0"], 0.56, 0.61),
            Target("cold match AUC", self.matches["kith 0"], 0.55, 0.59),
            Target("cold top-decile match lift", self.lifts["kith 0"], 1.35, 1.75),
            Target(f"like AUC after {AFTER} decisions", self.likes[ten], 0.715, 0.745),
            Target(f"match AUC after {AFTER} decisions", self.matches[ten], 0.69, 0.725),
            Target("matches found in 5 views", self.found_in(pairs, 5), 0.33, 0.40),
            Target("matches found in 8 views", self.found_in(pairs, 8), 0.60, 0.68),
            Target("people matched within 5 views", self.matched_in(pairs, 5), 0.53, 0.63),
            Target("market: matches a person and week", self.week(pairs, "matches"), 6.0, 7.2),
            Target("market: people matched", self.week(pairs, "matched"), 0.75, 0.87),
            Target("market: Gini of exposure", self.week(pairs, "gini"), 0.6, 0.4, less=True),
            Target("calibration error over deciles", self.calibration, 0.05, 0.02, less=True),
        ]

    @cached_property
    def _viewers(self) -> Any:
        """The viewers of all seeds under numbers of their own."""
        offsets = np.cumsum([0, *(int(one.viewers.max()) + 1 for one in self.scored[:-1])])
        return np.concatenate(
            [one.viewers + offset for one, offset in zip(self.scored, offsets, strict=True)]
        )

    def _came(self, name: str) -> Any:
        return np.concatenate([getattr(one, name) for one in self.scored])

    def _of_rankings(
        self, rankings: str, came: str, judge: Callable[..., Estimate | None]
    ) -> dict[str, Estimate]:
        outcomes = Outcomes(self._viewers, self._came(came))
        scores = [getattr(one, rankings) for one in self.scored]
        return {
            name: _known(judge(outcomes, np.concatenate([one[name] for one in scores])))
            for name in scores[0]
        }


def markdown(results: Results) -> str:
    """Write the report."""
    return "\n\n".join(
        (
            "### Likes and matches told apart among one viewer's candidates",
            _table(
                ("ranking", "like AUC", "match AUC", "top-decile match lift"), _rankings(results)
            ),
            _feedback(results),
            "### Matches of an evening found in the first views",
            _table(("policy", "in 5 views", "in 8 views", "people matched in 5"), _views(results)),
            "### A week in the market",
            _table(
                ("policy", "matches a person", "people matched", "Gini of exposure", "never shown"),
                _weeks(results),
            ),
            "### Targets",
            _table(("measure", "Kith", "must", "", "moonshot", ""), _targets(results)),
        )
    )


def store(results: Results, conditions: Mapping[str, Any]) -> Path:
    """Keep the report and its figures beside the conditions under which they were measured.

    Returns:
        The file with the figures; the report is beside it.
    """
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "matching.json"
    path.with_suffix(".md").write_text(f"{markdown(results)}\n", encoding="utf-8")
    figures = {
        "likes": results.likes,
        "matches": results.matches,
        "lifts": results.lifts,
        "targets": {one.measure: one.found for one in results.targets()},
    }
    whole = {
        "conditions": {"python": platform.python_version(), **conditions},
        "figures": {
            name: {key: asdict(found) for key, found in table.items()}
            for name, table in figures.items()
        },
        "weeks": [{name: asdict(one) for name, one in week.items()} for week in results.weeks],
        "views": [{name: asdict(one) for name, one in each.items()} for each in results.views],
    }
    path.write_text(f"{json.dumps(whole, indent=1)}\n", encoding="utf-8")
    return path


def _rankings(results: Results) -> Iterable[Sequence[str]]:
    for name, label in _LABELS.items():
        tables = (results.likes, results.matches, results.lifts)
        yield label, *(_written(table.get(name)) for table in tables)


def _feedback(results: Results) -> str:
    curve = ", ".join(f"{results.likes[f'kith {n}'].value:.3f}" for n in range(TAUGHT + 1))
    worst, gain = results.feedback
    return (
        f"Like AUC after 0 to {TAUGHT} decisions: {curve}. The least gain over none is {gain:+.3f},"
        f" after {worst}. Calibration error after {AFTER}: {_written(results.calibration)}."
    )


def _views(results: Results) -> Iterable[Sequence[str]]:
    for name in results.views[0]:
        figures = (results.found_in(name, 5), results.found_in(name, 8))
        yield name, *map(_percent, figures), _percent(results.matched_in(name, 5))


def _weeks(results: Results) -> Iterable[Sequence[str]]:
    for name in results.weeks[0]:
        matches, spread = results.week(name, "matches"), results.week(name, "gini")
        parts = [_percent(results.week(name, one)) for one in ("matched", "never_shown")]
        yield name, _written(matches, 2), parts[0], _written(spread, 2), parts[1]


def _targets(results: Results) -> Iterable[Sequence[str]]:
    for one in results.targets():
        must, moonshot = f"{one.must:g}", f"{one.moonshot:g}"
        yield (
            one.measure,
            _written(one.found),
            must,
            one.gap(one.must),
            moonshot,
            one.gap(one.moonshot),
        )
    worst, gain = results.feedback
    state = "reached" if gain >= 0.0 else f"misses by {-gain:.3g}"
    yield "feedback lowers like AUC", f"{gain:+.3f} after {worst}", "never", state, "never", state


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _written(estimate: Estimate | None, digits: int = 3) -> str:
    if estimate is None:
        return _NONE
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"


def _percent(estimate: Estimate) -> str:
    return f"{estimate.value:.1%} ({estimate.low:.1%} to {estimate.high:.1%})"


def _by_student(values: Sequence[float]) -> Estimate:
    """Give the mean with Student's interval, which holds for the few towns there are."""
    middle = float(np.mean(values))
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    width = float(student.ppf(0.975, len(values) - 1)) * error
    return Estimate(middle, middle - width, middle + width)


def _known(estimate: Estimate | None) -> Estimate:
    assert estimate is not None, "too little was measured for an interval"
    return estimate
