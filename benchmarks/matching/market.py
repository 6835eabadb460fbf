"""A week in a town: everybody gets decks, decides, and matches where both like."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from benchmarks.matching.couples import best_of
from benchmarks.matching.ledger import Ledger, Prospects, World
from benchmarks.matching.people import NOW
from benchmarks.matching.policies import Policy
from matching.exposure import gini

DAYS = 7
DECK = 7
"""How many people one deck shows."""

_PRESENT = 0.75
"""The chance that somebody opens their deck on a day."""

_HOURS = 10
"""Into how many parts of a day decks fall; what is known of people is renewed after each."""

_PAIRED_FROM = 30
"""How many of each person's best open pairs are looked at for pairing."""


@dataclass(frozen=True)
class Week:
    """What a week under one policy came to, in one town.

    Attributes:
        matches: for each person.
        matched: part of the people with a match.
        gini: how unevenly people were shown.
        never_shown: part of the people nobody saw.
    """

    matches: float
    matched: float
    gini: float
    never_shown: float


def week(world: World, policy: Policy, seed: int) -> Week:
    """Let a week pass.

    Args:
        world: the town; who likes whom when shown is the same under every policy.
        policy: who ranks the decks.
        seed: of who is there when; the same under every policy.
    """
    random = np.random.default_rng(seed)
    ledger = Ledger(world, policy.learns)
    people = [(side, n) for side in (0, 1) for n in range(len(world.town.sides[side]))]
    for day in range(DAYS):
        present = random.permutation(len(people))[: round(_PRESENT * len(people))]
        if policy.pairs:
            _pair(ledger, [people[number] for number in present], NOW + timedelta(days=day))
        for hour, numbers in enumerate(np.array_split(present, _HOURS)):
            at = NOW + timedelta(days=day, hours=hour)
            for number in numbers:
                side, viewer = people[number]
                prospects = Prospects(ledger, side, viewer)
                places = policy.order(prospects, random)[:DECK]
                ledger.decide(side, viewer, prospects.people[places].tolist(), at)
            ledger.settle(at)
        ledger.next_day(NOW + timedelta(days=day + 1))
    return _summed(ledger)


def _pair(ledger: Ledger, present: list[tuple[int, int]], at: datetime) -> None:
    """Show the best mutual pairs of those who are there to both at once."""
    people = [[n for side, n in present if side == one] for one in (0, 1)]
    for one, other in best_of(ledger, people, each=_PAIRED_FROM):
        ledger.decide(0, one, [other], at)
        ledger.decide(1, other, [one], at)


def _summed(ledger: Ledger) -> Week:
    matches = ledger.matches
    of_each = np.concatenate([matches.sum(axis=1), matches.sum(axis=0)])
    shown = np.concatenate(ledger.shown)
    return Week(
        matches=float(of_each.mean()),
        matched=float((of_each > 0).mean()),
        gini=float(np.mean([gini(of_side) for of_side in ledger.shown])),
        never_shown=float((shown == 0).mean()),
    )
