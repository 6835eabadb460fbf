"""An event that could not be loaded is not told as if it were whole: the stream ends."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
import strawberry

from execution.executor import Executor
from execution.requests import OperationRequest
from execution.results import Result
from persistence.reaching import is_away

FAILING = 2


def failing_with(error: Exception) -> Executor:
    """An executor of a subscription to 1, 2 and 3, whose second event cannot be loaded."""

    @strawberry.type
    class Event:
        cursor: int

        @strawberry.field
        async def text(self) -> str | None:
            if self.cursor == FAILING:
                raise error
            return f"text {self.cursor}"

    @strawberry.type
    class Query:
        hello: str = "hello"

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def events(self) -> AsyncGenerator[Event, None]:
            for cursor in (1, FAILING, 3):
                yield Event(cursor=cursor)

    return Executor(
        strawberry.Schema(Query, subscription=Subscription),
        present_error=lambda _: ("masked", {"code": "INTERNAL"}),
        event_id=lambda event: str(event.cursor),
        passes=is_away,
    )


async def told(executor: Executor) -> list[Result]:
    async def context() -> dict[str, Any]:
        return {}

    request = OperationRequest(query="subscription { events { cursor text } }")
    results = await executor.subscribe(request, context)
    assert not isinstance(results, Result)
    return [result async for result in results]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.QueryCanceledError(),
        asyncpg.InterfaceError("the underlying connection is closed"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_stream_ends_before_an_event_that_a_lost_database_left_incomplete(error):
    first, last = await told(failing_with(error))
    assert (first.event_id, first.codes) == ("1", [])
    assert first.data == {"events": {"cursor": 1, "text": "text 1"}}
    # Neither data nor an id: nobody can take the event for told, and all resume after the first.
    assert (last.executed, last.data, last.event_id) == (False, None, None)
    assert last.codes == ["INTERNAL"]


async def test_a_fault_that_would_come_again_does_not_hold_up_the_stream():
    first, second, third = await told(failing_with(ZeroDivisionError()))
    assert (first.codes, second.codes, third.codes) == ([], ["INTERNAL"], [])
    assert second.data == {"events": {"cursor": 2, "text": None}}
    assert third.event_id == "3"
