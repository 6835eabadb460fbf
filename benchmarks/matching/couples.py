"""The best mutual pairs of a ledger, chosen by the product's pairing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.ledger import Ledger
from benchmarks.matching.people import Floats
from matching.pairing import Pair, best_pairs


def best_of(
    ledger: Ledger, present: Sequence[Sequence[int]], *, each: int
) -> list[tuple[int, int]]:
    """Choose who are shown to each other at once.

    Args:
        ledger: what happened so far.
        present: who is there, of each side.
        each: how many of each person's likeliest open pairs the product looks at; it would look
            at no more than 50 itself, and making all of a town's takes long.

    Returns:
        Numbers of the first and of the second side, nobody twice and nobody who saw the other.
    """
    town, calibration = ledger.world.town, ledger.world.contents.model.calibration
    rows, columns = (np.asarray(people, dtype=np.intp) for people in present)
    there = np.stack([ledger.odds(0, row)[0][columns] for row in rows])
    back = np.stack([ledger.odds(1, column)[0][rows] for column in columns]).T
    chance = np.exp(calibration.log_chances(there) + calibration.log_chances(back))
    met = ledger.seen[0][np.ix_(rows, columns)] | ledger.seen[1][np.ix_(columns, rows)].T
    chance[met] = 0.0
    kept = _largest(chance, each) | _largest(chance.T, each).T
    numbers = {}
    pairs = []
    for i, j in zip(*np.nonzero(kept & (chance > 0.0)), strict=True):
        one = town.sides[0].features[rows[i]].profile_id
        other = town.sides[1].features[columns[j]].profile_id
        numbers[one], numbers[other] = int(rows[i]), int(columns[j])
        pairs.append(Pair(one, other, float(chance[i, j])))
    return [(numbers[pair.one], numbers[pair.other]) for pair in best_pairs(pairs)]


def _largest(chance: Floats, each: int) -> NDArray[np.bool_]:
    """Mark the largest of each row."""
    if chance.shape[1] <= each:
        return np.ones(chance.shape, dtype=bool)
    bars = np.partition(chance, -each, axis=1)[:, -each]
    return chance >= bars[:, None]
