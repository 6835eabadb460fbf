"""`python -m benchmarks`: what Kith's own operations cost, and with --profile where it goes."""

import argparse
import asyncio
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import embedded
from benchmarks import deck_index, load, operations, processes, profiled, report, rounds, setting
from benchmarks.dataset import SCALES
from benchmarks.peers.contenders import KITH
from benchmarks.rounds import Figures, Subject
from benchmarks.setting import Setting

_NAMES = ("FEED", "CHAT", "POINT", "DECK")
_SHOWN = 10
_EVERYWHERE = 0.99


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="default", help="size of the dataset")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds")
    parser.add_argument("--seconds", type=float, default=2.0, help="of load in each round")
    parser.add_argument("--connections", type=int, default=16, help="requests under way at a time")
    parser.add_argument("--only", nargs="*", default=_NAMES, choices=_NAMES, help="operations")
    parser.add_argument("--profile", action="store_true", help="name the most expensive functions")
    arguments = parser.parse_args()
    with setting.stores() as (stores, directory):
        asyncio.run(_run(stores, directory, arguments))


async def _run(stores: embedded.Stores, directory: Path, arguments: argparse.Namespace) -> None:
    sample = directory / "profile.json"
    contender = KITH
    if arguments.profile:
        contender = replace(
            KITH,
            command=(sys.executable, "-m", "benchmarks.profiled", "serve", "--port"),
            environment={**KITH.environment, "PROFILE": str(sample)},
        )
    scale = SCALES[arguments.scale]
    _tell(f"Writing the dataset of {scale.people:,} people ...")
    async with setting.furnished(stores, directory, scale) as furnished:
        known = [*operations.of(furnished.world), operations.DECK]
        wanted = [operation for operation in known if operation.name in arguments.only]
        if operations.DECK in wanted:
            await deck_index.write(stores.database_url, furnished.data_of(0) / "vectors")
        async with setting.serving(furnished, [contender]) as servers:
            subjects = setting.subjects(furnished, servers, [contender], wanted)
            if arguments.profile:
                for subject in subjects:
                    print(await _profile(subject, sample, arguments))
            else:
                await _measure(furnished, subjects, arguments)


async def _measure(
    furnished: Setting, subjects: Sequence[Subject], arguments: argparse.Namespace
) -> None:
    figures = await rounds.measure(
        subjects,
        furnished.cluster,
        rounds=arguments.rounds,
        seconds=arguments.seconds,
        connections=arguments.connections,
        tell=_tell,
    )
    table: dict[str, dict[str, Figures]] = defaultdict(dict)
    for subject, found in figures.items():
        table["Kith's operations"][subject.operation] = found
    print(report.plain(table["Kith's operations"]))
    _tell(f"Written to {report.store('operations', table, vars(arguments))}.")


async def _profile(subject: Subject, sample: Path, arguments: argparse.Namespace) -> str:
    await _loaded(subject, arguments)  # compiles and warms up
    await _sampled(subject, sample)
    await _loaded(subject, arguments)
    return _described(subject.operation, await _sampled(subject, sample))


def _described(operation: str, found: dict[str, Any]) -> str:
    packages: Counter[str] = Counter()
    for path, _, share in found["own"]:
        packages[path.split("/")[0]] += share
    lines = [f"### {operation}: {found['samples']:,} samples"]
    lines += _shares("package, its own code", [(name, n) for name, n in packages.most_common()])
    lines += _shares("function, its own code", [(f"{p} {name}", n) for p, name, n in found["own"]])
    # What is in every sample is the way from the command line to the event loop.
    ours = [(f"{p} {name}", n) for p, name, n in found["whole"] if n < _EVERYWHERE and _is_kith(p)]
    lines += _shares("function of Kith, with all that it calls", ours, shown=4 * _SHOWN)
    return "\n".join([*lines, ""])


def _is_kith(path: str) -> bool:
    return (processes.ROOT / path).exists()


def _shares(title: str, found: Sequence[tuple[str, float]], shown: int = _SHOWN) -> list[str]:
    rows = [f"| {share:.1%} | `{name}` |" for name, share in found[:shown]]
    return ["", f"| share | {title} |", "| ---: | --- |", *rows]


async def _loaded(subject: Subject, arguments: argparse.Namespace) -> None:
    await load.run(
        subject.port,
        subject.requests,
        connections=arguments.connections,
        seconds=arguments.seconds,
    )


async def _sampled(subject: Subject, sample: Path) -> dict[str, Any]:
    subject.process.send_signal(signal.SIGUSR2)
    return await asyncio.to_thread(profiled.read, sample)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
