"""Cases: one schema, one world and one operation, run every way, and what must agree."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import strawberry
from graphql import DocumentNode, parse, validate
from hypothesis import event, reject
from hypothesis import strategies as st

from execution.results import Result
from tests.execution.differential.building import build
from tests.execution.differential.choices import Choices
from tests.execution.differential.comparing import (
    compare_calls,
    compare_loads,
    compare_waiting,
    shown,
)
from tests.execution.differential.lanes import Lane
from tests.execution.differential.operations import draw_operation
from tests.execution.differential.running import (
    Core,
    build_core,
    engine,
    run_on_core,
    run_on_engine,
    run_on_waiting_core,
    without_propagation,
)
from tests.execution.differential.schemas import draw_schema
from tests.execution.differential.worlds import World


@st.composite
def cases(draw: Callable[[Any], Any]) -> "Case":
    """Generated cases."""
    case = Case(Choices(draw(st.randoms(use_true_random=False))))
    for feature in case.features:
        event(feature)
    return case


@dataclass(frozen=True)
class Oracle:
    """What graphql-core says of the operation or of one event of it, without an event loop.

    Attributes:
        result: what it comes to.
        lane: what was called for it.
        every: what it comes to when nothing travels up.
        every_lane: what was called for that, which is all that any run may call.
    """

    result: Result
    lane: Lane
    every: Result
    every_lane: Lane


class Case:
    """A generated case.

    Args:
        choices: draw it.

    Attributes:
        features: what occurs in it.
    """

    def __init__(self, choices: Choices) -> None:
        self.features = choices.features
        self._described = draw_schema(choices)
        self._world = World(choices, choices.pick((10, 0, 5, 30)))
        self._schema: strawberry.Schema = build(self._described, self._world)
        self._operation = draw_operation(choices, self._schema._schema)
        self._document: DocumentNode = parse(self._operation.text)
        # The run in which nothing travels up asks for all that any other run asks for.
        every = without_propagation(self._document)
        values = self._operation.variables
        first = [self._on_core(every, each) for each in values]
        self._world.sealed = True
        self._oracles: list[list[Oracle]] = []
        for each, run_of_all in zip(values, first, strict=True):
            runs = zip(self._on_core(self._document, each), run_of_all, strict=True)
            self._oracles.append([Oracle(*run, *of_all) for run, of_all in runs])
        self.features |= {_kind(each.result) for oracles in self._oracles for each in oracles}

    def __repr__(self) -> str:
        operation = self._operation
        parts = (self._schema.as_str(), self._described, operation.text, operation.variables)
        return "\n".join(map(str, (*parts, self._world)))

    def check(self) -> None:
        """Run the operation on the engine, and compare.

        Raises:
            AssertionError: the engine does not agree with graphql-core.
        """
        tested = engine(self._schema)
        with asyncio.Runner() as runner:
            for values, oracles in zip(self._operation.variables, self._oracles, strict=True):
                for waits in (False, True):
                    new_lane = partial(Lane, self._world, waits=waits)
                    runs = runner.run(run_on_engine(tested, self._operation, values, new_lane))
                    self._reject_invalid(runs[0][0])
                    for oracle, run in zip(oracles, runs, strict=True):
                        self._compare(oracle, *run)
                runner.run(self._compare_waiting(values, oracles))

    def _reject_invalid(self, result: Result) -> None:
        if not result.executed and (errors := validate(self._schema._schema, self._document)):
            event(f"invalid: {errors[0].message[:40]}")
            reject()

    def _compare(self, oracle: Oracle, result: Result, lane: Lane) -> None:
        assert shown(result) == shown(oracle.result)
        assert lane.unawaited == 0
        serially = self._operation.text.startswith("mutation")
        compare_calls(lane, oracle.lane, oracle.every_lane, serially=serially)
        compare_loads(lane, oracle.lane, oracle.every_lane)

    async def _compare_waiting(self, values: dict[str, Any], oracles: list[Oracle]) -> None:
        runs = self._core(self._document, values, waits=True)
        for oracle, (core, _) in zip(oracles, runs, strict=True):
            if not isinstance(core, list):
                waiting = await run_on_waiting_core(core)
                compare_waiting(oracle.result, waiting, oracle.every)

    def _core(
        self, document: DocumentNode, values: dict[str, Any], *, waits: bool
    ) -> list[tuple[Core, Lane]]:
        new_lane = partial(Lane, self._world, waits=waits)
        return build_core(self._schema, document, self._operation, values, new_lane)

    def _on_core(self, document: DocumentNode, values: dict[str, Any]) -> list[tuple[Result, Lane]]:
        runs = self._core(document, values, waits=False)
        return [(run_on_core(core), lane) for core, lane in runs]


def _kind(result: Result) -> str:
    if not result.executed:
        return "refused"
    if result.data is None:
        return "null at the root"
    return "data and errors" if result.errors else "data without errors"
