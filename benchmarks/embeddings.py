"""`python -m benchmarks.embeddings`: what the two runtimes of the embedding model cost.

Each round starts each runtime in a fresh process, in turn; the table shows medians. Both use one
thread, as a server does.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil

from matching import exporting
from matching.check_texts import TEXTS
from matching.onnx_model import Export

RUNTIMES = ("torch", "onnx")
ROOT = Path(__file__).parents[1]
_TEXTS = 192
_BATCH = 32
_SINGLES = 20
_TEXT = (
    "I design signs for hospitals so that worried people find the right door and on Sundays I walk "
    "around the old airfield and greet every dog by name while looking for kind people who read "
    "the whole menu like silence in a car and would rather swim in a cold lake than lie on a beach "
    "with a book about sailing"
)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.embeddings", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="fresh processes of each runtime")
    parser.add_argument("--measure", choices=RUNTIMES, help=argparse.SUPPRESS)
    parser.add_argument("--kept-in", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(_measured(arguments.measure, arguments.kept_in)))
        return
    with tempfile.TemporaryDirectory(prefix="kith-models-") as folder:
        started = time.perf_counter()
        export = Export.read(exporting.ensure(None, Path(folder)))
        seconds = time.perf_counter() - started
        rounds: dict[str, list[dict[str, Any]]] = {runtime: [] for runtime in RUNTIMES}
        for _ in range(arguments.rounds):
            for runtime in RUNTIMES:
                rounds[runtime].append(_in_a_process(runtime, folder))
    assert export is not None
    _print(rounds)
    print(
        f"\nExported in {seconds:.1f} s; cosine over {len(TEXTS)} check texts: lowest "
        f"{export.lowest:.4f}, mean {export.mean:.4f}."
    )


def _in_a_process(runtime: str, folder: str) -> dict[str, Any]:
    answer = subprocess.run(  # noqa: S603 - our own interpreter, no shell
        [sys.executable, "-m", __spec__.name, "--measure", runtime, "--kept-in", folder],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def _measured(runtime: exporting.Runtime, kept_in: Path) -> dict[str, Any]:
    process, texts = psutil.Process(), _texts()
    before = process.memory_info().rss
    started = time.perf_counter()
    embedder = exporting.open_model(None, runtime=runtime, kept_in=kept_in)
    embedder.embed_now(["first"])
    loaded = time.perf_counter() - started
    singles = [_seconds(embedder, [text]) for text in texts[:_SINGLES]]
    rest = texts[_SINGLES:]
    batches = [rest[start : start + _BATCH] for start in range(0, len(rest), _BATCH)]
    busy = sum(_seconds(embedder, batch) for batch in batches)
    memory = process.memory_info().rss
    vectors = embedder.embed_now(texts[:_BATCH])
    embedder.close()
    return {
        "load": loaded,
        "added": (memory - before) / 1e6,
        "memory": memory / 1e6,
        "one": median(singles) * 1e3,
        "rate": len(rest) / busy,
        "vectors": vectors.tolist(),
    }


def _seconds(embedder: Any, texts: list[str]) -> float:
    started = time.perf_counter()
    embedder.embed_now(texts)
    return time.perf_counter() - started


def _texts() -> list[str]:
    # About 60 words each and no two alike, so that none is remembered.
    numbers, words = np.random.default_rng(1), _TEXT.split()
    return [" ".join(numbers.permutation(words)) for _ in range(_TEXTS + _SINGLES)]


def _print(rounds: dict[str, list[dict[str, Any]]]) -> None:
    torch = np.array(rounds["torch"][0]["vectors"])
    words, count = len(_TEXT.split()), len(rounds["torch"])
    print(f"Texts of {words} words, one thread, {count} rounds, medians.\n")
    print("| runtime | import + load | memory | of it the model's | one text | batches | cosine |")
    print("|---|---|---|---|---|---|---|")
    for runtime, found in rounds.items():
        load, memory, added, one, rate = (
            median(each[name] for each in found)
            for name in ("load", "memory", "added", "one", "rate")
        )
        cosine = np.sum(torch * np.array(found[0]["vectors"]), axis=1).min()
        print(
            f"| {runtime} | {load:.2f} s | {memory:.0f} MB | {added:.0f} MB | {one:.1f} ms "
            f"| {rate:.0f}/s | {cosine:.4f} |"
        )


if __name__ == "__main__":
    main()
