"""An event that many are told is rendered once for all for whom it comes to the same."""

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace

import pytest
import strawberry

from execution import json, telling
from execution.executor import Executor
from execution.limits import ANSWER_CHARACTERS
from execution.requests import OperationRequest
from execution.results import Result
from execution.telling import Company, Telling


class Told(Telling):
    """An event of which each member is shown what `shown` says."""

    mark = "the-mark"
    event = None

    def __init__(self, shown):
        super().__init__()
        self.shown = self.members = shown
        self.rendered, self.companies = [], []

    def context(self, company):
        return company

    async def render(self, company: Company) -> Result | None:
        self.rendered.append(company.speaker)
        self.companies.append(company.asked)
        await asyncio.sleep(0)
        mine = self.shown[company.speaker]
        company.keep(lambda member: self.shown[member] == mine)
        if mine == "parts":
            company.part()
        if mine == "own":
            return None
        if mine == "broken":
            raise ZeroDivisionError
        return Result({"text": mine, "cursor": self.mark})

    async def bodies(self):
        asked = (self.result("kind", one, f"cursor of {one}", self.render) for one in self.members)
        results = await asyncio.gather(*asked)
        return [None if result is None else result.body for result in results]


def body(text, member):
    return f'{{"data":{{"text":"{text}","cursor":"cursor of {member}"}}}}'.encode()


async def test_one_rendering_serves_all_who_see_the_same_each_by_their_own_name():
    told = Told(dict.fromkeys("abcd", "x") | {"e": "y", "f": "y"})
    assert await told.bodies() == [
        *(body("x", one) for one in "abcd"),
        body("y", "e"),
        body("y", "f"),
    ]
    assert told.rendered == ["a", "e"]


async def test_another_selection_is_rendered_anew():
    told = Told({"a": "x", "b": "x"})
    await told.bodies()
    result = await told.result("another kind", "b", "name", told.render)
    assert result is not None
    assert result.event_id == "name"
    assert told.rendered == ["a", "b"]


async def test_where_everybody_sees_something_else_it_is_rendered_from_what_was_asked_for_all():
    told = Told({str(number): f"text {number}" for number in range(50)})
    assert await told.bodies() == [body(f"text {number}", str(number)) for number in range(50)]
    assert [len(each) for each in told.companies] == [50, 49, 48, 47, *[1] * 46]


async def test_what_cannot_be_asked_for_all_each_stream_renders_by_itself():
    told = Told({str(number): "parts" for number in range(50)})
    bodies = await told.bodies()
    assert bodies[0] == body("parts", "0")
    assert bodies[4:] == [None] * 46
    assert len(told.rendered) == 4


async def test_nobody_waits_long_for_the_renderings_of_others(monkeypatch):
    monkeypatch.setattr(telling, "_ALONE_SECONDS", 0)
    told = Told({str(number): f"text {number}" for number in range(50)})
    assert (await told.bodies())[4:] == [None] * 46


@pytest.mark.parametrize("trouble", ["own", "broken"])
async def test_who_cannot_be_told_together_leaves_the_others_together(trouble):
    told = Told({"a": trouble, "b": "x", "c": "x"})
    assert await told.bodies() == [None, body("x", "b"), body("x", "c")]


async def test_whoever_leaves_takes_nothing_from_the_others():
    told = Told({"a": "x", "b": "x"})
    leaving = asyncio.create_task(told.result("kind", "a", "name", told.render))
    staying = asyncio.create_task(told.result("kind", "b", "cursor of b", told.render))
    await asyncio.sleep(0)
    leaving.cancel()
    result = await staying
    assert result is not None
    assert result.body == body("x", "b")
    assert told.rendered == ["a"]


async def test_a_rendering_that_is_cancelled_keeps_nobody_waiting():
    told = Told(dict.fromkeys("ab", "x"))

    async def cancelled(_company):
        raise asyncio.CancelledError

    async with asyncio.timeout(20):
        asked = (told.result("kind", one, "name", cancelled) for one in "ab")
        assert await asyncio.gather(*asked) == [None, None]


@strawberry.type
class Query:
    text: str


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def told(self) -> AsyncGenerator[str, None]:
        yield "x" * ANSWER_CHARACTERS


async def test_an_event_that_is_too_long_for_one_is_rendered_once_for_all(monkeypatch):
    told = Told(dict.fromkeys("abcdef", ""))
    told.event = "x" * ANSWER_CHARACTERS
    streams, contexts = {}, []

    def context(company):
        contexts.append(SimpleNamespace(company=company))
        return contexts[-1]

    monkeypatch.setattr(told, "context", context)
    executor = Executor(
        strawberry.Schema(Query, subscription=Subscription),
        present_error=lambda error: (error.message, dict(error.extensions or {})),
        event_id=lambda _event: told.mark,
        telling=lambda _event: (told, streams[asyncio.current_task()]),
    )

    async def new_context():
        return None

    async def listen(member):
        streams[asyncio.current_task()] = member
        results = await executor.subscribe(OperationRequest("subscription { told }"), new_context)
        return [json.decode(result.body) async for result in results]

    heard = await asyncio.gather(*(asyncio.create_task(listen(each)) for each in "abcdef"))
    for (answer,) in heard:
        assert answer["data"] is None
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["ANSWER_TOO_LARGE"]
    assert len(contexts) == 1
