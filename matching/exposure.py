"""Exposure: an order that finds likely matches and shares attention among all: pure."""

from collections import deque
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALF_LIFE = timedelta(days=7)
"""After this time an impression counts half."""

SMALL_POOL = 300
"""Below this many eligible people, attention is spread by itself; more are not looked at."""

_UNSEEN_EVERY = 10
_ENOUGH_CONVERSATIONS = 5
_IDLE = timedelta(days=14)


def decayed(impressions: float, elapsed: timedelta) -> float:
    """Give what impressions counted some time ago count now.

    Args:
        impressions: how often a person had been shown, at least 0.
        elapsed: the time since they were counted so.
    """
    return impressions * float(np.exp2(-max(0.0, elapsed / HALF_LIFE)))


def beta_of(eligible: int, *, likes_lead: bool = False) -> float:
    """Give how strongly attention is shared.

    Where whoever likes the viewer leads, attention flows back to who gave it, and less needs to be
    shared by force: a market then finds more matches, and as many people have one.

    Args:
        eligible: how many people the viewer could be shown.
        likes_lead: whether who likes the viewer comes first.

    Returns:
        0.3 in small pools, else 0.5 where likes lead and 1.0 where not; 0 would be no sharing.
    """
    if eligible < SMALL_POOL:
        return 0.3
    return 0.5 if likes_lead else 1.0


def loads(impressions: Sequence[float] | Floats, *, mean: float | None = None) -> Floats:
    """Give each person's share of attention: decayed impressions over their mean.

    Args:
        impressions: decayed, in the order of the people.
        mean: that of the whole pool; by default that of the people given.

    Returns:
        1 for who is shown as often as others; all 0 where nobody was shown.
    """
    counts = np.asarray(impressions, dtype=np.float64)
    usual = mean if mean is not None else float(counts.mean()) if len(counts) else 0.0
    return counts / usual if usual > 0.0 else np.zeros_like(counts)


def step_back(live_conversations: int, idle: timedelta | None) -> float:
    """Give how far a person steps back for now, in log-odds at least 0.

    Args:
        live_conversations: with how many people they are talking; beyond five, each costs 0.2,
            at most 1.
        idle: how long they have not been here, None when unknown; from 14 days on it costs 1.
    """
    busy = min(1.0, 0.2 * max(0, live_conversations - _ENOUGH_CONVERSATIONS))
    return busy + (1.0 if idle is not None and idle >= _IDLE else 0.0)


def priorities(
    log_there: Floats, log_back: Floats, load: Floats, *, beta: float, back: Floats | float = 0.0
) -> Floats:
    """Give log p_ij + log p_ji - beta log(1 + load_j) - back_j, more coming first.

    Args:
        log_there: the logarithms of the chances that the viewer likes each person.
        log_back: those that each person likes the viewer.
        load: of each person, as `loads` gives them.
        beta: how strongly attention is shared, as `beta_of` gives it.
        back: how far each person steps back, as `step_back` gives it.
    """
    return log_there + log_back - beta * np.log1p(load) - back


def spread_order(priority: Floats, unseen: NDArray[np.bool_], *, beta: float) -> list[int]:
    """Give the order in which people are shown: by priority, with a floor for the unseen.

    Among each ten in a row is somebody who was hardly ever shown, as long as there are any: the
    likeliest of them comes forward to the tenth place. With beta 0 the order is the plain one.

    Args:
        priority: of each person, more coming first; equal ones stay in the order given.
        unseen: who was hardly ever shown.
        beta: how strongly attention is shared; 0 turns the floor off too.

    Returns:
        Each index exactly once.
    """
    order: list[int] = np.argsort(-priority, kind="stable").tolist()
    if beta == 0.0:
        return order
    ahead = priority.tolist()
    is_unseen = unseen.tolist()
    newcomers = deque(index for index in order if is_unseen[index])
    others = deque(index for index in order if not is_unseen[index])
    shown: list[int] = []
    lacking = 0
    while newcomers and others:
        first, second = newcomers[0], others[0]
        if lacking == _UNSEEN_EVERY - 1 or (-ahead[first], first) < (-ahead[second], second):
            shown.append(newcomers.popleft())
            lacking = 0
        else:
            shown.append(others.popleft())
            lacking += 1
    return [*shown, *newcomers, *others]


def gini(impressions: Sequence[float] | Floats) -> float:
    """Give how unevenly attention is spread: 0 when all get the same, towards 1 when one gets all.

    Args:
        impressions: of each person, at least 0.
    """
    counts = np.sort(np.asarray(impressions, dtype=np.float64))
    total = float(counts.sum())
    if total <= 0.0:
        return 0.0
    ranks = np.arange(1, len(counts) + 1)
    mean_rank = float((ranks * counts).sum()) / total
    return (2.0 * mean_rank - len(counts) - 1.0) / len(counts)
