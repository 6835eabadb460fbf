"""Errors as clients see them: a code for programs, a sentence for people, never our insides."""

import math
import time
from collections.abc import Mapping
from typing import Any

import structlog
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from domain.refusals import InvalidInput, Refusal
from domain.viewer import Unauthenticated
from execution.requests import RequestRefused
from persistence import reaching
from persistence.database import TookTooLong
from resolvers.authentication import AuthenticationError
from resolvers.guards import Forbidden
from web import metrics

_log = structlog.get_logger("kith.errors")

_TOLD: dict[type, tuple[str, dict[str, Any]]] = {
    Unauthenticated: ("Sign in to do this.", {"code": "UNAUTHENTICATED"}),
    Forbidden: ("You may not do this.", {"code": "FORBIDDEN"}),
    TookTooLong: ("This took too long just now. Try again.", {"code": "TOOK_TOO_LONG"}),
}
UNAVAILABLE = "This does not work just now. Try again in a moment."
_QUIET_SECONDS = 60.0
_logged_at: dict[type, float] = {}


def present(error: GraphQLError) -> tuple[str, dict[str, Any]]:
    """Say what a client may know of an error.

    Args:
        error: as graphql-core collected it.

    Returns:
        The message, and the extensions with at least `code`.
    """
    cause = error.original_error
    if cause is None:
        # Raised by graphql-core itself: the document or its variables are wrong.
        return error.message, {"code": "BAD_REQUEST", **(error.extensions or {})}
    if isinstance(cause, GraphQLError):
        return cause.message, {"code": "BAD_REQUEST", **(cause.extensions or {})}
    if isinstance(cause, Refusal):
        return cause.message, _refused(cause)
    if isinstance(cause, TookTooLong):
        _note_slow(_path(error))
    elif isinstance(cause, Exception) and reaching.is_away(cause):
        _note(cause, _path(error))
        return UNAVAILABLE, {"code": "UNAVAILABLE"}
    for kind, (message, extensions) in _TOLD.items():
        if isinstance(cause, kind):
            return message, dict(extensions)
    return _fault(error, cause)


def refused(error: AuthenticationError, headers: Mapping[str, str] | None = None) -> RequestRefused:
    """Refuse a request whose token is expired or no good.

    Args:
        error: says why.
        headers: of the HTTP answer, besides the one that names the scheme to sign in by.
    """
    challenge = {"WWW-Authenticate": "Bearer"}
    return RequestRefused(401, error.code, str(error), {**challenge, **(headers or {})})


async def unavailable(request: Request, error: Exception) -> Response:
    """Answer a request outside GraphQL that failed because a store is away or slow.

    Raises:
        Exception: the error itself, when it has another reason.
    """
    if not reaching.is_away(error):
        raise error
    message = UNAVAILABLE
    if isinstance(error, TookTooLong):
        _note_slow(request.url.path)
        message, _ = _TOLD[TookTooLong]
    else:
        _note(error, request.url.path)
    return PlainTextResponse(message, 503, {"Retry-After": "1"})


def _refused(refusal: Refusal) -> dict[str, Any]:
    if isinstance(refusal, InvalidInput):
        fields = [
            {"path": field.path, "code": field.code.name, "message": field.message}
            for field in refusal.fields
        ]
        return {"code": refusal.code, "fields": fields}
    return {"code": refusal.code}


def _path(error: GraphQLError) -> str:
    return ".".join(map(str, error.path or []))


def _fault(error: GraphQLError, cause: BaseException) -> tuple[str, dict[str, Any]]:
    _log.error("fault", path=_path(error), exc_info=cause)
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    message = "Something went wrong on our side. It has been logged."
    return message, {"code": "INTERNAL", "requestId": request_id}


def _note_slow(path: str) -> None:
    # No fault, but worth knowing: many want one row, or a statement has too much to read.
    _log.warning("took too long", path=path)


def _note(error: Exception, path: str) -> None:
    reason = type(error).__name__
    metrics.unavailable.labels(reason).inc()
    # Everything fails alike then: one line tells it as well as thousands.
    if _is_first(type(error), time.monotonic()):
        _log.warning("store away", path=path, reason=reason, exc_info=error)


def _is_first(kind: type, now: float) -> bool:
    """Say whether no exception of this kind was logged within the last minute."""
    if now - _logged_at.get(kind, -math.inf) < _QUIET_SECONDS:
        return False
    _logged_at[kind] = now
    return True
