"""What the product makes of everybody's profiles: its signals and log-odds, pair by pair."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.matching.people import NOW, Floats, Town
from matching.ranking import Crowd, directions
from matching.scoring import PRIOR, Model, Weight, signals

SIGNALS = tuple(PRIOR.weights)

SOURCES = Model(
    version="sources",
    spread=1.0,
    weights={
        "text_similarity": Weight(0.4, 0.0),
        "availability_shared": Weight(0.2, 0.0),
        "goals_shared": Weight(0.2, 0.0),
        "skills_shared": Weight(0.2, 0.0),
    },
)
"""The formula of the sources: similarity plus weighted availability, goals and skills."""

Both = tuple[Floats, Floats]
"""How columns look to rows: rows of the first side, and rows of the second."""


@dataclass(frozen=True)
class Contents:
    """What the product makes of all pairs of a town by their profiles alone.

    Attributes:
        model: the weights.
        odds: its log-odds of a like.
        formula: the scores of the sources.
        values: the signals, shapes (rows, columns, signals), not a number where unknown; None
            where no taste is to be learned.
    """

    model: Model
    odds: Both
    formula: Both
    values: Both | None = field(default=None)

    def measured(self, side: int, viewer: int, candidate: int) -> dict[str, float | None]:
        """Give the signals of one pair as the product gives them; there must be values."""
        assert self.values is not None
        values = self.values[side][viewer, candidate].tolist()
        return {
            name: None if np.isnan(value) else value
            for name, value in zip(SIGNALS, values, strict=True)
        }

    def personal(self, side: int, viewer: int, taste: Mapping[str, float]) -> Floats | float:
        """Give what a viewer's own taste adds to the log-odds of each candidate."""
        if not taste or self.values is None:
            return 0.0
        corrections = np.array([taste.get(name, 0.0) for name in SIGNALS])
        centres = np.array([self.model.weights[name].centre for name in SIGNALS])
        return np.asarray(np.nan_to_num(self.values[side][viewer] - centres) @ corrections)


def contents_of(town: Town, model: Model, values: Both | None = None) -> Contents:
    """Let the product look at every pair of a town.

    Args:
        town: who may meet whom.
        model: the weights.
        values: the signals, where tastes are to be learned.
    """
    return Contents(model, _odds(town, model), _odds(town, SOURCES), values)


def measure(town: Town) -> Both:
    """Let the product measure the signals of every pair of a town, from both sides."""
    one, other = town.sides
    shape = (len(one), len(other), len(SIGNALS))
    there, back = np.empty(shape), np.empty(shape)
    for i, left in enumerate(one.features):
        for j, right in enumerate(other.features):
            cosine = float(town.similarity[i, j])
            seen = signals(left, right, similarity=cosine, now=NOW)
            there[i, j] = [np.nan if value is None else value for value in seen.values()]
            seen = signals(right, left, similarity=cosine, now=NOW)
            back[i, j] = [np.nan if value is None else value for value in seen.values()]
    return there, np.ascontiguousarray(back.transpose(1, 0, 2))


def _odds(town: Town, model: Model) -> Both:
    crowd = Crowd.of(town.sides[1].features)
    seen = [
        directions(viewer, crowd, similarities=cosines.tolist(), now=NOW, model=model)
        for viewer, cosines in zip(town.sides[0].features, town.similarity, strict=True)
    ]
    there, back = (np.stack([getattr(one, way) for one in seen]) for way in ("there", "back"))
    return there, np.ascontiguousarray(back.T)
