"""What an HTTP request carries: an operation or a batch of them, from its body or its address."""

import asyncio
from typing import Any

from starlette.requests import Request

from execution.batches import read_batch
from execution.json import MalformedJSON, decode
from execution.limits import HTTPLimits
from execution.requests import OperationRequest, RequestRefused, read_request

JSON = "application/json"

Asked = OperationRequest | list[OperationRequest]


def content_type(request: Request) -> tuple[str, str]:
    """The media type of the body and its character set, in small letters."""
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = "utf-8"
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    return media_type.strip(), charset


async def read(request: Request, limits: HTTPLimits) -> Asked:
    """Read what a request asks.

    Raises:
        RequestRefused: the method, the media type, the size or the form is wrong.
        ClientDisconnect: the client has left.
    """
    if request.method == "GET":
        return _read_query_string(request)
    if request.method != "POST":
        message = "GraphQL is asked by POST, or by GET for queries."
        raise RequestRefused(405, "METHOD_NOT_ALLOWED", message, {"Allow": "GET, POST"})
    _check_content_type(request)
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _read_body(request, limits.body_bytes)
    except TimeoutError:
        message = "The body did not arrive in time."
        closed = {"Connection": "close"}
        raise RequestRefused(408, "REQUEST_TIMEOUT", message, closed) from None
    value = _decode(body, "body")
    return read_batch(value, limits.operations) if isinstance(value, list) else read_request(value)


async def _read_body(request: Request, most: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> RequestRefused:
    message = f"The body has more than {most} bytes."
    return RequestRefused(413, "PAYLOAD_TOO_LARGE", message, {"Connection": "close"})


def _check_content_type(request: Request) -> None:
    if content_type(request) not in {(JSON, "utf-8"), (JSON, "utf8")}:
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
