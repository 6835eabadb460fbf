"""`python -m benchmarks.chaos`: real processes under faults, and what reached whom.

Ends with 1 when an acknowledged message was lost, told twice, out of order or after a gap, when a
process ended by itself, or when fewer faults happened than were asked for.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.chaos import report, world
from benchmarks.chaos.stores import Stores
from benchmarks.chaos.world import Scale
from embedded.processes import ended_by_signals


def main() -> None:
    """Run, print the faults and the ledger, and end with 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--faults", type=int, default=50, help="how many things go wrong")
    parser.add_argument("--seconds", type=float, default=400.0, help="over which time")
    parser.add_argument("--seed", type=int, default=1, help="decides what happens and when")
    parser.add_argument("--people", type=int, default=8, help="who write and listen")
    parser.add_argument("--pause", type=float, default=1.5, help="seconds between sends of one")
    parser.add_argument("--keep", type=Path, help="an existing folder for logs, which stay there")
    arguments = parser.parse_args()
    scale = Scale(
        seed=arguments.seed,
        faults=arguments.faults,
        seconds=arguments.seconds,
        people=arguments.people,
        pause_seconds=arguments.pause,
    )
    with ended_by_signals(), tempfile.TemporaryDirectory(prefix="kith-chaos-") as folder:
        stores = Stores(Path(folder))
        try:
            logs = arguments.keep.resolve() if arguments.keep else Path(folder)
            outcome = asyncio.run(world.run(scale, stores, logs))
        finally:
            stores.stop()
    print(report.plain(outcome))
    if not report.is_right(outcome, faults=arguments.faults):
        sys.exit(1)


if __name__ == "__main__":
    main()
