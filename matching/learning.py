"""Learning: what decisions teach of appeal, pickiness and taste, and how it is undone: pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from matching.scoring import PRIOR, Learned, Model

HALF_LIFE = timedelta(days=60)
"""After this time a decision counts half."""

# How many decisions at the population's rate stand beside a person's own.
_PRIOR_DECISIONS = 4.0

# Counts are given for a multiple of half-lives after this moment, so that moving them on divides by
# powers of two, which is exact.
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_WEIGHT_GRID = 2.0**12
_COUNT_GRID = 2.0**36

# Lessons are whole numbers of 2^-20: sums of them are exact in any order.
_LESSON_GRID = 2.0**20

# The prior width of all corrections together, in log-odds; the usual deviation of a signal in
# [0, 1]; and the number of decisions below which corrections are held near 0.
_TASTE_WIDTH = 0.6
_SIGNAL_DEVIATION = 0.25
_HELD_DECISIONS = 20.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How often people decided and liked, older decisions counting less.

    Decay is forward (Cormode, Shkapenyuk, Srivastava, Xu 2009): the counts are given for a fixed
    moment, and later decisions count for more than 1 in them. So decisions can be learned late,
    in any order, and un-learned exactly as long as they are younger than 24 half-lives, about
    four years.

    Args:
        likes: the weighed likes, at most `decisions`.
        decisions: the weighed decisions.
        as_of: the moment both counts are given for, a multiple of half-lives before the last.
    """

    likes: float = 0.0
    decisions: float = 0.0
    as_of: datetime = _EPOCH

    def after(self, liked: bool, at: datetime) -> Self:
        """Count a decision.

        Args:
            liked: whether it was a like.
            at: when it was made, with its time zone.
        """
        return self._with(1.0, liked, at)

    def without(self, liked: bool, at: datetime) -> Self:
        """Un-learn a decision: the counts become what they were had it not been made.

        Args:
            liked: whether it was a like.
            at: when it was made, not when it is undone.
        """
        return self._with(-1.0, liked, at)

    def counted(self, now: datetime) -> tuple[float, float]:
        """Give likes and decisions as they count now, a decision of this moment counting 1."""
        moved = self._moved(now)
        fade = math.exp2(-((now - moved.as_of) / HALF_LIFE))
        return moved.likes * fade, moved.decisions * fade

    def _with(self, sign: float, liked: bool, at: datetime) -> Self:
        moved = self._moved(at)
        weight = sign * _weight(at, moved.as_of)
        # Un-learning what was never learned leaves counts that a person can have.
        likes = max(0.0, moved.likes + (weight if liked else 0.0))
        return type(self)(likes, max(likes, moved.decisions + weight), moved.as_of)

    def _moved(self, at: datetime) -> Self:
        """Give the counts for the multiple of half-lives before a moment, never an earlier one."""
        as_of = max(self.as_of, _half_life_before(at))
        fade = math.exp2(-((as_of - self.as_of) / HALF_LIFE))
        return type(self)(_floored(self.likes * fade), _floored(self.decisions * fade), as_of)


def like_rate(likes: float, decisions: float) -> float:
    """Give the rate of likes in a population, above 0 and below 1 also when nobody decided."""
    return (likes + 1.0) / (decisions + 2.0)


def appeal_of(received: Tally, now: datetime, *, rate: float) -> float:
    """Give how much more often than others a person is liked, in log-odds.

    The log-odds of (likes + 4 r) / (decisions + 4) above those of r, which is close to one
    Bayesian step for each decision from a prior N(0, 1).

    Args:
        received: the decisions of others about the person.
        now: the moment at which they count, with its time zone.
        rate: r, the population's rate of likes, above 0 and below 1.
    """
    likes, decisions = received.counted(now)
    shrunk = (likes + _PRIOR_DECISIONS * rate) / (decisions + _PRIOR_DECISIONS)
    return _logit(shrunk) - _logit(rate)


def pickiness_of(given: Tally, now: datetime, *, rate: float) -> float:
    """Give how much more often than others a person likes, as `appeal_of` does for being liked."""
    return appeal_of(given, now, rate=rate)


def lesson_of(
    measured: Mapping[str, float | None], *, chance: float, liked: bool, model: Model = PRIOR
) -> dict[str, int]:
    """Give what one decision teaches of a taste, to be kept with the decision for its undo.

    It is the gradient of the decision's log-likelihood, so a decision that was expected teaches
    little.

    Args:
        measured: the signals the person showed to who decided.
        chance: the chance of a like that was predicted, with everything learned before.
        liked: whether it was a like.
        model: whose centres the signals are measured from.

    Returns:
        By signal, in units of 2^-20; signals that teach nothing are left out.
    """
    surprise = (1.0 if liked else 0.0) - chance
    lesson: dict[str, int] = {}
    for signal, weight in model.weights.items():
        value = measured.get(signal)
        if value is None:
            continue
        step = round(surprise * (value - weight.centre) * _LESSON_GRID)
        if step:
            lesson[signal] = step
    return lesson


@dataclass(frozen=True, slots=True)
class Taste:
    """What a person's decisions taught of whom they like: a sum of lessons, exact to undo.

    Args:
        decisions: how many lessons are in it.
        lessons: their sum by signal, in units of 2^-20, without zeros.
    """

    decisions: int = 0
    lessons: Mapping[str, int] = field(default_factory=dict)

    def after(self, lesson: Mapping[str, int]) -> Self:
        """Learn a decision's lesson."""
        return self._with(1, lesson)

    def without(self, lesson: Mapping[str, int]) -> Self:
        """Un-learn a decision's lesson: the taste becomes what it was without it."""
        return self._with(-1, lesson)

    def corrections(self, model: Model = PRIOR) -> dict[str, float]:
        """Give the corrections to the slopes of a model, by signal.

        The prior width is 0.6 over all signals together, so each correction is shrunk strongly;
        one more decision moves them by a step that shrinks as 1 / sqrt(decisions), and below about
        20 decisions they are held near 0: eager tastes rank worse than none.
        """
        width = _TASTE_WIDTH / _SIGNAL_DEVIATION / math.sqrt(len(model.weights))
        held = self.decisions / (self.decisions + _HELD_DECISIONS)
        rate = width**2 * held / math.sqrt(1.0 + self.decisions / _HELD_DECISIONS) / _LESSON_GRID
        return {name: rate * self.lessons[name] for name in model.weights if name in self.lessons}

    def as_dict(self) -> dict[str, Any]:
        """Give what a column of JSON keeps of it."""
        return {"decisions": self.decisions, "lessons": dict(self.lessons)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `as_dict` gave; an empty object is a taste that learned nothing."""
        return cls(kept.get("decisions", 0), dict(kept.get("lessons", {})))

    def _with(self, sign: int, lesson: Mapping[str, int]) -> Self:
        lessons = dict(self.lessons)
        for signal, step in lesson.items():
            lessons[signal] = lessons.get(signal, 0) + sign * step
            if not lessons[signal]:
                del lessons[signal]
        return type(self)(self.decisions + sign, lessons)


def learned_of(
    received: Tally,
    given: Tally,
    taste: Taste,
    now: datetime,
    *,
    rate: float,
    with_appeal: bool = True,
    model: Model = PRIOR,
) -> Learned:
    """Gather what decisions taught about a person, as the scoring takes it.

    Args:
        received: the decisions of others about the person.
        given: the person's own decisions.
        taste: what their decisions taught of whom they like.
        now: the moment at which decisions count, with its time zone.
        rate: the population's rate of likes, above 0 and below 1.
        with_appeal: whether being liked by others counts at all; False leaves it out.
        model: the weights that are corrected.
    """
    return Learned(
        appeal=appeal_of(received, now, rate=rate) if with_appeal else 0.0,
        pickiness=pickiness_of(given, now, rate=rate),
        taste=taste.corrections(model),
    )


def _half_life_before(at: datetime) -> datetime:
    return _EPOCH + (at - _EPOCH) // HALF_LIFE * HALF_LIFE


def _weight(at: datetime, as_of: datetime) -> float:
    """Give what a decision made at a moment counts for in counts given for another."""
    start = _half_life_before(at)
    within = round(math.exp2((at - start) / HALF_LIFE) * _WEIGHT_GRID) / _WEIGHT_GRID
    return _floored(within * math.exp2(-((as_of - start) / HALF_LIFE)))


def _floored(count: float) -> float:
    # Downwards, not to the nearest: so what was counted first and moved on equals what is counted
    # late, and undoing is exact.
    return math.floor(count * _COUNT_GRID) / _COUNT_GRID


def _logit(chance: float) -> float:
    return math.log(chance / (1.0 - chance))
