"""What an HTTP request carries: an operation or a batch of them, from its body or its address."""

from collections.abc import AsyncGenerator
from functools import lru_cache
from typing import Any

from starlette.requests import ClientDisconnect, Request

from execution.batches import read_batch
from execution.incoming import IncomingRequest
from execution.json import MalformedJSON, decode
from execution.limits import HTTPLimits
from execution.multipart import MULTIPART, read_form
from execution.patience import within
from execution.requests import OperationRequest, RequestRefused, read_request

JSON = "application/json"

# Clients send ever the same few, which are kept; a boundary may be different each time.
_CONTENT_TYPE_CHARACTERS = 300

Asked = OperationRequest | list[OperationRequest]


def content_type(request: Request) -> tuple[str, str]:
    """The media type of the body and its character set, in small letters."""
    return _parsed(request.headers.get("content-type", "")[:_CONTENT_TYPE_CHARACTERS])


@lru_cache(maxsize=256)
def _parsed(header: str) -> tuple[str, str]:
    media_type, _, parameters = header.lower().partition(";")
    charset = "utf-8"
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip('"')
    return media_type.strip(), charset


def is_form(request: Request) -> bool:
    """Whether the body is a form, which any page can make a browser send."""
    return content_type(request)[0] == MULTIPART


async def read(request: IncomingRequest, limits: HTTPLimits) -> Asked:
    """Read what a request asks.

    Args:
        request: by POST or GET; it gets the files that come with it.
        limits: how large it may be.

    Raises:
        RequestRefused: the method, the media type, the size or the form is wrong.
        ClientDisconnect: the client has left.
    """
    if request.method == "GET":
        return _read_query_string(request)
    if request.method != "POST":
        message = "GraphQL is asked by POST, or by GET for queries."
        raise RequestRefused(405, "METHOD_NOT_ALLOWED", message, {"Allow": "GET, POST"})
    if _media_type(request) == MULTIPART:
        seconds = limits.files_seconds if limits.files > 0 else limits.body_seconds
        reading = _read_form(request, limits)
    else:
        seconds, reading = limits.body_seconds, _read_json(request, limits.body_bytes)
    try:
        value = await within(seconds, reading)
    except TimeoutError:
        message = "The body did not arrive in time."
        closed = {"Connection": "close"}
        raise RequestRefused(408, "REQUEST_TIMEOUT", message, closed) from None
    return read_batch(value, limits.operations) if isinstance(value, list) else read_request(value)


async def _read_form(request: IncomingRequest, limits: HTTPLimits) -> Any:
    most = limits.body_bytes + limits.files * limits.file_bytes
    return await read_form(request, _content(request, most), limits)


async def _read_json(request: Request, most: int) -> Any:
    _check_announced(request, most)
    chunk, has_more = await _next_chunk(request)
    chunks, size = [chunk], len(chunk)
    while has_more and size <= most:
        chunk, has_more = await _next_chunk(request)
        chunks.append(chunk)
        size += len(chunk)
    if size > most:
        raise _too_large(most)
    return _decode(b"".join(chunks), "body")


async def _content(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body as it comes."""
    _check_announced(request, most)
    size, has_more = 0, True
    while has_more:
        chunk, has_more = await _next_chunk(request)
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        yield chunk


async def _next_chunk(request: Request) -> tuple[bytes, bool]:
    """A part of the body, and whether more follow."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), message.get("more_body", False)


def _check_announced(request: Request, most: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large(most)


def _too_large(most: int) -> RequestRefused:
    message = f"The body has more than {most} bytes."
    return RequestRefused(413, "PAYLOAD_TOO_LARGE", message, {"Connection": "close"})


def _media_type(request: Request) -> str:
    """The media type of the body, which is one that we read."""
    media_type, charset = content_type(request)
    if media_type not in {JSON, MULTIPART} or charset not in {"utf-8", "utf8"}:
        message = f"Send `Content-Type: {JSON}` in UTF-8, or `{MULTIPART}` with files."
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", message)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed.")
    return media_type


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
