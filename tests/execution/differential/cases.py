"""Cases: one schema, one world and one operation, run every way, and what must agree."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, parse, validate
from hypothesis import event, reject
from hypothesis import strategies as st

from execution.results import Result
from tests.execution.differential.building import build
from tests.execution.differential.choices import Choices
from tests.execution.differential.comparing import (
    batch_places,
    compare_calls,
    compare_loads,
    compare_waiting,
    shown,
)
from tests.execution.differential.operations import draw_operation
from tests.execution.differential.running import (
    build_core,
    engine,
    run_on_core,
    run_on_engine,
    run_on_waiting_core,
    without_propagation,
)
from tests.execution.differential.schemas import draw_schema
from tests.execution.differential.worlds import Lane, World


@st.composite
def cases(draw: Callable[[Any], Any]) -> "Case":
    """Generated cases."""
    case = Case(Choices(draw(st.randoms(use_true_random=False))))
    for feature in case.features:
        event(feature)
    return case


@dataclass(frozen=True)
class Oracle:
    """What graphql-core says of the operation, without an event loop.

    Attributes:
        values: the values of the variables.
        result: what it comes to.
        lane: what was called for it.
        every: what it comes to when nothing travels up.
        every_lane: what was called for that, which is all that any run may call.
    """

    values: dict[str, Any]
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
        self._world = World(choices, choices.pick((15, 0, 30, 5)))
        self._schema: strawberry.Schema = build(self._described, self._world)
        self._operation = draw_operation(choices, self._schema._schema)
        self._document: DocumentNode = parse(self._operation.text)
        # The run in which nothing travels up asks for all that any other run asks for.
        every = without_propagation(self._document)
        first = [self._on_core(every, values) for values in self._operation.variables]
        self._world.sealed = True
        self._oracles = [
            Oracle(values, *self._on_core(self._document, values), *run)
            for values, run in zip(self._operation.variables, first, strict=True)
        ]
        self.features |= {_kind(oracle.result) for oracle in self._oracles}

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
            for oracle in self._oracles:
                for waits in (False, True):
                    lane = Lane(self._world, waits=waits)
                    running = run_on_engine(tested, self._operation, oracle.values, lane)
                    self._compare(oracle, lane, runner.run(running))
                if oracle.result.executed:
                    core = self._core(self._document, oracle.values, waits=True)
                    waiting = runner.run(run_on_waiting_core(core))
                    compare_waiting(oracle.result, waiting, oracle.every)

    def _compare(self, oracle: Oracle, lane: Lane, result: Result) -> None:
        if not result.executed and (errors := validate(self._schema._schema, self._document)):
            event(f"invalid: {errors[0].message[:40]}")
            reject()
        assert shown(result) == shown(oracle.result)
        assert lane.unawaited == 0
        serially = self._operation.text.startswith("mutation")
        compare_calls(lane, oracle.lane, oracle.every_lane, serially=serially)
        if (places := self._places(oracle.values)) is not None:
            compare_loads(lane, oracle.lane, oracle.every_lane, places)

    def _core(self, document: DocumentNode, values: dict[str, Any], *, waits: bool = False) -> Any:
        lane = Lane(self._world, waits=waits)
        return build_core(self._schema, document, self._operation, values, lane)

    def _on_core(self, document: DocumentNode, values: dict[str, Any]) -> tuple[Result, Lane]:
        lane = Lane(self._world, waits=False)
        core = build_core(self._schema, document, self._operation, values, lane)
        return run_on_core(core), lane

    def _places(self, values: dict[str, Any]) -> Counter[str] | None:
        core = self._core(self._document, values)
        try:
            return None if isinstance(core, list) else batch_places(core)
        except GraphQLError:
            # A condition is null, and all that is below it has failed.
            return None


def _kind(result: Result) -> str:
    if not result.executed:
        return "refused"
    if result.data is None:
        return "null at the root"
    return "data and errors" if result.errors else "data without errors"
