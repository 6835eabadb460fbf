"""Recall: whether the index still finds the nearest, and what to do when it does not."""

from collections import deque
from collections.abc import Collection, Sequence
from enum import IntEnum

import structlog
from prometheus_client import Counter, Gauge

from persistence.vectors import Hit

AT = 20
"""How many of the nearest are compared."""

LEAST_RECALL = 0.95
"""The least share of the truly nearest that the index should find."""

WIDE_BREADTH = 512
"""For how many candidates the graph is walked when the usual walk misses too many."""

_EVERY = 50
_PERIOD = 10
_ROUNDING = 1e-5

_log = structlog.get_logger("kith.recall")
_recall = Gauge(
    "kith_deck_recall",
    "Share of the 20 truly nearest people that the vector index finds, over the last samples.",
)
_alarms = Counter(
    "kith_deck_recall_alarms_total",
    "Times that the vector index missed too many of the nearest people and was searched wider.",
)


class Walk(IntEnum):
    """How the index is searched."""

    USUAL = 0
    WIDE = 1
    EXACT = 2


class RecallGuard:
    """Compares samples of searches with exact ones, and searches wider while too much is missed.

    Each process has one. A sampled search runs in all ways at once and takes the exact answer.
    Once a period's samples are there, the narrowest walk that finds at least `LEAST_RECALL` of the
    nearest is taken; where none does, everybody is looked at. So it also goes back by itself.

    Args:
        every: of how many searches one is sampled; the first is.
        period: over how many samples recall is judged.

    Attributes:
        walk: how the index is to be searched now.
    """

    def __init__(self, *, every: int = _EVERY, period: int = _PERIOD) -> None:
        self.walk = Walk.USUAL
        self._every = every
        self._period = period
        self._searches = 0
        self._recalls = {walk: deque[float](maxlen=period) for walk in (Walk.USUAL, Walk.WIDE)}

    @property
    def recall(self) -> float | None:
        """Recall of the usual walk among the nearest 20, None before the first sample."""
        samples = self._recalls[Walk.USUAL]
        return _mean(samples) if samples else None

    def is_sample(self) -> bool:
        """Count a search, and say whether it is to be compared with an exact one."""
        self._searches += 1
        return (self._searches - 1) % self._every == 0

    def observe(self, usual: Sequence[Hit], wide: Sequence[Hit], exact: Sequence[Hit]) -> None:
        """Judge two walks of the graph by who is there.

        Args:
            usual: what the usual walk found, the nearest first.
            wide: what the wide walk found.
            exact: whom looking at everybody finds; nothing is learned when that is nobody.
        """
        if not exact:
            return
        for walk, found in ((Walk.USUAL, usual), (Walk.WIDE, wide)):
            self._recalls[walk].append(recall_of(found, exact))
        _recall.set(_mean(self._recalls[Walk.USUAL]))
        if len(self._recalls[Walk.USUAL]) == self._period:
            self._judge()

    def _judge(self) -> None:
        good = (w for w, samples in self._recalls.items() if _mean(samples) >= LEAST_RECALL)
        walk = next(good, Walk.EXACT)
        if walk > self.walk:
            _alarms.inc()
            recall = round(_mean(self._recalls[Walk.USUAL]), 3)
            _log.error("the vector index misses people", recall=recall, walk=walk.name)
        self.walk = walk


def recall_of(found: Sequence[Hit], exact: Sequence[Hit]) -> float:
    """Give which share of the nearest was found; whoever is as near as the last of them counts.

    Args:
        found: what is judged, the nearest first.
        exact: who is there, the nearest first, at least one.
    """
    nearest = [hit.similarity or 0.0 for hit in exact[:AT]]
    least = nearest[-1] - _ROUNDING
    near = sum(1 for hit in found[:AT] if (hit.similarity or 0.0) >= least)
    return min(1.0, near / len(nearest))


def _mean(samples: Collection[float]) -> float:
    return sum(samples) / len(samples)
