"""Measures: how good an order of people was, with intervals, once decisions were made: pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.judging import within_viewer_auc

Floats = NDArray[np.float64]

_RESAMPLES = 1_000
_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval.

    Attributes:
        value: the figure.
        low: the lower end of its 95 % interval, by the bootstrap (Efron 1979).
        high: the upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came out of showing people to viewers, row by row.

    Attributes:
        viewers: numbers from 0.
        came: whether it came out, be it a like or a match.
    """

    viewers: NDArray[np.int64]
    came: NDArray[np.bool_]

    def auc(self, scores: Floats, *, seed: int = 0) -> Estimate | None:
        """Give the chance that of two people one viewer saw, the right one was ranked higher.

        Args:
            scores: any rising function of the chance that was predicted, one for each row.
            seed: of the bootstrap by viewer.

        Returns:
            The mean over viewers who saw both outcomes, None below two of them.
        """
        values = []
        for rows in self._rows_of_each():
            value = within_viewer_auc(self.viewers[rows], scores[rows], self.came[rows])
            if value is not None:
                values.append(value)
        return mean(values, seed=seed)

    def top_decile_lift(self, scores: Floats, *, seed: int = 0) -> Estimate | None:
        """Give how much more often it came out in the first tenth of each viewer's people.

        A viewer's first tenth is one person at least; those tied at its end share its places.

        Args:
            scores: any rising function of the chance that was predicted, one for each row.
            seed: of the bootstrap by viewer.

        Returns:
            The rate there over that among all, None below two viewers or when it never came out.
        """
        sums = []
        for rows in self._rows_of_each():
            count = max(1, round(len(rows) / 10.0))
            came = self.came[rows]
            first = float(_shares_of_first(scores[rows], count) @ came)
            sums.append((first / count * len(rows), float(came.sum())))
        return _ratio(np.array(sums, dtype=np.float64).reshape(-1, 2), seed)

    def calibration_error(self, chances: Floats, *, seed: int = 0) -> Estimate | None:
        """Give the mean gap of predicted and observed over deciles, as `matching.calibration` does.

        Args:
            chances: predicted, in [0, 1], one for each row.
            seed: of the bootstrap by viewer; a gap is never negative, so its interval leans
                upwards.

        Returns:
            None below two viewers.
        """
        if len(np.unique(self.viewers)) < 2:
            return None
        gaps = np.zeros((int(self.viewers.max()) + 1, 10))
        bins = np.array_split(np.argsort(chances, kind="stable"), 10)
        for number, rows in enumerate(bins):
            np.add.at(gaps[:, number], self.viewers[rows], chances[rows] - self.came[rows])
        sums = np.column_stack([gaps, np.bincount(self.viewers)])

        def error(totals: Floats) -> Floats:
            return np.asarray(np.abs(totals[..., :-1]).sum(axis=-1) / totals[..., -1])

        return _interval(float(error(sums.sum(axis=0))), error(_resampled(sums, seed)))

    def _rows_of_each(self) -> list[NDArray[np.intp]]:
        if not len(self.viewers):
            return []
        order = np.argsort(self.viewers, kind="stable")
        starts = np.flatnonzero(np.diff(self.viewers[order])) + 1
        return list(np.split(order, starts))


def mean(values: Sequence[float], *, seed: int = 0) -> Estimate | None:
    """Give the mean of independent figures with its interval, None below two of them.

    Args:
        values: the figures.
        seed: of the bootstrap.
    """
    sums = np.column_stack([np.array(values, dtype=np.float64), np.ones(len(values))])
    return _ratio(sums, seed)


def _ratio(sums: Floats, seed: int) -> Estimate | None:
    """Give the ratio of two sums over independent groups, one group a row."""
    if len(sums) < 2 or not sums[:, 1].any():
        return None
    above, below = _resampled(sums, seed).T
    filled = below > 0.0
    return _interval(float(sums[:, 0].sum() / sums[:, 1].sum()), above[filled] / below[filled])


def _resampled(sums: Floats, seed: int) -> Floats:
    """Give the totals of resamples of groups, one resample a row."""
    random = np.random.default_rng(seed)
    even = np.full(len(sums), 1.0 / len(sums))
    return np.stack([random.multinomial(len(sums), even) @ sums for _ in range(_RESAMPLES)])


def _interval(value: float, drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn, ((1.0 - _LEVEL) / 2.0, (1.0 + _LEVEL) / 2.0))
    return Estimate(value, float(low), float(high))


def _shares_of_first(scores: Floats, count: int) -> Floats:
    """Give to which part each is among the first: 1, 0, or between for those tied at the end."""
    bar = np.sort(scores)[-count]
    above, tied = scores > bar, scores == bar
    return np.asarray(above + tied * ((count - above.sum()) / tied.sum()))
