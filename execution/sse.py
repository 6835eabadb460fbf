"""GraphQL over Server-Sent Events: the graphql-sse protocol, one connection an operation."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from execution.limits import HTTPLimits
from execution.results import Result

EVENT_STREAM = "text/event-stream"

_HEADERS = {
    "Content-Type": f"{EVENT_STREAM}; charset=utf-8",
    "Cache-Control": "no-store",
    "Vary": "Accept",
    # Tells nginx to hand on each event at once.
    "X-Accel-Buffering": "no",
}
_HEARTBEAT = b":\n\n"
_COMPLETE = b"event: complete\ndata:\n\n"


def whole(result: Result) -> Response:
    """The answer that tells one result, and that there are no more."""
    return Response(_next(result) + _COMPLETE, headers=_HEADERS)


class EventStreams:
    """The streams of an endpoint.

    Args:
        limits: how they are kept alive and ended.
    """

    def __init__(self, limits: HTTPLimits) -> None:
        self.limits = limits
        self.is_closing = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()

    def response(self, results: AsyncGenerator[Result, None]) -> Response:
        """The answer that tells results as they come.

        A client that reads slowly slows down the stream; nothing is queued for it. One that leaves
        ends it.

        Args:
            results: of a subscription; closed when the stream ends, however it does.
        """
        return _EventStream(results, self)

    async def shutdown(self) -> None:
        """End all streams, without `complete`, by which clients know to come back."""
        self.is_closing.set()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def run(self, stream: "_EventStream", receive: Receive, send: Send) -> None:
        """Serve one stream until it ends."""
        task = asyncio.create_task(stream.serve(receive, send))
        self._open.add(task)
        try:
            await task
        finally:
            self._open.discard(task)


class _EventStream(Response):
    def __init__(self, results: AsyncGenerator[Result, None], streams: EventStreams) -> None:
        self.status_code = 200
        self.init_headers(_HEADERS)
        self._results = results
        self._streams = streams
        self._is_complete = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._streams.run(self, receive, send)

    async def serve(self, receive: Receive, send: Send) -> None:
        """Tell results until there are no more, the client leaves, or the server shuts down."""
        async with aclosing(self._results):
            start = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **start})
            tasks = [
                asyncio.create_task(self._tell(send)),
                asyncio.create_task(self._beat(send)),
                asyncio.create_task(_left(receive)),
                asyncio.create_task(self._streams.is_closing.wait()),
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        if tasks[2].cancelled():  # the client is still there
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(self._streams.limits.close_seconds):
                    await _send(send, _COMPLETE if self._is_complete else b"", is_last=True)

    async def _tell(self, send: Send) -> None:
        with contextlib.suppress(OSError):  # the client has left
            async for result in self._results:
                await _send(send, _next(result))
                if result.passes:
                    return  # without `complete`, by which clients know to come back
                del result  # its bytes would be kept until the next event comes
                # Servers send without waiting while the client reads, and send nothing without
                # saying so once it has left: let others have their turn, and hear that.
                await asyncio.sleep(0)
            self._is_complete = True

    async def _beat(self, send: Send) -> None:
        with contextlib.suppress(OSError):
            while True:
                await asyncio.sleep(self._streams.limits.heartbeat_seconds)
                await _send(send, _HEARTBEAT)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, content: bytes, *, is_last: bool = False) -> None:
    await send({"type": "http.response.body", "body": content, "more_body": not is_last})


def _next(result: Result) -> bytes:
    name = result.event_id
    # What is not printable could end the line and begin another.
    head = f"id: {name}\n".encode() if name and name.isprintable() else b""
    return head + b"event: next\ndata: " + result.body + b"\n\n"
