"""Calibration: from log-odds to the chance of a like that holds, and how well it holds: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """A rising map from a total above a typical pair's to the log-odds of a like.

    Straight between knots; outside them parallel to the total. One knot at 0 is the plain logistic
    function of a base rate.

    Args:
        knots: pairs of total and log-odds, both strictly rising, at least one.
    """

    knots: tuple[tuple[float, float], ...]

    def log_odds(self, totals: Floats) -> Floats:
        """Give the log-odds of a like for totals, in their order."""
        xs, ys = self._arrays
        inside = np.clip(totals, xs[0], xs[-1])
        between: Floats = np.interp(inside, xs, ys)
        return between + (totals - inside)

    def chances(self, totals: Floats) -> Floats:
        """Give the chances of a like, in [0, 1], for totals, in their order."""
        return np.exp(self.log_chances(totals))

    def log_chances(self, totals: Floats) -> Floats:
        """Give the logarithms of the chances, finite also where a chance is next to none."""
        return -np.logaddexp(0.0, -self.log_odds(totals))

    def chance(self, total: float) -> float:
        """Give the chance of a like for one total."""
        return float(self.chances(np.array([total]))[0])

    @cached_property
    def _arrays(self) -> tuple[Floats, Floats]:
        knots = np.array(self.knots, dtype=np.float64)
        return knots[:, 0], knots[:, 1]

    @classmethod
    def fitted(cls, totals: Floats, liked: NDArray[np.bool_], *, bins: int = 10) -> Self:
        """Learn the map from decisions: isotonic over bins of equal count.

        Neighbouring bins whose rates fall are pooled (pool adjacent violators), so the map keeps
        the order of totals.

        Args:
            totals: of the decisions, at least one.
            liked: whether each was a like.
            bins: into how many parts the decisions are cut.
        """
        rate = (float(liked.sum()) + 1.0) / (len(liked) + 2.0)
        pooled: list[tuple[float, float, float]] = []  # count, likes, sum of totals
        for part in _cut(totals, bins):
            block = (float(len(part)), float(liked[part].sum()), float(totals[part].sum()))
            while pooled and not _rises(pooled[-1], block, rate):
                last = pooled.pop()
                block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
            pooled.append(block)
        return cls(tuple((_middle(block), _log_odds(block, rate)) for block in pooled))


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of about the same predicted chance.

    Args:
        count: how many decisions.
        predicted: the mean of their predicted chances.
        observed: the part of them that were likes.
    """

    count: int
    predicted: float
    observed: float


def reliability(chances: Floats, liked: NDArray[np.bool_], *, bins: int = 10) -> tuple[Bin, ...]:
    """Cut decisions into parts of equal count by predicted chance, and tell what happened in each.

    Args:
        chances: predicted, in [0, 1].
        liked: whether each was a like.
        bins: how many parts; deciles by default.

    Returns:
        The parts, by rising chance, without empty ones.
    """
    return tuple(
        Bin(len(part), float(chances[part].mean()), float(liked[part].mean()))
        for part in _cut(chances, bins)
    )


def calibration_error(table: Sequence[Bin]) -> float:
    """Give the expected calibration error: the mean gap of predicted and observed, by decision."""
    decisions = sum(part.count for part in table)
    gaps = sum(part.count * abs(part.predicted - part.observed) for part in table)
    return gaps / decisions if decisions else 0.0


def _cut(values: Floats, bins: int) -> list[NDArray[np.intp]]:
    order = np.argsort(values, kind="stable")
    return [part for part in np.array_split(order, bins) if len(part)]


def _rises(
    last: tuple[float, float, float], block: tuple[float, float, float], rate: float
) -> bool:
    return _middle(block) > _middle(last) and _log_odds(block, rate) > _log_odds(last, rate)


def _middle(block: tuple[float, float, float]) -> float:
    return block[2] / block[0]


def _log_odds(block: tuple[float, float, float], rate: float) -> float:
    # Four decisions at the overall rate keep small blocks away from certainty.
    likes, decisions = block[1] + 4.0 * rate, block[0] + 4.0
    return float(np.log(likes / (decisions - likes)))
