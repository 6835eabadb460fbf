"""`python -m benchmarks.matching`: how well the ranking does in a synthetic world, with targets."""

import argparse
import math
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks.matching import evenings, market, reporting
from benchmarks.matching.contents import contents_of
from benchmarks.matching.evenings import Known, Scored, Views
from benchmarks.matching.ledger import World
from benchmarks.matching.market import Week
from benchmarks.matching.people import APP, town
from benchmarks.matching.policies import POLICIES
from matching.calibration import Calibration

TOWN = 500
"""People on each side of a town; who lives in another town is out of reach."""

_QUICK = {"people": 1_000, "evenings": 12}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000, help="in the market of each seed")
    parser.add_argument("--seeds", type=int, default=3, help="how many worlds")
    parser.add_argument("--evenings", type=int, default=60, help="of each seed, for each question")
    parser.add_argument("--processes", type=int, default=2, help="that work at the same time")
    parser.add_argument("--quick", action="store_true", help="a small world, to look at")
    arguments = parser.parse_args()
    if arguments.quick:
        vars(arguments).update(_QUICK)
    if min(arguments.seeds, arguments.evenings) < 2 or arguments.people < 40:
        parser.error("it takes 2 seeds, 2 evenings and 40 people at least")
    with ProcessPoolExecutor(arguments.processes) as pool:
        results = _measured(pool, arguments)
    print(reporting.markdown(results))
    _tell(f"Written to {reporting.store(results, vars(arguments))}.")


def _measured(pool: ProcessPoolExecutor, arguments: argparse.Namespace) -> reporting.Results:
    seeds, count = range(arguments.seeds), arguments.evenings
    _tell("Learning from evenings of strangers ...")
    known = list(pool.map(partial(_known, count=count), seeds))
    _tell("Predicting likes and matches ...")
    scored = list(pool.map(partial(_scored, count=count), seeds, known))
    _tell("Looking for matches in the first views ...")
    views = list(pool.map(partial(_views, count=count), seeds, known))
    towns = max(1, round(arguments.people / (2 * TOWN)))
    size = min(TOWN, arguments.people // 2)
    places = [(seed, number) for seed in seeds for number in range(towns)]
    _tell(f"Living a week in {len(places)} towns of {2 * size:,} people ...")
    weeks = []
    working = pool.map(partial(_week, size=size), places, [known[seed] for seed, _ in places])
    for done, found in enumerate(working, start=1):
        weeks.append(found)
        _tell(f"{done} of {len(places)} weeks are over.")
    return reporting.Results(scored, [one for found in views for one in found], weeks)


def _known(seed: int, *, count: int) -> Known:
    return evenings.known_from(_random(seed, 0), count)


def _scored(seed: int, known: Known, *, count: int) -> Scored:
    return evenings.scored(_random(seed, 1), known, count)


def _views(seed: int, known: Known, *, count: int) -> list[dict[str, Views]]:
    """Play evenings under every policy."""
    random = _random(seed, 2)
    worlds = [evenings.small_evening(random, known) for _ in range(count)]
    return [
        {policy.name: evenings.views(world, policy, number) for policy in POLICIES}
        for number, world in enumerate(worlds)
    ]


def _week(place: tuple[int, int], known: Known, *, size: int) -> dict[str, Week]:
    """Live the same week under every policy.

    The weights are those of evenings with other people. How often likes come is known of an app
    after some hours; only that is taken from the app.
    """
    random = _random(place[0], 3, place[1])
    here = town(random, size, APP)
    rate = float(np.mean([chances.mean() for chances in here.likes]))
    shift = math.log(rate / (1.0 - rate)) - math.log(known.rate / (1.0 - known.rate))
    knots = known.model.calibration.knots
    moved = Calibration(tuple((total, odds + shift) for total, odds in knots))
    model = replace(known.model, calibration=moved)
    world = World.of(here, contents_of(here, model), rate, random)
    return {policy.name: market.week(world, policy, place[1]) for policy in POLICIES}


def _random(*seeds: int) -> np.random.Generator:
    return np.random.default_rng(seeds)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
