"""GraphQL over HTTP: one ASGI endpoint for POST and GET, as the GraphQL-over-HTTP draft says.

Where that draft and its published audits differ, the audits count: a request that is refused
before execution is answered with 400 rather than 422, a partial result with 200 rather than 294.
"""

from collections.abc import Awaitable, Callable, Collection
from contextlib import ExitStack
from functools import cache, lru_cache
from typing import Any, NamedTuple

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from execution import bodies, sse
from execution.batches import run_batch
from execution.bodies import JSON
from execution.executor import QUERIES, QUERIES_AND_MUTATIONS, Executor, NewContext
from execution.gate import Gate
from execution.incoming import IncomingRequest
from execution.limits import HTTPLimits
from execution.negotiation import best_match, names
from execution.origins import ForgeryGuard
from execution.requests import OperationRequest, RequestRefused
from execution.results import Result
from execution.sse import EVENT_STREAM, EventStreams

GRAPHQL_RESPONSE = "application/graphql-response+json"
_HTML = "text/html"
# Browsers send about 150; each part costs time, and the answers are kept.
_ACCEPT_CHARACTERS = 1_000
_SOON = {"Retry-After": "1"}


class _Accepted(NamedTuple):
    """What a client takes for an answer.

    Attributes:
        media_type: of a result; None when none of ours will do.
        events: whether it names events.
        prefers_events: whether it likes them better than a result.
    """

    media_type: str | None
    events: bool
    prefers_events: bool


@lru_cache(maxsize=256)
def _accepted(accept: str | None) -> _Accepted:
    events = names(accept, EVENT_STREAM)
    # The last place, so that clients which list it among others get what they can use at once.
    best = best_match(accept, (GRAPHQL_RESPONSE, JSON, EVENT_STREAM))
    result = best_match(accept, (GRAPHQL_RESPONSE, JSON))
    return _Accepted(result, events, events and best == EVENT_STREAM)


class GraphQLEndpoint:
    """Answers GraphQL requests over HTTP, subscriptions by Server-Sent Events.

    Bad input gives a well-formed GraphQL error with a status of 4xx, never 5xx.

    Args:
        executor: runs the operations.
        new_context: makes the context of an operation; a RequestRefused that it raises is the
            answer, another exception is a fault.
        renew_context: makes the context of an event from that of the operation that asked for it;
            what it raises ends the stream. Without it there are no subscriptions.
        ide: the page for browsers that open the address without a query.
        apply_to_response: puts on the answer what the context has for it, like cookies.
        allowed_origins: sites besides our own whose pages may use the visitor's cookies.
        preflight_headers: headers that no other site can send unasked; a GET request with cookies
            needs one of them, or `Content-Type: application/json`, or to come from our own pages;
            so does any form.
        limits: bounds on each request.
        gate: says who may open a stream of events.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        new_context: Callable[[Request], Awaitable[Any]],
        renew_context: Callable[[Any], Awaitable[Any]] | None = None,
        ide: Callable[[Request], Response] | None = None,
        apply_to_response: Callable[[Any, Response], None] | None = None,
        allowed_origins: Collection[str] = (),
        preflight_headers: Collection[str] = ("Apollo-Require-Preflight", "X-Requested-With"),
        limits: HTTPLimits | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._executor = executor
        self._new_context = new_context
        self._renew_context = renew_context
        self._ide = ide
        self._apply_to_response = apply_to_response or _apply_nothing
        self._guard = ForgeryGuard(allowed_origins, preflight_headers)
        self._limits = limits or HTTPLimits()
        self._gate = gate or Gate()
        self._streams = EventStreams(self._limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = IncomingRequest(scope, receive)
        if self._ide and _wants_page(request):
            await self._ide(request)(scope, receive, send)
            return
        with ExitStack() as held:
            try:
                response = await self._answer(request, held)
            except ClientDisconnect:
                return
            await response(scope, receive, send)

    def end_streams(self) -> None:
        """Begin to end all streams of events, in such a way that their clients come back."""
        self._streams.is_closing.set()

    async def shutdown(self) -> None:
        """End all streams of events, and wait until they have."""
        await self._streams.shutdown()

    async def _answer(self, request: IncomingRequest, held: ExitStack) -> Response:
        accepted = _accepted(_accept(request))
        media_type = accepted.media_type or JSON
        try:
            _check_acceptable(accepted)
            self._guard.check(request)
            try:
                asked = await bodies.read(request, self._limits)
                if isinstance(asked, list):
                    return await self._answer_batch(request, asked)
                return await self._answer_one(request, asked, accepted, held)
            finally:
                if request.files is not None:
                    await request.files.close()
        except RequestRefused as refused:
            result = self._executor.failed(refused)
            return _response(result, media_type, refused.status, refused.headers)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - a fault is rendered, and told by the renderer
            result = self._executor.failed(error)
            if result.passes:
                return _response(result, media_type, 503, _SOON)
            return _response(result, media_type, 500)

    async def _answer_one(
        self,
        request: Request,
        operation: OperationRequest,
        accepted: _Accepted,
        held: ExitStack,
    ) -> Response:
        context = await self._new_context(request)
        if self._renew_context and accepted.events and self._is_subscription(operation):
            held.enter_context(self._gate.stream(context))
            new_context = _one_for_each(context, self._renew_context)
            results = await self._executor.subscribe(operation, new_context)
            if isinstance(results, Result):
                response = sse.whole(results)
            else:
                response = self._streams.response(results)
        else:
            allowed = QUERIES if request.method == "GET" else QUERIES_AND_MUTATIONS
            result = await self._executor.execute(operation, context, allow=allowed)
            media_type = None if accepted.prefers_events else accepted.media_type
            response = _executed(result, media_type)
        self._apply_to_response(context, response)
        return response

    def _is_subscription(self, operation: OperationRequest) -> bool:
        return self._executor.operation_type(operation) is OperationType.SUBSCRIPTION

    async def _answer_batch(self, request: Request, operations: list[OperationRequest]) -> Response:
        if best_match(_accept(request), (JSON,)) is None:
            raise RequestRefused(406, "NOT_ACCEPTABLE", f"A batch is answered as {JSON}.")
        results, contexts = await run_batch(
            self._executor, operations, lambda: self._new_context(request)
        )
        body = b"[" + b",".join(result.body for result in results) + b"]"
        response = _Written(body, JSON, 200)
        for context in contexts:
            self._apply_to_response(context, response)
        return response


def _one_for_each(first: Any, renew: Callable[[Any], Awaitable[Any]]) -> NewContext:
    """Make contexts: the first for the source of events, then one for each of them."""
    unused = [first]

    async def new_context() -> Any:
        return unused.pop() if unused else await renew(first)

    return new_context


def _executed(result: Result, media_type: str | None) -> Response:
    """Answer with the result of an operation, as an event when there is no media type."""
    codes = result.codes
    if "MUTATION_NOT_ALLOWED" in codes:
        return _response(result, media_type or JSON, 405, {"Allow": "POST"})
    if media_type is None:
        return sse.whole(result)
    if "SUBSCRIPTION_NOT_ALLOWED" in codes:
        return _response(result, media_type, 400)
    # To clients that know `application/json` only, 200 says that the body is GraphQL's.
    refused = not result.executed and media_type == GRAPHQL_RESPONSE
    return _response(result, media_type, 400 if refused else 200)


def _response(
    result: Result, media_type: str, status: int, headers: dict[str, str] | None = None
) -> Response:
    return _Written(result.body, media_type, status, headers)


class _Written(Response):
    """A response whose headers are nearly always the same."""

    def __init__(
        self, body: bytes, media_type: str, status: int, headers: dict[str, str] | None = None
    ) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [*_headers(media_type), (b"content-length", b"%d" % len(body))]
        for name, value in (headers or {}).items():
            self.headers[name] = value


@cache
def _headers(media_type: str) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept, Origin"),
    )


def _wants_page(request: Request) -> bool:
    if request.method != "GET" or {"query", "documentId", "extensions"} & set(request.query_params):
        return False
    return best_match(_accept(request), (_HTML, GRAPHQL_RESPONSE, JSON)) == _HTML


def _check_acceptable(accepted: _Accepted) -> None:
    if accepted.media_type is None and not accepted.events:
        message = f"Accept {GRAPHQL_RESPONSE}, {JSON} or {EVENT_STREAM}."
        raise RequestRefused(406, "NOT_ACCEPTABLE", message)


def _accept(request: Request) -> str | None:
    return ",".join(request.headers.getlist("accept"))[:_ACCEPT_CHARACTERS] or None


def _apply_nothing(_context: Any, _response: Response) -> None:
    pass
