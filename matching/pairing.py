"""Pairing: the best mutual pairs of a day, each person in at most one: pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped]
    min_weight_full_bipartite_matching,
)

_EDGES_PER_PERSON = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who may be shown to each other at once.

    Args:
        one: a person.
        other: another person.
        weight: how good it is to show them to each other, above 0: the chance of a match.
    """

    one: UUID
    other: UUID
    weight: float

    @property
    def people(self) -> frozenset[UUID]:
        """Both, in no order."""
        return frozenset((self.one, self.other))


def best_pairs(
    pairs: Iterable[Pair],
    *,
    shown: Collection[frozenset[UUID]] = frozenset(),
    edges_per_person: int = _EDGES_PER_PERSON,
) -> list[Pair]:
    """Choose pairs of the greatest weight in sum, each person in at most one.

    The assignment of everybody to a partner or to themselves is solved exactly (Jonker and
    Volgenant 1987, sparse); where it goes round in a circle, the best pairs of the circle are kept,
    and who is left over is assigned again. So the choice is a best one where people seek across two
    sides, and always weighs at least two thirds of a best one.

    Args:
        pairs: possible pairs; of one named twice the heavier counts.
        shown: pairs that were shown before and are left out.
        edges_per_person: how many pairs are looked at for each person, their heaviest.

    Returns:
        The pairs, the heaviest first, the smaller key of each first; the order of the input does
        not matter.
    """
    heaviest: dict[frozenset[UUID], Pair] = {}
    for pair in pairs:
        known = heaviest.get(pair.people)
        is_open = pair.weight > 0.0 and pair.one != pair.other and pair.people not in shown
        if is_open and (known is None or pair.weight > known.weight):
            heaviest[pair.people] = Pair(min(pair.people), max(pair.people), pair.weight)
    open_pairs = _sparse(sorted(heaviest.values(), key=_rank), edges_per_person)
    chosen: list[Pair] = []
    while open_pairs:
        found = _assigned(open_pairs)
        chosen += found
        taken = {person for pair in found for person in pair.people}
        open_pairs = [pair for pair in open_pairs if taken.isdisjoint(pair.people)]
    return sorted(chosen, key=_rank)


def _rank(pair: Pair) -> tuple[float, UUID, UUID]:
    return (-pair.weight, pair.one, pair.other)


def _sparse(ranked: Sequence[Pair], edges_per_person: int) -> list[Pair]:
    """Keep the pairs that are among the heaviest of either side."""
    counts: dict[UUID, int] = {}
    kept = []
    for pair in ranked:
        ranks = [counts.get(person, 0) for person in (pair.one, pair.other)]
        if min(ranks) < edges_per_person:
            kept.append(pair)
        counts[pair.one], counts[pair.other] = ranks[0] + 1, ranks[1] + 1
    return kept


def _assigned(pairs: Sequence[Pair]) -> list[Pair]:
    """Assign everybody once, and keep the best pairs of each circle of the assignment."""
    people = sorted({person for pair in pairs for person in pair.people})
    place = {person: index for index, person in enumerate(people)}
    edges = {}
    for pair in pairs:
        one, other = place[pair.one], place[pair.other]
        edges[one, other] = edges[other, one] = pair
    partners = _assignment(edges, len(people))
    return [pair for circle in _circles(partners) for pair in _best_of_circle(circle, edges)]


def _assignment(edges: Mapping[tuple[int, int], Pair], size: int) -> list[int]:
    rows, columns = np.array(list(edges), dtype=np.int32).T
    weights = np.array([pair.weight for pair in edges.values()])
    # Costs above 0, as a sparse matrix needs; staying alone costs the most.
    costs = np.concatenate([2.0 * weights.max() - weights, np.full(size, 2.0 * weights.max())])
    alone = np.arange(size, dtype=np.int32)
    graph = csr_array(
        (costs, (np.concatenate([rows, alone]), np.concatenate([columns, alone]))),
        shape=(size, size),
    )
    partners: list[int] = min_weight_full_bipartite_matching(graph)[1].tolist()
    return partners


def _circles(partners: Sequence[int]) -> Iterable[list[int]]:
    seen: set[int] = set()
    for start in range(len(partners)):
        circle = []
        person = start
        while person not in seen:
            seen.add(person)
            circle.append(person)
            person = partners[person]
        if len(circle) > 1:
            yield circle


def _best_of_circle(circle: Sequence[int], edges: Mapping[tuple[int, int], Pair]) -> list[Pair]:
    """Pair neighbours of a circle; of an odd one leave out whoever it costs least."""
    around = [
        edges[one, other] for one, other in zip(circle, [*circle[1:], circle[0]], strict=True)
    ]
    if len(circle) == 2:
        return around[:1]
    starts = range(len(circle)) if len(circle) % 2 else range(2)
    options = (
        [around[(start + step) % len(circle)] for step in range(0, len(circle) - 1, 2)]
        for start in starts
    )
    return max(options, key=lambda chosen: sum(pair.weight for pair in chosen))
