"""Middleware around every request: its id, its log line, its metrics, and safe headers."""

import re
import time
import uuid
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import metrics

_log = structlog.get_logger("kith.http")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_QUIET = {"/health", "/livez", "/health/ready", "/readyz", "/metrics"}

_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RequestLog:
    """Gives each request an id, which is in its log lines and its answer, and counts it.

    A client's own `X-Request-Id` is taken when it looks like one.
    """

    def __init__(self, app: ASGIApp, *, hsts: bool) -> None:
        self._app = app
        self._headers = dict(_SAFE_HEADERS)
        if hsts:
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if scope["type"] == "websocket":
            with metrics.sockets.track_inprogress():
                await self._app(scope, receive, send)
            return
        await self._http(scope, receive, send, request_id)

    async def _http(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=message["headers"])
                headers["X-Request-Id"] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, observed)
        finally:
            seconds = time.perf_counter() - started
            metrics.requests.labels(_method(scope), status).inc()
            metrics.request_seconds.observe(seconds)
            self._tell(scope, status, seconds)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        if scope["path"] not in _QUIET:
            _log.info(
                "request",
                method=_method(scope),
                path=scope["path"],
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in {"GET", "POST", "OPTIONS", "HEAD"} else "(other)"


def _request_id(scope: Scope) -> str:
    given: dict[bytes, Any] = dict(scope["headers"])
    wanted = given.get(b"x-request-id", b"")
    return wanted.decode() if _REQUEST_ID.fullmatch(wanted) else uuid.uuid4().hex
