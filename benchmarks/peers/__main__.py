"""`python -m benchmarks.peers`: Kith and its peers side by side, as a Markdown table and a plot."""

import argparse
import asyncio
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

import embedded
from benchmarks import operations, plot, processes, report, rounds, setting
from benchmarks.dataset import SCALES, Scale
from benchmarks.peers import comparing, targets, views
from benchmarks.peers.contenders import CONTENDERS, KITH, NODE, Contender
from benchmarks.rounds import Figures, Subject

_PLOT = processes.ROOT / "docs" / "pictures" / "peers.png"


def main() -> None:
    """Run the benchmark."""
    arguments = _arguments()
    contenders = [
        contender
        for contender in CONTENDERS
        if contender is KITH or any(word in contender.name for word in arguments.only or [""])
    ]
    _install_packages()
    with setting.stores() as (stores, directory):
        asyncio.run(_run(stores, directory, contenders, arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="default", help="size of the dataset")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds")
    parser.add_argument("--seconds", type=float, default=3.0, help="of load in each round")
    parser.add_argument("--connections", type=int, default=16, help="requests under way at a time")
    parser.add_argument("--only", nargs="*", help="words in the names of the peers wanted")
    parser.add_argument("--name", default="peers", help="of the file in benchmarks/results")
    parser.add_argument("--plot", type=Path, default=_PLOT, help="where to write the PNG")
    return parser.parse_args()


def _install_packages() -> None:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("The peers on Node need npm: install Node.js.")
    lock, installed = NODE / "package-lock.json", NODE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([npm, "ci", "--loglevel=error"], cwd=NODE, check=True)  # noqa: S603 - npm


async def _run(
    stores: embedded.Stores,
    directory: Path,
    contenders: Sequence[Contender],
    arguments: argparse.Namespace,
) -> None:
    scale: Scale = SCALES[arguments.scale]
    _tell(f"Writing the dataset of {scale.people:,} people ...")
    async with setting.furnished(stores, directory, scale) as furnished:
        await views.create(stores.database_url)
        wanted = operations.of(furnished.world)
        _tell("Starting the contenders ...")
        async with setting.serving(furnished, contenders) as servers:
            subjects = setting.subjects(furnished, servers, contenders, wanted)
            await _require_equal_answers(subjects)
            _tell("All contenders answer the same.")
            figures = await rounds.measure(
                subjects,
                furnished.cluster,
                rounds=arguments.rounds,
                seconds=arguments.seconds,
                connections=arguments.connections,
                tell=_tell,
            )
    _report(figures, arguments)


async def _require_equal_answers(subjects: Sequence[Subject]) -> None:
    expected: dict[str, list[object]] = {}
    for subject in subjects:
        texts = await setting.answers(subject.requests, subject.port)
        found = [comparing.canonical(orjson.loads(text).get("data")) for text in texts]
        if not all(data and all(data.values()) for data in found):
            sys.exit(f"{subject.contender} shows nothing for {subject.operation}: {texts[0]!r}")
        if subject.operation not in expected:
            expected[subject.operation] = found
        elif place := comparing.difference(expected[subject.operation], found):
            sys.exit(f"{subject.contender} answers {subject.operation} differently: {place}")


def _report(figures: Mapping[Subject, Figures], arguments: argparse.Namespace) -> None:
    table: dict[str, dict[str, Figures]] = defaultdict(dict)
    for subject, found in figures.items():
        table[subject.operation][subject.contender] = found
    conditions = {
        name: getattr(arguments, name) for name in ("scale", "rounds", "seconds", "connections")
    }
    print(report.markdown(table, against=KITH.name), targets.markdown(table), sep="\n\n")
    plot.draw(table, arguments.plot, ours=KITH.name)
    path = report.store(arguments.name, table, conditions)
    _tell(f"Written to {path} and {arguments.plot}.")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
