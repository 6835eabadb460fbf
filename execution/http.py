"""GraphQL over HTTP: one ASGI endpoint for POST and GET, as the GraphQL-over-HTTP draft says.

Where that draft and its published audits differ, the audits count: a request that is refused
before execution is answered with 400 rather than 422, a partial result with 200 rather than 294.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from execution.executor import QUERIES, QUERIES_AND_MUTATIONS, Executor
from execution.json import MalformedJSON, decode
from execution.negotiation import best_match
from execution.origins import is_foreign, rides_on_cookies
from execution.requests import OperationRequest, RequestRefused, read_request
from execution.results import Result

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
_HTML = "text/html"


class GraphQLEndpoint:
    """Answers GraphQL requests over HTTP.

    Bad input gives a well-formed GraphQL error with a status of 4xx, never 5xx.

    Args:
        executor: runs the operations.
        new_context: makes the context of a request; a RequestRefused that it raises is the
            answer, another exception is a fault.
        ide: the page for browsers that open the address without a query.
        apply_to_response: puts on the answer what the context has for it, like cookies.
        allowed_origins: sites besides our own whose pages may use the visitor's cookies.
        preflight_headers: headers that no other site can send unasked; a GET request with cookies
            needs one of them, or `Content-Type: application/json`, or to come from our own pages.
        max_body_bytes: larger bodies are refused, before they are read when they say their size.
        body_seconds: how long a client may take to send its body.
    """

    def __init__(
        self,
        executor: Executor,
        *,
        new_context: Callable[[Request], Awaitable[Any]],
        ide: Callable[[Request], Response] | None = None,
        apply_to_response: Callable[[Any, Response], None] | None = None,
        allowed_origins: Collection[str] = (),
        preflight_headers: Collection[str] = ("Apollo-Require-Preflight", "X-Requested-With"),
        max_body_bytes: int = 256_000,
        body_seconds: float = 10.0,
    ) -> None:
        self._executor = executor
        self._new_context = new_context
        self._ide = ide
        self._apply_to_response = apply_to_response
        self._allowed_origins = frozenset(allowed_origins)
        self._preflight_headers = tuple(preflight_headers)
        self._max_body_bytes = max_body_bytes
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if self._ide and _wants_page(request):
            response = self._ide(request)
        else:
            try:
                response = await self._answer(request)
            except ClientDisconnect:
                return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        media_type = best_match(_accept(request), (GRAPHQL_RESPONSE, JSON))
        try:
            _check_acceptable(media_type)
            self._refuse_forgery(request)
            operation = await self._read(request)
            context = await self._new_context(request)
            allowed = QUERIES if request.method == "GET" else QUERIES_AND_MUTATIONS
            result = await self._executor.execute(operation, context, allow=allowed)
        except RequestRefused as refused:
            result = self._executor.failed(refused)
            return _response(result, media_type or JSON, refused.status, refused.headers)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - a fault is rendered, and told by the renderer
            return _response(self._executor.failed(error), media_type or JSON, 500)
        response = _executed(result, media_type)
        if self._apply_to_response:
            self._apply_to_response(context, response)
        return response

    def _refuse_forgery(self, request: Request) -> None:
        if not rides_on_cookies(request):
            return
        if is_foreign(request, self._allowed_origins):
            raise RequestRefused(403, "CSRF", "Pages of this origin may not use your cookies.")
        if request.method == "GET" and not self._has_preflight(request):
            names = ", ".join(self._preflight_headers)
            message = f"A GET request with cookies needs one of these headers: {names}."
            raise RequestRefused(403, "CSRF", message)

    def _has_preflight(self, request: Request) -> bool:
        # Not even a page of another site can make the browser say that it is ours.
        return (
            _content_type(request)[0] == JSON
            or request.headers.get("sec-fetch-site") in {"same-origin", "none"}
            or any(name in request.headers for name in self._preflight_headers)
        )

    async def _read(self, request: Request) -> OperationRequest:
        if request.method == "GET":
            return _read_query_string(request)
        if request.method != "POST":
            message = "GraphQL is asked by POST, or by GET for queries."
            raise RequestRefused(405, "METHOD_NOT_ALLOWED", message, {"Allow": "GET, POST"})
        _check_content_type(request)
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await self._read_body(request)
        except TimeoutError:
            message = "The body did not arrive in time."
            closed = {"Connection": "close"}
            raise RequestRefused(408, "REQUEST_TIMEOUT", message, closed) from None
        return read_request(_decode(body, "body"))

    async def _read_body(self, request: Request) -> bytes:
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._max_body_bytes:
            raise self._too_large()
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self._max_body_bytes:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> RequestRefused:
        message = f"The body has more than {self._max_body_bytes} bytes."
        return RequestRefused(413, "PAYLOAD_TOO_LARGE", message, {"Connection": "close"})


def _executed(result: Result, media_type: str | None) -> Response:
    if "MUTATION_NOT_ALLOWED" in result.codes:
        return _response(result, media_type, 405, {"Allow": "POST"})
    if "SUBSCRIPTION_NOT_ALLOWED" in result.codes:
        return _response(result, media_type, 400)
    # To clients that know `application/json` only, 200 says that the body is GraphQL's.
    refused = not result.executed and media_type == GRAPHQL_RESPONSE
    return _response(result, media_type, 400 if refused else 200)


def _response(
    result: Result, media_type: str | None, status: int, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        result.body,
        status,
        {
            "Content-Type": f"{media_type}; charset=utf-8",
            "Cache-Control": "no-store",
            "Vary": "Accept",
            **(headers or {}),
        },
    )


def _wants_page(request: Request) -> bool:
    asks = {"query", "documentId", "extensions"} & set(request.query_params)
    if request.method != "GET" or asks:
        return False
    return best_match(_accept(request), (_HTML, GRAPHQL_RESPONSE, JSON)) == _HTML


def _check_acceptable(media_type: str | None) -> None:
    if media_type is None:
        raise RequestRefused(406, "NOT_ACCEPTABLE", f"Accept {GRAPHQL_RESPONSE} or {JSON}.")


def _accept(request: Request) -> str | None:
    return ",".join(request.headers.getlist("accept")) or None


def _content_type(request: Request) -> tuple[str, str]:
    """The media type of the body and its character set."""
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = "utf-8"
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    return media_type.strip(), charset


def _check_content_type(request: Request) -> None:
    if _content_type(request) not in {(JSON, "utf-8"), (JSON, "utf8")}:
        message = f"Send `Content-Type: {JSON}` in UTF-8."
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", message)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed.")


def _read_query_string(request: Request) -> OperationRequest:
    parameters = request.query_params
    # An empty parameter is the same as none.
    names = ("operationName", "documentId")
    value: dict[str, Any] = {name: parameters.get(name) or None for name in names}
    value["query"] = parameters.get("query")
    for name in ("variables", "extensions"):
        text = parameters.get(name)
        value[name] = _decode(text, name) if text else None
    return read_request(value)


def _decode(text: bytes | str, part: str) -> Any:
    try:
        return decode(text)
    except MalformedJSON as error:
        raise RequestRefused(400, "BAD_REQUEST", f"The {part}: {error}") from None
