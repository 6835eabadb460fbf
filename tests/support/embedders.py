"""Small models for tests: each version has vectors of its own, made at once from any text."""

import hashlib

import numpy as np

from integrations.embeddings import EmbeddingsUnavailable
from matching.embedders import Embedders, unknown


class FakeEmbedder:
    """Vectors drawn by lot from the name of the version and the text.

    Args:
        model_version: its name.
        dimensions: how many numbers a vector has.

    Attributes:
        texts: what it has embedded.
        is_away: whether it refuses.
    """

    def __init__(self, model_version, dimensions=8):
        self.model_version, self.dimensions = model_version, dimensions
        self.texts = []
        self.is_away = False

    async def embed(self, texts, *, patient=True):
        """Give the vectors of texts."""
        if self.is_away:
            raise EmbeddingsUnavailable(f"{self.model_version} is away.")
        self.texts += texts
        return np.array([self.vector(text) for text in texts], dtype=np.float32)

    def vector(self, text):
        """Give the vector of a text."""
        digest = hashlib.sha256(f"{self.model_version}\n{text}".encode()).digest()
        drawn = np.random.default_rng(list(digest)).normal(size=self.dimensions)
        return (drawn / np.linalg.norm(drawn)).astype(np.float32)

    def close(self):
        """Let go of nothing."""


def embedders(configured, *others):
    """All of them as one process has them, the first as it is set."""
    known = {each.model_version: each for each in others}

    def opened(version):
        if version not in known:
            raise unknown(version)
        return known[version]

    return Embedders(configured, opened, lambda version: opened(version).dimensions)
