"""Local media: files sent to this server and read from it, by signed addresses."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, PlainTextResponse, Response

from domain import media_files
from execution.requests import RequestRefused
from integrations.local_media import PATH, LocalMedia
from persistence.queries.media import is_awaited
from resolvers.services import Services
from web.gate import CountingGate

_TYPES = {".webp": "image/webp", ".jpg": "image/jpeg", ".mp4": "video/mp4"}
_KEY = re.compile(r"[0-9a-f-]{36}/(?:(?:thumbnail|medium|large)\.(?:webp|jpg)|video\.mp4)")
_PATIENCE_SECONDS = 60.0
"""How long a file may take to come."""

_BAD_ADDRESS = 403, "The address is not good, or not any more."
_TOO_LARGE = 413, "The file is larger than announced."
_SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # Pages of the app show them, from wherever it is served.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}

_Number = Annotated[int, Query(ge=0, le=2**53)]
_Signature = Annotated[str, Query(max_length=64)]


def routes(store: LocalMedia, services: Services, gate: CountingGate) -> APIRouter:
    """Make the routes below `/media`.

    Args:
        store: where the files are.
        services: what the process holds; its database says which files are awaited.
        gate: counts requests to send files.
    """
    router = APIRouter(prefix=PATH, include_in_schema=False)

    @router.put("/incoming/{media_id}")
    async def receive(
        request: Request, media_id: UUID, size: _Number, expires: _Number, signature: _Signature
    ) -> Response:
        try:
            gate.request_from(gate.address_of(request))
        except RequestRefused as refusal:
            return _refused(refusal.status, refusal.message, refusal.headers)
        key = media_files.incoming(media_id)
        if not store.allows("PUT", key, size, expires, signature, datetime.now(UTC)):
            return _refused(*_BAD_ADDRESS)
        if not await services.database.value(is_awaited, media_id=media_id):
            return _refused(409, "This file is not awaited any more.")
        # One address must not fill the disk by sending its file many times at once.
        if not services.places.take(key, 1):
            return _refused(409, "This file is on its way already.")
        try:
            return await _received(store, key, request, size)
        finally:
            services.places.free(key)

    @router.api_route("/{key:path}", methods=["GET", "HEAD"])
    async def give(key: str, expires: _Number, signature: _Signature) -> Response:
        now = datetime.now(UTC)
        if not _KEY.fullmatch(key) or not store.allows("GET", key, 0, expires, signature, now):
            return _refused(*_BAD_ADDRESS)
        return await _given(store, key, seconds=expires - int(now.timestamp()))

    return router


async def _received(store: LocalMedia, key: str, request: Request, most_bytes: int) -> Response:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most_bytes:
        return _refused(*_TOO_LARGE)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            came = await store.receive(key, request.stream(), most_bytes)
    except TimeoutError:
        return _refused(408, "The file did not come in time.")
    except ClientDisconnect:
        return _refused(400, "The file did not come whole.")
    return Response(status_code=204) if came else _refused(*_TOO_LARGE)


async def _given(store: LocalMedia, key: str, *, seconds: int) -> Response:
    path = store.path(key)
    if not await asyncio.to_thread(path.is_file):
        return _refused(404, "There is no such file.")
    headers = {"Cache-Control": f"private, max-age={seconds}, immutable", **_SAFE_HEADERS}
    return FileResponse(path, media_type=_TYPES[PurePosixPath(key).suffix], headers=headers)


def _refused(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    # What is left of a body that nobody reads would be taken for the next request.
    return PlainTextResponse(sentence, status, headers={"Connection": "close", **(headers or {})})
