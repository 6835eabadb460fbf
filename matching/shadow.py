"""Shadow comparison: whether another version of the model would show people the same others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

NEAREST = 20
"""How many of the nearest are compared."""

VIEWERS = 200
"""For how many people, at the most."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two versions order people by nearness, in the mean over those who look.

    Attributes:
        people: how many people were ordered.
        overlap: which share of the nearest 20 both agree on, 0 to 1.
        rank_correlation: Spearman's, of the places of everybody, -1 to 1.
    """

    people: int
    overlap: float
    rank_correlation: float


def compared(one: Vectors, other: Vectors) -> Comparison | None:
    """Compare the orders that two versions give the same people.

    Args:
        one: the vectors by one version, a row for each person, each of length 1.
        other: those by the other one, of the same people in the same order.

    Returns:
        None for fewer than three people, who can be ordered in no two ways.
    """
    people = len(one)
    if people < 3:
        return None
    viewers = np.arange(min(VIEWERS, people))
    places = _places(one, viewers), _places(other, viewers)
    nearest = min(NEAREST, people - 1)
    both = np.sum((places[0] < nearest) & (places[1] < nearest), axis=1)
    correlations = [np.corrcoef(*pair)[0, 1] for pair in zip(*places, strict=True)]
    return Comparison(people, float(np.mean(both) / nearest), float(np.mean(correlations)))


def _places(vectors: Vectors, viewers: NDArray[np.intp]) -> NDArray[np.float64]:
    """Give at which place everybody else comes for each viewer, the nearest at 0."""
    cosines = (vectors[viewers] @ vectors.T).astype(np.float64)
    others = ~np.eye(len(viewers), len(vectors), dtype=np.bool_)
    cosines = cosines[others].reshape(len(viewers), len(vectors) - 1)
    # Equally near people come in the same order in both, which no version decides.
    return np.argsort(np.argsort(-cosines, axis=1, kind="stable"), axis=1).astype(np.float64)
