"""Judging: how well predictions of likes rank and predict, on decisions they did not see: pure."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def within_viewer_auc(
    viewers: NDArray[np.int64], predicted: Floats, liked: NDArray[np.bool_]
) -> float | None:
    """Give the chance that of two people one viewer decided on, the liked one was ranked higher.

    Ties count half. It is the mean over viewers who both liked and passed.

    Args:
        viewers: who decided, as numbers.
        predicted: any rising function of the chance of a like.
        liked: whether each decision was a like.

    Returns:
        In [0, 1], 0.5 being a coin; None when no viewer did both.
    """
    order = np.argsort(viewers, kind="stable")
    starts = np.flatnonzero(np.diff(viewers[order])) + 1
    areas = []
    for own in np.split(order, starts):
        likes = int(liked[own].sum())
        passes = len(own) - likes
        if likes and passes:
            ranks = float(_ranks(predicted[own])[liked[own]].sum())
            areas.append((ranks - likes * (likes + 1) / 2.0) / (likes * passes))
    return float(np.mean(areas)) if areas else None


def log_loss(log_odds: Floats, liked: NDArray[np.bool_]) -> float:
    """Give the mean surprise at what happened, in nats; 0.693 is a coin.

    Args:
        log_odds: predicted for each decision, at least one.
        liked: whether each was a like.
    """
    return float(np.logaddexp(0.0, np.where(liked, -log_odds, log_odds)).mean())


def _ranks(values: Floats) -> Floats:
    """Give ranks from 1, equal values sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_ranks: Floats = last - (counts - 1) / 2.0
    return mean_ranks[inverse]
