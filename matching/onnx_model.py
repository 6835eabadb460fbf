"""The fast runtime: all-MiniLM-L6-v2 in 8-bit integers, by ONNX Runtime, without PyTorch."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

MODEL_VERSION = "all-MiniLM-L6-v2@1-int8"
"""Names the vectors of this runtime; raise it with every change of how the files are made."""

LEAST_COSINE = 0.98
"""How near each vector must be to the original's for the runtime to be used."""

LONGEST = 256
"""How many word pieces of a text are read, as by the original."""

MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
_RECORD_FILE = "export.json"


@dataclass(frozen=True, slots=True)
class Export:
    """What was made once of the original, and how near it comes.

    Attributes:
        digests: the SHA-256 of each file, by its name.
        lowest: the lowest cosine of a check text's vector with the original's.
        mean: their mean.
    """

    digests: dict[str, str]
    lowest: float
    mean: float

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Read the record of an export; None when it is missing or its files are not as made."""
        try:
            export = cls(**json.loads((folder / _RECORD_FILE).read_text(encoding="utf-8")))
            same = digests_of(folder) == export.digests
        except (OSError, ValueError, TypeError):
            return None
        return export if same else None

    def write(self, folder: Path) -> None:
        """Write the record next to the files."""
        (folder / _RECORD_FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @property
    def agrees(self) -> bool:
        """Whether it is near enough to the original to be used."""
        return self.lowest >= LEAST_COSINE


def digests_of(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of the files of an export, by their names.

    Raises:
        OSError: one cannot be read.
    """
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (MODEL_FILE, TOKENIZER_FILE)
    }


class OnnxModel:
    """The exported model.

    Texts are run one by one. Together they would not be faster, because of the padding, and a
    text's vector would depend on its neighbours: activations are quantised with one scale for
    all that is run together.

    Args:
        folder: of an export whose digests were compared.
        threads: how many cores a text may use.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena keeps the memory of the longest text for ever.
        options.enable_cpu_mem_arena = False
        # A thread that waits must not take the core from the event loop.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give a vector of length 1 for each text, of its first 256 word pieces."""
        rows = [self._vector_of(text) for text in texts]
        return np.concatenate(rows) if rows else np.empty((0, 384), dtype=np.float32)

    def _vector_of(self, text: str) -> NDArray[np.float32]:
        pieces = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (vector,) = self._session.run(None, {"pieces": pieces})
        return np.asarray(vector, dtype=np.float32)
