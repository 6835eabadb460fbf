"""Pairing: the best mutual pairs of a day, each person in at most one: pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped]
    min_weight_full_bipartite_matching,
)

Edge = tuple[int, int]
Edges = dict[Edge, float]

_EDGES_PER_PERSON = 50
_FINENESS = 2**30
"""Of the weights, as parts of the heaviest; a sum of thousands is still exact."""


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
    sides, and always weighs at least two thirds of a best one. Weights are
    rounded to parts of 2**-30 of the heaviest.

    Args:
        pairs: possible pairs; of one named twice the heavier counts.
        shown: pairs that were shown before and are left out.
        edges_per_person: how many pairs are looked at for each person, their heaviest.

    Returns:
        The pairs, the heaviest first, the smaller key of each first; the order of the input does
        not matter.
    """
    offered = [pair for pair in pairs if pair.weight > 0.0 and pair.one != pair.other]
    people = sorted({person for pair in offered for person in (pair.one, pair.other)})
    place = {person: index for index, person in enumerate(people)}
    edges: Edges = {}
    for pair in offered:
        edge = _edge(place[pair.one], place[pair.other])
        edges[edge] = max(pair.weight, edges.get(edge, 0.0))
    for known in shown:
        edges.pop(_edge(*(place.get(person, -1) for person in known)), None)
    ranked = sorted(edges, key=lambda edge: (-edges[edge], edge))
    open_edges = _sparse(ranked, len(people), edges_per_person)
    chosen: list[Edge] = []
    while open_edges:
        found = _assigned({edge: edges[edge] for edge in open_edges}, len(people))
        chosen += found
        taken = {person for edge in found for person in edge}
        open_edges = [edge for edge in open_edges if taken.isdisjoint(edge)]
    chosen.sort(key=lambda edge: (-edges[edge], edge))
    return [Pair(people[edge[0]], people[edge[1]], edges[edge]) for edge in chosen]


def _edge(one: int, other: int) -> Edge:
    return (one, other) if one < other else (other, one)


def _sparse(ranked: Sequence[Edge], size: int, edges_per_person: int) -> list[Edge]:
    """Keep the edges that are among the heaviest of either side."""
    counts = [0] * size
    kept = []
    for edge in ranked:
        one, other = edge
        if counts[one] < edges_per_person or counts[other] < edges_per_person:
            kept.append(edge)
        counts[one] += 1
        counts[other] += 1
    return kept


def _assigned(edges: Edges, size: int) -> list[Edge]:
    """Assign everybody once, and keep the best edges of each circle of the assignment."""
    return [
        edge
        for circle in _circles(_partners(edges, size))
        for edge in _best_of_circle(circle, edges)
    ]


def _partners(edges: Edges, size: int) -> list[int]:
    ends = np.array(list(edges), dtype=np.int32)
    weights = np.array(list(edges.values()))
    # Whole numbers, because rounding of others can make the algorithm go in circles for ever.
    weights = np.ceil(weights / weights.max() * _FINENESS)
    # Costs above 0, as a sparse matrix needs; staying alone costs the most.
    most = 2.0 * weights.max()
    alone = np.arange(size, dtype=np.int32)
    costs = np.concatenate([most - weights, most - weights, np.full(size, most)])
    rows = np.concatenate([ends[:, 0], ends[:, 1], alone])
    columns = np.concatenate([ends[:, 1], ends[:, 0], alone])
    graph = csr_array((costs, (rows, columns)), shape=(size, size))
    partners: list[int] = min_weight_full_bipartite_matching(graph)[1].tolist()
    return partners


def _circles(partners: Sequence[int]) -> Iterator[list[int]]:
    seen = [False] * len(partners)
    for start in range(len(partners)):
        circle = []
        person = start
        while not seen[person]:
            seen[person] = True
            circle.append(person)
            person = partners[person]
        if len(circle) > 1:
            yield circle


def _best_of_circle(circle: Sequence[int], edges: Edges) -> list[Edge]:
    """Pair neighbours of a circle; of an odd one leave out whoever it costs least."""
    around = [_edge(*ends) for ends in pairwise([*circle, circle[0]])]
    size = len(circle)
    starts = range(size) if size % 2 else range(2)
    options = (
        [around[(start + step) % size] for step in range(0, size - 1, 2)] for start in starts
    )
    return max(options, key=lambda chosen: sum(edges[edge] for edge in chosen))
