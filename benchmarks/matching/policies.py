"""The policies that are compared: each puts one viewer's prospects into an order."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.ledger import Learns, Prospects
from matching.exposure import beta_of, priorities, spread_order

Order = NDArray[np.intp]

_NOTHING = Learns()
_PEOPLE = Learns(people=True)
_ALL = Learns(people=True, attention=True)


@dataclass(frozen=True)
class Policy:
    """A way to rank.

    Attributes:
        name: in reports.
        order: gives the places of prospects, the first to be shown first.
        learns: what it keeps of what happened.
        pairs: whether the best mutual pairs are shown to both at once.
    """

    name: str
    order: Callable[[Prospects, np.random.Generator], Order]
    learns: Learns = _NOTHING
    pairs: bool = False


def _at_random(prospects: Prospects, random: np.random.Generator) -> Order:
    return random.permutation(len(prospects.people))


def _likes_first(prospects: Prospects, random: np.random.Generator) -> Order:
    return np.argsort(-(prospects.likes_viewer + random.random(len(prospects.people))))


def _by_similarity(prospects: Prospects, _: np.random.Generator) -> Order:
    return np.argsort(-prospects.similarity)


def _by_formula(prospects: Prospects, _: np.random.Generator) -> Order:
    return np.argsort(-prospects.formula)


def _one_sided(prospects: Prospects, _: np.random.Generator) -> Order:
    return np.argsort(-prospects.log_there)


def _harmonic(prospects: Prospects, _: np.random.Generator) -> Order:
    return np.argsort(np.exp(-prospects.log_there) + np.exp(-prospects.log_back))


def _kith(prospects: Prospects, _: np.random.Generator) -> Order:
    """Rank as the product does where it tells likes: who likes the viewer leads."""
    order = _spread(prospects, likes_lead=True)
    return order[np.argsort(~prospects.likes_viewer[order], kind="stable")]


def _kith_without_likes(prospects: Prospects, _: np.random.Generator) -> Order:
    """Rank as the product does where it hides likes: no place tells of them."""
    return _spread(prospects, likes_lead=False)


def _spread(prospects: Prospects, *, likes_lead: bool) -> Order:
    there, back = prospects.log_there, prospects.log_back
    beta = beta_of(prospects.eligible, likes_lead=likes_lead)
    priority = priorities(there, back, prospects.load, beta=beta, back=prospects.steps_back)
    return np.array(spread_order(priority, prospects.unseen, beta=beta), dtype=np.intp)


POLICIES = (
    Policy("random", _at_random),
    Policy("random, likes first", _likes_first),
    Policy("similarity", _by_similarity),
    Policy("hand-weighted formula", _by_formula),
    Policy("one-sided, learned", _one_sided, _PEOPLE),
    Policy("harmonic mean, learned", _harmonic, _PEOPLE),
    Policy("Kith", _kith, _ALL),
    Policy("Kith, pairing", _kith, _ALL, pairs=True),
    Policy("Kith, likes hidden", _kith_without_likes, _ALL),
    Policy("Kith, pairing, likes hidden", _kith_without_likes, _ALL, pairs=True),
)
