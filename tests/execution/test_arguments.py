"""Arguments: what a plan keeps of them never shows in the answers of its later runs."""

import itertools
from enum import Enum
from typing import Any

import pytest
import strawberry

from execution import arguments
from execution.executor import Executor
from execution.requests import OperationRequest


@strawberry.enum
class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@strawberry.input
class Place:
    name: str
    floors: list[int] = strawberry.field(default_factory=list)


@strawberry.type
class Query:
    @strawberry.field
    def told(
        self,
        must: int,
        may: int | None = strawberry.UNSET,
        usual: int | None = 7,
        always: int = 8,
        size: Size = Size.SMALL,
    ) -> str:
        return f"{must} {may} {usual} {always} {size.value}"

    @strawberry.field
    def listed(self, numbers: list[int], place: Place | None = None) -> list[int]:
        numbers.append(len(numbers))  # an input belongs to one call
        if place is not None:
            place.floors.append(1)
            numbers += place.floors
        return numbers


SCHEMA = strawberry.Schema(Query)
LEFT_OUT = object()


def shown(error: Any) -> tuple[str, dict[str, Any]]:
    return error.message, {}


async def answers(document: str, given: list[dict[str, Any]]) -> list[tuple[Any, list[str]]]:
    """What the engine answers with one set of variables after the other, by the same plan."""
    engine = Executor(SCHEMA, present_error=shown)
    results = [
        await engine.execute(OperationRequest(document, variables=each), None) for each in given
    ]
    return [(each.data, [error["message"] for error in each.errors]) for each in results]


def expected(document: str, given: list[dict[str, Any]]) -> list[tuple[Any, list[str]]]:
    """What Strawberry answers each time."""
    results = [SCHEMA.execute_sync(document, variable_values=each) for each in given]
    return [(each.data, [error.message for error in each.errors or ()]) for each in results]


@pytest.mark.parametrize("first", [1, None, LEFT_OUT])
@pytest.mark.parametrize("name", ["may", "usual", "always", "must", "size"])
@pytest.mark.parametrize("default", ["", "= 5"])
async def test_variables_are_read_anew_whatever_the_first_run_had(name, first, default):
    kind = "Size" if name == "size" else "Int"
    default = default.replace("5", "LARGE") if name == "size" else default
    needs = "!" if name in {"must", "size"} and not default else ""
    inputs = f"{name}: $v" if name == "must" else f"must: 1, {name}: $v"
    document = f"query ($v: {kind}{needs} {default}) {{ told({inputs}) }}"
    values = ["LARGE" if name == "size" and each == 1 else each for each in (first, 1, None)]
    given = [{} if each is LEFT_OUT else {"v": each} for each in (*values, LEFT_OUT, 1)]
    assert await answers(document, given) == expected(document, given)


@pytest.mark.parametrize(
    "document",
    [
        "{ told(must: 1) }",
        "{ told(must: 1, may: null, usual: null, size: LARGE) }",
        "query ($v: Int!) { told(must: $v, may: 3) other: told(must: 2, may: $v) }",
        "query ($v: Int!) { listed(numbers: [1, $v]) }",
        "query ($v: Int!) { listed(numbers: $v) }",
        "query ($v: Int!) { listed(numbers: 3, place: {name: {}, floors: [$v]}) }".replace(
            "{}", '"x"'
        ),
        '{ listed(numbers: [1], place: {name: "x"}) }',
    ],
)
async def test_no_run_sees_what_another_one_was_asked_with_or_changed(document):
    given = [{"v": each} if "$v" in document else {} for each in (1, 2, 1)]
    assert await answers(document, given) == expected(document, given)


async def test_what_is_the_same_in_all_runs_is_coerced_once(monkeypatch):
    calls = itertools.count()
    coerce = arguments.get_argument_values

    def counted(*given: Any) -> Any:
        next(calls)
        return coerce(*given)

    monkeypatch.setattr(arguments, "get_argument_values", counted)
    document = "query ($v: Int) { told(must: 1, may: $v, size: LARGE) }"
    found = await answers(document, [{"v": 1}, {"v": 2}, {"v": None}, {}])
    assert [data["told"] for data, _ in found] == [
        "1 1 7 8 large",
        "1 2 7 8 large",
        "1 None 7 8 large",
        "1  7 8 large",
    ]
    assert next(calls) == 1
