"""The original runtime: all-MiniLM-L6-v2 by sentence-transformers on PyTorch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL_VERSION = "all-MiniLM-L6-v2@1"
"""Names the vectors of this runtime."""

_BATCH = 32


class SentenceModel:
    """The model in PyTorch; its import takes seconds, and its memory hundreds of megabytes.

    Args:
        folder: a sentence-transformers model, its weights checked.
        threads: how many cores a batch may use.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        import torch  # noqa: PLC0415
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        from transformers.utils import logging  # noqa: PLC0415

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # it ships no types
        torch.set_num_threads(threads)
        self.original: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give a vector of length 1 for each text, of its first 256 word pieces."""
        encoded = self.original.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(encoded, dtype=np.float32)
