"""Reading: everything once, whatever its arguments are and whatever raises."""

import asyncio
import gc
import warnings
from enum import Enum
from typing import Any, NewType

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.declarations import Loaders, batch
from execution.executor import Executor
from execution.reading import attributes
from execution.requests import OperationRequest
from schema.building import computed, loaded
from tests.execution.sample import Context


@strawberry.input
class Place:
    name: str
    near: list[int] = strawberry.field(default_factory=list)


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (1, 1, 2),
        (1, 1, True),
        ([1, [2]], [1, [2]], [1, 2]),
        ([], [], None),
        (Place(name="a", near=[1]), Place(name="a", near=[1]), Place(name="a", near=[2])),
        (Place(name="a"), Place(name="a"), Place(name="b")),
        ([Place(name="a")], [Place(name="a")], [Place(name="b")]),
        ({"a": [1]}, {"a": [1]}, {"a": [True]}),
    ],
)
async def test_fields_with_equal_arguments_share_a_call(one, same, other):
    calls: list[tuple[list[int], Any]] = []

    async def by_ids(_context: None, keys: list[int], *, of: Any = None) -> list[int]:
        calls.append((list(keys), of))
        return keys

    declared, loaders = batch(by_ids), Loaders()
    found = await asyncio.gather(
        loaders.load_many(declared, None, [1, 2], {"of": one}),
        loaders.load_many(declared, None, [2, 3], {"of": same}),
        loaders.load_many(declared, None, [2], {"of": other}),
    )
    assert found == [[1, 2], [2, 3], [2]]
    assert [keys for keys, _ in calls] == [[1, 2, 3], [2]]


async def test_who_is_cancelled_on_the_way_takes_nobody_along():
    begun, calls = asyncio.Event(), []

    async def by_ids(_context: None, keys: list[int]) -> list[int]:
        calls.append(list(keys))
        begun.set()
        await asyncio.sleep(0.01 if len(calls) > 1 else 60)
        return keys

    declared, loaders = batch(by_ids), Loaders()
    leaving = asyncio.create_task(loaders.load(declared, None, 1))
    staying = asyncio.create_task(loaders.load_many(declared, None, [1, 2], {}))
    await begun.wait()
    leaving.cancel()
    assert await staying == [1, 2]
    assert calls == [[1, 2], [1, 2]]
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_a_key_is_asked_for_once_while_it_is_on_its_way_and_afterwards():
    calls = []

    async def by_ids(_context: None, keys: list[int]) -> list[int]:
        calls.append(list(keys))
        await asyncio.sleep(0.01)
        return [key * 10 for key in keys]

    declared, loaders = batch(by_ids), Loaders()
    first = asyncio.create_task(loaders.load_many(declared, None, [1, 2, 1], {}))
    await asyncio.sleep(0.005)
    assert await loaders.load_many(declared, None, [2, 3], {}) == [20, 30]
    assert await first == [10, 20, 10]
    assert await loaders.load(declared, None, 3) == 30
    assert calls == [[1, 2], [3]]


@pytest.mark.parametrize("answer", [ValueError("no"), [1], None])
async def test_a_batch_that_fails_is_told_for_each_key_and_not_run_again(answer):
    calls = []

    async def by_ids(_context: None, keys: list[int]) -> Any:
        calls.append(list(keys))
        if isinstance(answer, Exception):
            raise answer
        return answer

    declared, loaders = batch(by_ids), Loaders()
    found = await loaders.load_many(declared, None, [1, 2], {})
    error = ValueError if isinstance(answer, ValueError) else TypeError
    assert [type(each) for each in found] == [error] * 2
    with pytest.raises(error):
        await loaders.load(declared, None, 2)
    assert calls == [[1, 2]]


def test_an_attribute_is_read_once_of_each_object_though_one_raises():
    reads: list[int] = []

    class Thing:
        def __init__(self, number: int) -> None:
            self.number = number

        @property
        def half(self) -> int:
            if self.number % 2:
                raise ValueError(self.number)
            reads.append(self.number)
            return self.number // 2

    values = attributes([Thing(number) for number in (2, 4, 5, 6, 7)], "half")
    assert [value if isinstance(value, int) else type(value) for value in values] == [
        1,
        2,
        ValueError,
        3,
        ValueError,
    ]
    assert reads == [2, 4, 6]


def compiled_with(field):
    """An executor of a schema whose things have this field."""

    @strawberry.type
    class Thing:
        key: int
        read: str | None = field

    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing]:
            return [Thing(key=key) for key in (1, 2, 3)]

    config = StrawberryConfig(scalar_map={Words: WORDS})
    schema = strawberry.Schema(Query, config=config)
    return Executor(schema, present_error=lambda error: (error.message, {}))


Words = NewType("Words", str)
WORDS = strawberry.scalar(
    name="Words", serialize=str, parse_value=lambda value: ",".join(map(str, value.values()))
)


async def test_arguments_that_hold_variables_are_read_in_each_run():
    async def said(_context: None, keys: list[int], *, words: Words) -> list[str]:
        return [f"{key} {words}" for key in keys]

    executor = compiled_with(loaded(batch(said), key="key"))
    query = "query ($w: String) { things { read(words: {a: $w}) } }"
    for word in ("one", "two"):
        answer = await executor.execute(OperationRequest(query, None, {"w": word}), Context(1))
        assert [thing["read"] for thing in answer.data["things"]] == [
            f"{key} {word}" for key in (1, 2, 3)
        ]


@strawberry.enum
class Tone(Enum):
    SOFT = "piano"
    LOUD = "forte"


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ("", {}, Tone.SOFT),
        ("(tone: LOUD)", {}, Tone.LOUD),
        ("(tone: $tone)", {"tone": "LOUD"}, Tone.LOUD),
        ("(tone: $tone)", {}, Tone.SOFT),
        ("(tone: null)", {}, None),
    ],
)
async def test_resolvers_get_the_members_of_enums(arguments, variables, expected):
    given = []

    @strawberry.type
    class Query:
        @strawberry.field
        def said(self, tone: Tone | None = Tone.SOFT) -> int:
            given.append(tone)
            return 1

    executor = Executor(strawberry.Schema(Query), present_error=lambda error: (error.message, {}))
    declared = "query ($tone: Tone)" if "$" in arguments else "query"
    query = f"{declared} {{ said{arguments} }}"
    await executor.execute(OperationRequest(query, None, variables), Context(1))
    assert given == [expected]
    assert given[0] is expected


@pytest.mark.parametrize("answered", [["a", "b"], ["a"] * 4, None])
async def test_what_is_computed_for_another_number_of_objects_is_an_error(answered):
    executor = compiled_with(
        computed(lambda _type_name, _rows: answered, returns=str | None, description="Wrong.")
    )
    answer = await executor.execute(OperationRequest("{ things { read } }"), Context(1))
    assert answer.data == {"things": [{"read": None}] * 3}
    assert len(answer.errors) == 3


@pytest.mark.parametrize("steps", range(8))
@pytest.mark.parametrize(
    "query",
    ["{ things { a: read b: read } }", "{ a: things { read b: read } b: things { read b: read } }"],
)
async def test_what_is_given_up_at_any_step_leaves_nothing_unawaited(query, steps):
    async def said(_context: None, keys: list[int]) -> list[str]:
        await asyncio.sleep(0)
        return [str(key) for key in keys]

    executor = compiled_with(loaded(batch(said), key="key"))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        running = asyncio.create_task(executor.execute(OperationRequest(query), Context(1)))
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        (outcome,) = await asyncio.gather(running, return_exceptions=True)
        gc.collect()
    assert isinstance(outcome, asyncio.CancelledError) or outcome.errors == []
    assert [str(warning.message) for warning in warned] == []
