"""Replaying: judge the ranking by decisions that were made, predicting each before learning it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.fitting import Decisions, fitted
from matching.learning import Tally, Taste, learned_of, lesson_of, like_rate
from matching.measures import Estimate, Outcomes
from matching.scoring import NOTHING_LEARNED, PRIOR, Learned, LogOdds, Model, Weight, log_odds

Floats = NDArray[np.float64]
Signals = Mapping[str, float | None]

AFTER = 10
"""How many decisions must be known of both sides for the second part of a report."""

FIRST_REFIT = 250
"""After how many decisions the weights are refitted first; then whenever these have doubled."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of one person about another.

    Args:
        viewer: who decided, by any name.
        candidate: about whom.
        liked: whether it was a like.
        at: when, with its time zone.
        there: the signals the candidate showed to the viewer; those of `scoring.signals` in
            [0, 1], others of any size, None where unknown.
        back: the signals the viewer showed to the candidate, None when unknown; then those of the
            candidate's own decision about the viewer are taken, when there is one.
    """

    viewer: str
    candidate: str
    liked: bool
    at: datetime
    there: Signals
    back: Signals | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one ranking told likes and matches apart among each viewer's candidates.

    Attributes:
        like_auc: 0.5 is a coin.
        match_auc: the same for matches, of pairs that decided both ways.
        match_lift: the rate of matches in each viewer's first tenth, over that among all.
    """

    like_auc: Estimate | None
    match_auc: Estimate | None
    match_lift: Estimate | None


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the decisions, and how well each ranking did on them.

    Attributes:
        decisions: how many.
        likes: how many of them.
        pairs: how many pairs decided both ways.
        matches: how many of them.
        rankings: by name; similarity is left out where it is nowhere known.
        calibration_error: of Kith's chances of a like, over deciles.
    """

    decisions: int
    likes: int
    pairs: int
    matches: int
    rankings: Mapping[str, Quality]
    calibration_error: Estimate | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a replay found.

    Attributes:
        all: every decision.
        after_ten: those of viewers who had decided ten times, about people of whom ten decisions
            were known.
        refits: after how many decisions the weights were refitted.
        model: the last weights.
    """

    all: Part
    after_ten: Part
    refits: tuple[int, ...]
    model: Model

    def as_dict(self) -> dict[str, Any]:
        """Give the report as JSON has it."""
        return {
            "all": asdict(self.all),
            "after_ten": asdict(self.after_ten),
            "refits": list(self.refits),
            "model": self.model.as_dict(),
        }


def replay(decisions: Iterable[Decision], *, model: Model = PRIOR, seed: int = 0) -> Report:
    """Predict each decision from those before it, learn it, and judge the predictions.

    The scores are the product's: `scoring` and `learning` as a deployment runs them, and `fitting`
    on the past alone, after 250 decisions, 500, 1,000 and so on. A match is predicted when the
    first of the two decides, so neither decision of the pair is known. Signals the model does not
    know begin at weight 0, scaled to [0, 1] by the smallest and largest value there is; fitting
    may find them to count in either direction.

    Args:
        decisions: in any order; they are replayed in order of time.
        model: the weights to begin with.
        seed: of the ranking at random and of the bootstrap by viewer.

    Returns:
        How Kith did, beside random order, similarity, and the profiles alone without what was
        learned of people.
    """
    ordered = sorted(decisions, key=lambda decision: decision.at)
    ordered, model = _with_own_signals(ordered, model)
    replayed = _Replay(model, {(one.viewer, one.candidate): one.there for one in ordered})
    for decision in ordered:
        replayed.take(decision)
    rows = replayed.rows
    seasoned = [row for row in rows if row.given >= AFTER and row.received >= AFTER]
    return Report(
        _judged(rows, seed), _judged(seasoned, seed), tuple(replayed.refits), replayed.model
    )


@dataclass(slots=True)
class _Row:
    """One decision, as it was predicted."""

    viewer: str
    candidate: str
    liked: bool
    similarity: float | None
    alone: float
    like: float
    chance: float
    given: int
    received: int
    # Of pairs, where this is their first decision: how a match ranks for the two of them.
    mutual_alone: float | None = None
    mutual: tuple[float, float] = (0.0, 0.0)
    matched: bool | None = None


# The signals of a decision, what was learned of both by then, who decided and when.
_Past = tuple[Signals, float, str, datetime]


class _Replay:
    """What is known after some of the decisions."""

    def __init__(self, model: Model, shown: Mapping[tuple[str, str], Signals]) -> None:
        self.model, self.prior = model, model
        self.rows: list[_Row] = []
        self.refits: list[int] = []
        self._shown = shown
        self._received: dict[str, Tally] = defaultdict(Tally)
        self._given: dict[str, Tally] = defaultdict(Tally)
        self._tastes: dict[str, Taste] = defaultdict(Taste)
        self._counts: dict[tuple[str, str], int] = defaultdict(int)
        self._likes = 0
        self._first: dict[tuple[str, str], _Row] = {}
        self._past: list[_Past] = []

    def take(self, decision: Decision) -> None:
        """Predict a decision, then learn it."""
        viewer, candidate = decision.viewer, decision.candidate
        of_viewer, of_candidate = (
            self._learned(viewer, decision),
            self._learned(candidate, decision),
        )
        odds = self._odds(decision.there, of_viewer, of_candidate)
        chance = self.model.calibration.chance(odds.total)
        row = _Row(
            viewer,
            candidate,
            decision.liked,
            decision.there.get("text_similarity"),
            alone=odds.total - odds.experience,
            # The viewer's pickiness is the same for all candidates of a moment.
            like=odds.total - of_viewer.pickiness,
            chance=chance,
            given=self._counts["given", viewer],
            received=self._counts["received", candidate],
        )
        self._pair(row, decision, odds, of_viewer, of_candidate)
        self.rows.append(row)
        self._learn(decision, odds.experience, chance)
        if len(self.rows) == FIRST_REFIT * 2 ** len(self.refits):
            self._refit()

    def _odds(self, shown: Signals, of_viewer: Learned, of_candidate: Learned) -> LogOdds:
        return log_odds(
            shown,
            self.model,
            appeal=of_candidate.appeal,
            pickiness=of_viewer.pickiness,
            personal=of_viewer.taste,
        )

    def _learned(self, person: str, decision: Decision) -> Learned:
        if not (self._counts["given", person] or self._counts["received", person]):
            return NOTHING_LEARNED
        return learned_of(
            self._received[person],
            self._given[person],
            self._tastes[person],
            decision.at,
            rate=like_rate(self._likes, len(self.rows)),
            model=self.model,
        )

    def _pair(
        self, row: _Row, decision: Decision, odds: LogOdds, of_viewer: Learned, of_other: Learned
    ) -> None:
        """Predict the match at the first decision of a pair, and settle it at the second."""
        first = self._first.get((row.candidate, row.viewer))
        if first is not None:
            first.matched = first.liked and row.liked
            return
        shown = decision.back or self._shown.get((row.candidate, row.viewer), {})
        back = self._odds(shown, of_other, of_viewer)
        both = odds.total + back.total
        row.mutual_alone = both - odds.experience - back.experience
        row.mutual = (
            both - of_viewer.pickiness - of_viewer.appeal,
            both - of_other.pickiness - of_other.appeal,
        )
        self._first.setdefault((row.viewer, row.candidate), row)

    def _learn(self, decision: Decision, experience: float, chance: float) -> None:
        viewer, candidate, liked, at = (
            decision.viewer, decision.candidate, decision.liked, decision.at,
        )  # fmt: skip
        lesson = lesson_of(decision.there, chance=chance, liked=liked, model=self.model)
        self._tastes[viewer] = self._tastes[viewer].after(lesson)
        self._given[viewer] = self._given[viewer].after(liked, at)
        self._received[candidate] = self._received[candidate].after(liked, at)
        self._counts["given", viewer] += 1
        self._counts["received", candidate] += 1
        self._likes += liked
        self._past.append((decision.there, experience, viewer, at))

    def _refit(self) -> None:
        """Fit the weights to all decisions so far, where there is something to tell apart."""
        self.refits.append(len(self.rows))
        if not 0 < self._likes < len(self.rows):
            return
        columns = _columns(self._past, [row.liked for row in self.rows], self.prior)
        version = f"replay@{len(self.refits)}"
        self.model = fitted(columns, version=version, prior=self.prior)


def _columns(past: Sequence[_Past], liked: Sequence[bool], prior: Model) -> Decisions:
    names = tuple(prior.weights)
    return Decisions(
        signals=names,
        values=np.array([[_number(shown.get(name)) for name in names] for shown, *_ in past]),
        experience=np.array([experience for _, experience, *_ in past]),
        liked=np.array(liked, dtype=np.bool_),
        viewers=np.array(_numbers(viewer for _, _, viewer, _ in past), dtype=np.int64),
        decided_at=np.array([at.timestamp() for *_, at in past]),
    )


def _with_own_signals(decisions: Sequence[Decision], model: Model) -> tuple[list[Decision], Model]:
    """Scale the signals the model does not know, and give each a mirrored twin.

    Fitted slopes are never below 0; of the twins, one can tell that less is better.
    """
    bounds: dict[str, tuple[float, float]] = {}
    for decision in decisions:
        for shown in (decision.there, decision.back or {}):
            for name, value in shown.items():
                if name not in model.weights and value is not None:
                    low, high = bounds.get(name, (value, value))
                    bounds[name] = (min(low, value), max(high, value))
    bounds = {name: (low, high) for name, (low, high) in bounds.items() if low < high}
    if not bounds:
        return list(decisions), model

    def scaled(shown: Signals) -> Signals:
        own = dict(shown)
        for name, (low, high) in bounds.items():
            value = own.pop(name, None)
            part = (value - low) / (high - low) if value is not None else None
            own[name], own[_less(name)] = part, 1.0 - part if part is not None else None
        return own

    twins = [one for name in sorted(bounds) for one in (name, _less(name))]
    weights = {**model.weights, **dict.fromkeys(twins, Weight(0.0, 0.5))}
    return [
        replace(one, there=scaled(one.there), back=scaled(one.back) if one.back else None)
        for one in decisions
    ], replace(model, weights=weights)


def _less(name: str) -> str:
    return f"less {name}"


def _judged(rows: Sequence[_Row], seed: int) -> Part:
    likes = Outcomes(
        np.array(_numbers(row.viewer for row in rows), dtype=np.int64),
        np.array([row.liked for row in rows], dtype=np.bool_),
    )
    pairs = [row for row in rows if row.matched is not None]
    sides = [*(row.viewer for row in pairs), *(row.candidate for row in pairs)]
    matched = np.array([bool(row.matched) for row in pairs] * 2, dtype=np.bool_)
    matches = Outcomes(np.array(_numbers(sides), dtype=np.int64), matched)
    rankings = {
        name: Quality(
            likes.auc(of_likes, seed=seed),
            matches.auc(of_matches, seed=seed),
            matches.top_decile_lift(of_matches, seed=seed),
        )
        for name, (of_likes, of_matches) in _rankings(rows, pairs, seed).items()
    }
    chances = np.array([row.chance for row in rows])
    error = likes.calibration_error(chances, seed=seed)
    counts = (len(rows), int(likes.came.sum()), len(pairs), int(matched.sum()) // 2)
    return Part(*counts, rankings=rankings, calibration_error=error)


def _rankings(
    rows: Sequence[_Row], pairs: Sequence[_Row], seed: int
) -> dict[str, tuple[Floats, Floats]]:
    """Give what each ranking makes of the decisions, and of the pairs for both of each."""
    random = np.random.default_rng(seed)
    found = {"random": (random.random(len(rows)), random.random(2 * len(pairs)))}
    if any(row.similarity is not None for row in rows):
        found["similarity"] = (
            np.array([row.similarity or 0.0 for row in rows]),
            np.array([row.similarity or 0.0 for row in pairs] * 2),
        )
    found["Kith, profiles alone"] = (
        np.array([row.alone for row in rows]),
        np.array([row.mutual_alone or 0.0 for row in pairs] * 2),
    )
    found["Kith"] = (
        np.array([row.like for row in rows]),
        np.array([row.mutual[side] for side in (0, 1) for row in pairs]),
    )
    return found


def _numbers(names: Iterable[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(name, len(numbers)) for name in names]


def _number(value: float | None) -> float:
    return np.nan if value is None else value
