"""Nearest terms: what phrases outside the vocabulary come closest to in meaning."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.vocabulary import BY_KIND, Kind, Term

THRESHOLD = 0.66
"""The cosine from which a phrase counts as another word for a term.

Measured with all-MiniLM-L6-v2: "wandering through mountains" is 0.664 from hiking and "building
mobile apps" 0.76 from mobile development, but "rugby" is 0.642 from football.
"""

_TERMS = (*BY_KIND[Kind.INTEREST], *BY_KIND[Kind.SKILL])


class NearestTerms:
    """Finds terms by meaning; call it as the `similarity` of `parse_profile`, in a thread.

    Args:
        embed: texts to vectors of length 1, like `LocalEmbedder.embed_now`.
    """

    def __init__(self, embed: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        self._embed = embed
        self._vocabulary: NDArray[np.float32] | None = None

    def __call__(self, phrases: Sequence[str]) -> list[tuple[Term, float] | None]:
        """Give for each phrase its nearest term and the cosine, None when none is near.

        The first call embeds the vocabulary, about two seconds on one core.
        """
        if not phrases:
            return []
        if self._vocabulary is None:
            self._vocabulary = self._embed([term.label for term in _TERMS])
        cosines = self._embed(phrases) @ self._vocabulary.T
        best = cosines.argmax(axis=1)
        return [
            (_TERMS[column], float(row[column])) if row[column] >= THRESHOLD else None
            for row, column in zip(cosines, best.tolist(), strict=True)
        ]
