"""Batches: several operations in one HTTP request, answered as if each had come by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from execution.executor import Executor
from execution.requests import OperationRequest, RequestRefused, read_request
from execution.results import Result


def read_batch(values: list[Any], most: int) -> list[OperationRequest]:
    """Read a batch from the JSON array of a POST body.

    Args:
        values: the array.
        most: how many operations a batch may hold.

    Raises:
        RequestRefused: it is empty, too long, or holds what is no request.
    """
    if not values:
        raise RequestRefused(400, "BAD_REQUEST", "The batch is empty.")
    if len(values) > most:
        message = f"The batch has more than {most} operations."
        raise RequestRefused(400, "BATCH_TOO_LARGE", message, extensions={"most": most})
    return [read_request(value) for value in values]


async def run_batch(
    executor: Executor,
    requests: list[OperationRequest],
    new_context: Callable[[], Awaitable[Any]],
) -> tuple[list[Result], list[Any]]:
    """Run the operations of a batch one after the other.

    Together they may cost as much as one alone.

    Args:
        executor: runs them.
        requests: what the client asks.
        new_context: makes a context for each; what it raises is the answer to that one operation.

    Returns:
        A result for each, and the contexts of those that had one, both in their order.

    Raises:
        RequestRefused: the first got no context, so that nothing was run.
    """
    results: list[Result] = []
    contexts: list[Any] = []
    spent = 0
    for request in requests:
        # A batch that never waits for anything must not keep others waiting until its end.
        await asyncio.sleep(0)
        try:
            context = await new_context()
        except Exception as error:
            if not results:
                raise
            results.append(executor.failed(error))
            continue
        result = await executor.execute(request, context, spent=spent)
        contexts.append(context)
        results.append(result)
        spent += result.extensions.get("cost", {}).get("requested", 0)
    return results, contexts
