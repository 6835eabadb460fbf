"""Evenings: small groups in which all meet all, as in the published experiment.

Here is judged how well likes and matches are told apart among one viewer's candidates, before and
after decisions, and how many of an evening's matches are found in the first views.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.contents import SIGNALS, Both, contents_of, measure
from benchmarks.matching.couples import best_of
from benchmarks.matching.ledger import Learns, Ledger, Prospects, World
from benchmarks.matching.people import NOW, Floats, town
from benchmarks.matching.policies import Policy
from matching.calibration import Calibration
from matching.fitting import Decisions, fitted
from matching.scoring import PRIOR, Model

SIZE = 20
"""People on each side of an evening."""

SMALL = 18
"""The same where views are counted: there, likes first finds about what was published."""

TAUGHT = 12
"""Decisions that each makes before the rest of the evening is predicted."""

AFTER = 10
"""The number of decisions for which figures are published."""

VIEWS = 8

_ALL = Learns(people=True, taste=True)
_PEOPLE = Learns(people=True)
_MINUTES = 4


@dataclass(frozen=True)
class Known:
    """What a deployment knows before an evening, from evenings with other people.

    Attributes:
        model: refitted by the product.
        rate: of likes.
    """

    model: Model
    rate: float


@dataclass(frozen=True)
class Scored:
    """Scores of the pairs of evenings that were not yet met, with what came out.

    Attributes:
        viewers: numbers, one for each row.
        liked: whether the viewer would like the candidate.
        matched: whether both would.
        likes: by ranking, for likes.
        matches: by ranking, for matches.
        chances: of a like as the product states it after decisions.
    """

    viewers: NDArray[np.int64]
    liked: NDArray[np.bool_]
    matched: NDArray[np.bool_]
    likes: dict[str, Floats]
    matches: dict[str, Floats]
    chances: Floats


@dataclass(frozen=True)
class Views:
    """An evening of views, one after the other.

    Attributes:
        found: matches after each.
        possible: matches if all met all.
        matched: part of the people with a match, after each.
    """

    found: list[int]
    possible: int
    matched: list[float]


def known_from(random: np.random.Generator, evenings: int) -> Known:
    """Let the product learn from evenings.

    Decisions come round by round, and what each person's earlier ones taught goes into the fit,
    as it does in a deployment.

    Args:
        random: where the people come from.
        evenings: how many.
    """
    places = [town(random, SIZE) for _ in range(evenings)]
    signals = [measure(one) for one in places]
    rate = float(np.mean([chances.mean() for one in places for chances in one.likes]))
    odds = float(np.log(rate / (1.0 - rate)))
    model = replace(PRIOR, calibration=Calibration(((0.0, odds),)))
    parts: list[Decisions] = []
    for number, (one, values) in enumerate(zip(places, signals, strict=True)):
        world = World.of(one, contents_of(one, model, values), rate, random)
        parts += _decided(world, values, first_viewer=number * 2 * SIZE)
    columns = ("values", "experience", "liked", "viewers", "decided_at")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in columns}
    return Known(fitted(Decisions(SIGNALS, **joined), version="evenings@1"), rate)


def scored(random: np.random.Generator, known: Known, evenings: int) -> Scored:
    """Score the last rounds of evenings after 0, 1, ... decisions of each person.

    Args:
        random: where the people come from.
        known: what was known before.
        evenings: how many.
    """
    parts = []
    for number in range(evenings):
        one = town(random, SIZE)
        values = measure(one)
        world = World.of(one, contents_of(one, known.model, values), known.rate, random)
        prior = contents_of(one, PRIOR)
        parts.append(_score(world, prior.odds, first_viewer=number * 2 * SIZE))
    return _joined(parts)


def _score(world: World, prior: Both, first_viewer: int) -> Scored:
    ledger, plain = Ledger(world, _ALL), Ledger(world, _PEOPLE)
    rounds = list(_rounds())
    rest = np.stack(rounds[TAUGHT:], axis=1)
    formula, cosine = world.contents.formula, world.town.similarity
    likes = {"similarity": _last((cosine, cosine.T), rest), "formula": _last(formula, rest)}
    matches = dict(likes)
    likes["prior"] = _last(prior, rest)
    matches["prior"] = _last(_mutual(prior), rest)
    chances = np.empty(0)
    for count, partners in enumerate(rounds[: TAUGHT + 1]):
        odds, without_taste = _all_odds(ledger), _all_odds(plain)
        likes[f"kith {count}"] = _last(odds, rest)
        matches[f"kith {count}"] = _last(_mutual(odds), rest)
        if count in (0, AFTER):
            likes[f"without taste {count}"] = _last(without_taste, rest)
            matches[f"one-sided {count}"] = _last(odds, rest)
            matches[f"harmonic {count}"] = _last(_harmonic(odds, ledger), rest)
        if count == AFTER:
            chances = ledger.world.contents.model.calibration.chances(_last(odds, rest))
        for each in (ledger, plain):
            _meet(each, partners, count)
    mutual = world.mutual
    return Scored(
        viewers=first_viewer + np.repeat(np.arange(2 * SIZE), rest.shape[1]),
        liked=_last(world.would_like, rest),
        matched=_last((mutual, mutual.T), rest),
        likes=likes,
        matches=matches,
        chances=chances,
    )


def views(world: World, policy: Policy, seed: int) -> Views:
    """Let everybody see one more of the evening's people at a time.

    Args:
        world: the evening.
        policy: who is shown next.
        seed: of who comes first in a round; the same under every policy.
    """
    random = np.random.default_rng(seed)
    ledger = Ledger(world, policy.learns)
    people = [(side, n) for side in (0, 1) for n in range(len(world.town.sides[side]))]
    found, matched = [], []
    for count in range(VIEWS):
        at = NOW + timedelta(minutes=_MINUTES * count)
        # The product pairs once a day; afterwards everybody gets their own deck.
        served = _pair(ledger, at) if policy.pairs and count == 0 else set()
        for place in random.permutation(len(people)):
            side, viewer = people[place]
            if (side, viewer) in served:
                continue
            prospects = Prospects(ledger, side, viewer)
            first = policy.order(prospects, random)[:1]
            ledger.decide(side, viewer, prospects.people[first].tolist(), at)
            ledger.settle(at)
        pairs = ledger.matches
        found.append(int(pairs.sum()))
        matched.append(float((pairs.any(axis=1).sum() + pairs.any(axis=0).sum()) / len(people)))
    return Views(found, int(world.mutual.sum()), matched)


def _pair(ledger: Ledger, at: datetime) -> set[tuple[int, int]]:
    everybody = [range(len(side)) for side in ledger.world.town.sides]
    served = set()
    for one, other in best_of(ledger, everybody, each=len(everybody[0])):
        ledger.decide(0, one, [other], at)
        ledger.decide(1, other, [one], at)
        served |= {(0, one), (1, other)}
    ledger.settle(at)
    return served


def _decided(world: World, values: Both, first_viewer: int) -> Iterator[Decisions]:
    """Give every decision of an evening with what was known before it."""
    ledger = Ledger(world, _ALL)
    for count, partners in enumerate(_rounds()):
        for side, others in ((0, partners), (1, np.argsort(partners))):
            rows = np.arange(SIZE)
            experience = np.stack([ledger.experience(side, row) for row in rows])
            yield Decisions(
                SIGNALS,
                values[side][rows, others],
                experience[rows, others],
                world.would_like[side][rows, others],
                first_viewer + side * SIZE + rows,
                np.full(SIZE, float(count)),
            )
        _meet(ledger, partners, count)


def _rounds() -> Iterator[NDArray[np.intp]]:
    """Give whom each of the first side meets, round by round, until all met all."""
    for count in range(SIZE):
        yield (np.arange(SIZE) + count) % SIZE


def _meet(ledger: Ledger, partners: NDArray[np.intp], count: int) -> None:
    at = NOW + timedelta(minutes=_MINUTES * count)
    for one, other in enumerate(partners.tolist()):
        ledger.decide(0, one, [other], at)
        ledger.decide(1, other, [one], at)
    ledger.settle(at)


def _all_odds(ledger: Ledger) -> Both:
    one, other = (np.stack([ledger.odds(side, n)[0] for n in range(SIZE)]) for side in (0, 1))
    return one, other


def _mutual(odds: Both) -> Both:
    mutual = (odds[0] + odds[1].T) / 2.0
    return mutual, mutual.T


def _harmonic(odds: Both, ledger: Ledger) -> Both:
    calibration = ledger.world.contents.model.calibration
    there, back = (calibration.chances(one) for one in (odds[0], odds[1].T))
    mean = 2.0 * there * back / (there + back)
    return mean, mean.T


def _last(both: tuple[np.ndarray, np.ndarray], rest: NDArray[np.intp]) -> np.ndarray:
    """Give the entries of the rounds that nobody has met in yet, viewer by viewer."""
    rows = np.arange(SIZE)[:, None]
    back = np.argsort(rest, axis=0)
    return np.concatenate([both[0][rows, rest].ravel(), both[1][rows, back].ravel()])


def _joined(parts: list[Scored]) -> Scored:
    return Scored(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("viewers", "liked")),
        matched=np.concatenate([part.matched for part in parts]),
        likes=_together([part.likes for part in parts]),
        matches=_together([part.matches for part in parts]),
        chances=np.concatenate([part.chances for part in parts]),
    )


def _together(parts: list[dict[str, Floats]]) -> dict[str, Floats]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def small_evening(random: np.random.Generator, known: Known) -> World:
    """Make an evening of strangers in which people do not see all."""
    one = town(random, SMALL)
    return World.of(one, contents_of(one, known.model), known.rate, random)
