"""Exporting: the original model to ONNX and to 8-bit integers, once, and only if it agrees.

`python -m matching.exporting MODEL FOLDER` does it in a process of its own, so that PyTorch's
hundreds of megabytes end with it.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import structlog

from matching import onnx_model
from matching.check_texts import TEXTS
from matching.embeddings import WEIGHTS_SHA256, LocalEmbedder, ModelUnavailable, check
from matching.onnx_model import Export, OnnxModel, digests_of
from matching.sentence_model import SentenceModel

Runtime = Literal["auto", "torch", "onnx"]

_OPSET = 17
# Few numbers in there are far larger than all others: in 8 bits they cost the most agreement.
_KEPT_PRECISE = tuple(f"layer.{layer}/output/dense" for layer in range(3))
_MADE_BY = ("torch", "transformers", "onnx", "onnxruntime", "tokenizers")
_PATIENCE_SECONDS = 600

_log = structlog.get_logger("kith.embeddings")


def folder_of(kept_in: Path) -> Path:
    """Name the folder of the export of these weights by the installed versions.

    Args:
        kept_in: the folder of all exports.
    """
    made_of = [WEIGHTS_SHA256, onnx_model.MODEL_VERSION]
    made_of += [f"{name} {version(name)}" for name in _MADE_BY]
    return kept_in / hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:16]


def existing(kept_in: Path) -> Path | None:
    """Give the folder of the export, None when there is none, it changed, or does not agree."""
    folder = folder_of(kept_in)
    export = Export.read(folder)
    return folder if export is not None and export.agrees else None


def ensure(model: Path | None, kept_in: Path) -> Path:
    """Make the export unless it is there; processes that start together make it once.

    Args:
        model: the original's folder; None for the installed one.
        kept_in: the folder of all exports.

    Returns:
        The folder of the export, whose digests were just compared.

    Raises:
        ModelUnavailable: the original is missing or changed, the export cannot be made or kept,
            or its vectors are too far from the original's.
    """
    original, folder = check(model), folder_of(kept_in)
    try:
        kept_in.mkdir(parents=True, exist_ok=True)
        with _locked(kept_in / "lock"):
            if (export := Export.read(folder)) is None:
                _log.info("exporting the embedding model", folder=str(folder))
                export = _made(original, folder)
                _log.info("exported the embedding model", lowest=export.lowest, mean=export.mean)
    except OSError as error:
        raise ModelUnavailable(
            f"The exported embedding model cannot be kept in {kept_in}: {error.strerror}."
        ) from error
    if not export.agrees:
        raise ModelUnavailable(
            f"The exported embedding model is too far from the original: the lowest cosine is "
            f"{export.lowest:.4f}, not {onnx_model.LEAST_COSINE}."
        )
    return folder


def prepare(model: Path | None, *, runtime: Runtime, kept_in: Path) -> None:
    """Make the export where the runtime wants it; where it cannot be had, "auto" does without.

    Raises:
        ModelUnavailable: the runtime is "onnx" and cannot be had.
    """
    if runtime == "torch":
        return
    try:
        ensure(model, kept_in)
    except ModelUnavailable as error:
        if runtime == "onnx":
            raise
        _log.warning("embedding by PyTorch", reason=str(error))


def open_model(model: Path | None, *, runtime: Runtime, kept_in: Path) -> LocalEmbedder:
    """Choose the runtime that embeds; it is loaded when first used.

    Args:
        model: the original's folder; None for the installed one.
        runtime: "torch" runs the original; "onnx" its export, made now if it is missing; "auto"
            the export where there is a good one.
        kept_in: the folder of all exports.

    Raises:
        ModelUnavailable: the runtime is "onnx" and cannot be had.
    """
    exported = None
    if runtime == "onnx":
        exported = ensure(model, kept_in)
    elif runtime == "auto":
        exported = existing(kept_in)
    return LocalEmbedder(model, exported=exported)


def _made(original: Path, folder: Path) -> Export:
    partial = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        _run(original, partial)
        export = Export.read(partial)
        if export is None:
            raise ModelUnavailable("The embedding model was exported, but not as recorded.")
        shutil.rmtree(folder, ignore_errors=True)  # one that is not as it was made
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return export


def _run(original: Path, folder: Path) -> None:
    try:
        subprocess.run(  # noqa: S603 - our own interpreter, no shell
            [sys.executable, "-m", __name__, str(original.resolve()), str(folder.resolve())],
            cwd=Path(__file__).parents[1],  # where it is found, also when it is not installed
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
            timeout=_PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelUnavailable("The embedding model's export takes too long.") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no word"])[-1]
        raise ModelUnavailable(f"The embedding model cannot be exported: {last}") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    # The lock belongs to the open file: it ends with the process, however that ends.
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def export(original: Path, folder: Path) -> Export:
    """Export a model in this process, and compare its vectors with the original's.

    Args:
        original: a sentence-transformers model.
        folder: an empty folder, into which model, tokenizer and record are written.
    """
    shutil.copyfile(original / "tokenizer.json", folder / onnx_model.TOKENIZER_FILE)
    model = SentenceModel(original)
    _quantise(_graph(model.original, folder / "precise.onnx"), folder / onnx_model.MODEL_FILE)
    (folder / "precise.onnx").unlink()
    cosines = np.sum(model.encode(TEXTS) * OnnxModel(folder).encode(TEXTS), axis=1)
    made = Export(digests_of(folder), float(cosines.min()), float(cosines.mean()))
    made.write(folder)
    return made


def _graph(original: Any, path: Path) -> Path:
    import torch  # noqa: PLC0415

    transformer = original[0].auto_model.eval()
    transformer.set_attn_implementation("eager")  # the one that ONNX has operators for

    class Pooled(torch.nn.Module):
        """The transformer with the original's pooling: the mean over all pieces, of length 1."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, pieces: Any) -> Any:
            mask = torch.ones_like(pieces)
            hidden = self.transformer(input_ids=pieces, attention_mask=mask).last_hidden_state
            return torch.nn.functional.normalize(hidden.mean(dim=1), dim=1)

    torch.onnx.export(
        Pooled().eval(),
        (torch.ones(1, 16, dtype=torch.long),),
        str(path),
        input_names=["pieces"],
        output_names=["vector"],
        dynamic_axes={"pieces": {1: "length"}},
        opset_version=_OPSET,
        dynamo=False,  # the newer exporter needs one more package
    )
    transformer.set_attn_implementation("sdpa")
    return path


def _quantise(precise: Path, path: Path) -> None:
    import onnx  # noqa: PLC0415
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    names = [node.name for node in onnx.load(str(precise)).graph.node]
    quantize_dynamic(
        str(precise),
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        nodes_to_exclude=[name for name in names if any(part in name for part in _KEPT_PRECISE)],
    )


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
