"""Report cards: how well a ranking foresaw the decisions that people then made: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.calibration import Bin, calibration_error, reliability
from matching.exposure import gini
from matching.judging import within_viewer_auc

Floats = NDArray[np.float64]

TOP = 0.1
"""Which part of the decisions, those that were judged the likeliest, lift looks at."""


class Foreseen(Protocol):
    """A decision, with what was known when it was made and not yet learned from."""

    decider_id: UUID
    is_like: bool
    chance: float
    similarity: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well one order of the same decisions foresaw them.

    Attributes:
        auc: within viewers, 0.5 being a coin; None where nobody both liked and passed.
        top_like_rate: which part of the top tenth was liked.
        lift: that over the rate of likes of all; None where nothing was liked.
    """

    auc: float | None
    top_like_rate: float
    lift: float | None


@dataclass(frozen=True, slots=True)
class ReportCard:
    """How well the chances that were foreseen rank decisions, and how true they were.

    Attributes:
        decisions: how many.
        likes: how many of them were likes.
        engine: by the chance that was foreseen.
        similarity: by how alike the texts were, those without a vector in the middle.
        calibration_error: the expected one, over deciles of the foreseen chance.
        deciles: foreseen chance against what happened.
    """

    decisions: int
    likes: int
    engine: Ranking
    similarity: Ranking
    calibration_error: float
    deciles: tuple[Bin, ...]


def report_card(decisions: Sequence[Foreseen]) -> ReportCard | None:
    """Judge the chances with which decisions were foreseen, before they were learned from.

    Each decision was foreseen by the model that was in use then, so nothing here was fitted to what
    it is judged by.

    Args:
        decisions: in any order.

    Returns:
        None where there are none.
    """
    if not decisions:
        return None
    numbers: dict[UUID, int] = {}
    viewers = np.array(
        [numbers.setdefault(one.decider_id, len(numbers)) for one in decisions], dtype=np.int64
    )
    liked = np.array([one.is_like for one in decisions], dtype=np.bool_)
    chances = np.array([one.chance for one in decisions], dtype=np.float64)
    deciles = reliability(chances, liked)
    return ReportCard(
        decisions=len(decisions),
        likes=int(liked.sum()),
        engine=_ranking(viewers, chances, liked),
        similarity=_ranking(viewers, _similarities(decisions), liked),
        calibration_error=calibration_error(deciles),
        deciles=deciles,
    )


def unevenness(shown: Sequence[tuple[int, int]], people: int) -> float:
    """Give the Gini coefficient of attention.

    Args:
        shown: how many times, and how many people were shown so often.
        people: how many there are in all; who is not among them was never shown.
    """
    times = [0.0] * max(0, people - sum(number for _, number in shown))
    for often, number in shown:
        times += [float(often)] * number
    return gini(times)


def _ranking(viewers: NDArray[np.int64], order: Floats, liked: NDArray[np.bool_]) -> Ranking:
    # Equal ones share a place: the rate among them stands for each.
    top = max(1, round(TOP * len(liked)))
    least = np.sort(order)[-top]
    above, at = order > least, order == least
    likes = float(liked[above].sum()) + float(liked[at].mean()) * (top - int(above.sum()))
    rate = float(liked.mean())
    return Ranking(
        auc=within_viewer_auc(viewers, order, liked),
        top_like_rate=likes / top,
        lift=likes / top / rate if rate else None,
    )


def _similarities(decisions: Sequence[Foreseen]) -> Floats:
    given = [one.similarity for one in decisions]
    known = [value for value in given if value is not None]
    middle = float(np.median(known)) if known else 0.0
    return np.array([middle if value is None else value for value in given], dtype=np.float64)
