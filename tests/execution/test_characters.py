"""The characters of an answer: counted as it is completed, and bounded however they came about."""

from typing import Any

import pytest
import strawberry

from execution import json
from execution.executor import Executor
from execution.limits import ANSWER_CHARACTERS
from execution.requests import OperationRequest
from execution.results import Result
from execution.runtime import Run


@strawberry.type
class Thing:
    name: str = "ab\u00e9"
    number: int | None = 12
    numbers: list[int] = strawberry.field(default_factory=lambda: [1, 2, 3])
    texts: list[str | None] = strawberry.field(default_factory=lambda: ["abc", None, "de"])
    ratio: float = 0.5
    isThing: bool = True  # noqa: N815

    @strawberry.field
    def things(self) -> list["Thing"]:
        return [Thing(), Thing()]

    @strawberry.field
    def nothing(self) -> "Thing | None":
        return None

    @strawberry.field
    def broken(self) -> int:
        raise ValueError("broken")


@strawberry.type
class Things:
    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    def many(self) -> list[Thing] | None:
        return [Thing(name="x" * 1_000)] * (ANSWER_CHARACTERS // 1_000)

    @strawberry.field
    def nested(self) -> list[list[str]]:
        return [["x" * 1_000] * 1_000] * (ANSWER_CHARACTERS // 1_000_000)

    @strawberry.field
    def free(self) -> strawberry.scalars.JSON:
        return {"texts": ["x" * ANSWER_CHARACTERS]}


@strawberry.type
class Writing:
    @strawberry.mutation
    def write(self) -> list[Thing]:
        return [Thing(name="x" * ANSWER_CHARACTERS)]


THINGS = strawberry.Schema(Things, mutation=Writing)


def shown(error: Any) -> tuple[str, dict[str, Any]]:
    return error.message, dict(error.extensions or {})


async def answer(document: str) -> Result:
    return await Executor(THINGS, present_error=shown).execute(OperationRequest(document), None)


@pytest.mark.parametrize(
    "document",
    [
        "{ thing { name } }",
        "{ thing { name number numbers texts ratio isThing nothing { name } } }",
        "{ thing { things { name texts things { numbers aLongerNameThanThat: number } } } }",
    ],
)
async def test_the_characters_of_an_answer_are_counted_as_it_is_completed(monkeypatch, document):
    runs: list[Run] = []
    execute = Run.execute

    async def kept(run: Run, *given: Any, **options: Any) -> Any:
        runs.append(run)
        return await execute(run, *given, **options)

    monkeypatch.setattr(Run, "execute", kept)
    result = await answer(document)
    (run,) = runs
    assert run.is_measured
    assert json.is_longer(result.data, run.characters - 1)
    assert not json.is_longer(result.data, run.characters)


@pytest.mark.parametrize(
    "document",
    [
        "{ many { name } }",
        "{ many { name nothing { name } } thing { name } }",
        "{ nested }",
        "{ free }",
        "{ many { broken } free }",
        "mutation { write { name } }",
        "query ($never: Boolean = false) { thing @skip(if: $never) { name } many { name } }",
    ],
)
async def test_what_is_too_long_is_left_out(document):
    result = await answer(document)
    assert result.data is None
    assert result.codes[0] == "ANSWER_TOO_LARGE"


@pytest.mark.parametrize("selections", ["name broken", "name broken nothing { name }"])
async def test_what_an_error_has_taken_out_does_not_count(selections):
    result = await answer(f"{{ thing {{ name }} many {{ {selections} }} }}")
    assert result.data == {"thing": {"name": "ab\u00e9"}, "many": None}
    assert len(result.errors) == 1
