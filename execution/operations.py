"""The operations of one socket: each runs in a task of its own and says what it comes to."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial

from graphql import OperationType
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected

from execution import messages
from execution.executor import Executor, NewContext
from execution.requests import OperationRequest, RequestRefused
from execution.results import Result

GONE = (WebSocketDisconnect, WebSocketDisconnected)
"""What sending to a socket raises once it is closed."""

_NEXT_TAIL = messages.NEXT_TAIL.encode()


class SocketOperations:
    """Runs the operations that a client asks for on one socket.

    Args:
        executor: runs them.
        new_context: makes a context for each operation, and for each event.
        send: sends a message, and waits while the client does not read.
        send_at_once: sends messages without waiting, where the server can; see `SENDS_AT_ONCE`.
        most: how many may run at once.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        new_context: NewContext,
        send: Callable[[str], Awaitable[None]],
        send_at_once: Callable[[bytes, bytes, Sequence[bytes]], bool] | None = None,
        most: int,
    ) -> None:
        self._executor = executor
        self._new_context = new_context
        self._send = send
        self._send_at_once = send_at_once
        self._most = most
        self._active: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __contains__(self, id: str) -> bool:
        return id in self._active

    async def start(self, id: str, request: OperationRequest) -> None:
        """Start an operation, or tell the client that it runs too many."""
        # Those that are still ending count, so that nobody can pile them up.
        if len(self._tasks) >= self._most:
            message = f"This socket runs {self._most} operations already."
            await self.refuse(id, RequestRefused(429, "TOO_MANY_OPERATIONS", message))
            return
        task = asyncio.create_task(self._run(id, request))
        self._active[id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def refuse(self, id: str, refused: RequestRefused) -> None:
        """Tell the client that an operation is not started."""
        await self._send(messages.error(id, self._executor.failed(refused)))

    def stop(self, id: str) -> None:
        """Stop an operation that the client wants no more of; nothing more is sent of it."""
        if task := self._active.pop(id, None):
            task.cancel()

    def cancel(self) -> None:
        """Begin to stop all."""
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Stop all, and wait until they have cleaned up."""
        self.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, id: str, request: OperationRequest) -> None:
        with contextlib.suppress(*GONE):
            try:
                if self._executor.operation_type(request) is OperationType.SUBSCRIPTION:
                    await self._stream(id, request)
                else:
                    context = await self._new_context()
                    await self._finish(id, await self._executor.execute(request, context))
            except GONE:
                raise
            except Exception as error:  # noqa: BLE001 - one bad operation never ends the socket
                await self._fail(id, self._executor.failed(error))

    async def _stream(self, id: str, request: OperationRequest) -> None:
        at_once = self._send_at_once and partial(
            self._send_at_once, messages.next_head(id).encode(), _NEXT_TAIL
        )
        results = await self._executor.subscribe(request, self._new_context, at_once)
        if isinstance(results, Result):
            await self._finish(id, results)
            return
        async with aclosing(results):
            async for result in results:
                if not result.executed:
                    await self._fail(id, result)
                    return
                await self._send(messages.next_result(id, result))
                del result  # its bytes would be kept until the next event comes
        await self._complete(id)

    async def _finish(self, id: str, result: Result) -> None:
        if not result.executed:
            await self._fail(id, result)
            return
        await self._send(messages.next_result(id, result))
        await self._complete(id)

    async def _complete(self, id: str) -> None:
        # First forgotten, because the client may use the id again as soon as it hears this.
        self._active.pop(id, None)
        await self._send(messages.complete(id))

    async def _fail(self, id: str, result: Result) -> None:
        self._active.pop(id, None)
        await self._send(messages.error(id, result))
