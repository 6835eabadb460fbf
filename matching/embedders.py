"""Embedders: who embeds by which version; the one that is set, and others while models change."""

import asyncio
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from integrations.embeddings import EmbeddingsUnavailable
from matching.embeddings import Embedder

Opening = Callable[[str], Embedder]
"""Opens who embeds by a version; `EmbeddingsUnavailable` where these settings cannot."""


class Embedders:
    """All embedders of a process; itself, it embeds as the settings say.

    Args:
        configured: the one that is set.
        opening: opens another one, called in a thread.
        sizes: how many numbers a vector of another version has.

    Attributes:
        configured: the one that is set.
    """

    def __init__(
        self,
        configured: Embedder,
        opening: Opening,
        sizes: Callable[[str], int],
    ) -> None:
        self.configured = configured
        self.model_version = configured.model_version
        self.dimensions = configured.dimensions
        self._opening = opening
        self._sizes = sizes
        self._opened: dict[str, Embedder] = {}

    async def embed(self, texts: Sequence[str], *, patient: bool = True) -> NDArray[np.float32]:
        """Give the vectors of texts by the version that is set; see `Embedder.embed`."""
        return await self.configured.embed(texts, patient=patient)

    def dimensions_of(self, version: str) -> int:
        """Give how many numbers a vector of a version has.

        Raises:
            EmbeddingsUnavailable: these settings cannot run it.
        """
        return self.dimensions if version == self.model_version else self._sizes(version)

    async def of(self, version: str) -> Embedder:
        """Give who embeds by a version.

        Raises:
            EmbeddingsUnavailable: these settings cannot run it.
        """
        if version == self.model_version:
            return self.configured
        if version not in self._opened:
            opened = await asyncio.to_thread(self._opening, version)
            # Two that asked at once have opened two; an embedder loads only when it is used.
            self._opened.setdefault(version, opened)
        return self._opened[version]

    def close(self) -> None:
        """Let go of all of them; none is used afterwards."""
        for embedder in (self.configured, *self._opened.values()):
            embedder.close()


def unknown(version: str) -> EmbeddingsUnavailable:
    """Say that these settings have nothing that embeds by a version."""
    return EmbeddingsUnavailable(
        f"Nothing that is set here embeds by {version}: set what it needs, or change to another "
        "version by `kith embeddings`."
    )
