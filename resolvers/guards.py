"""Guards: who may call a root field. They hold no state; the default is to be signed in."""

from collections.abc import Callable
from typing import Any

import structlog

from domain.viewer import Unauthenticated, Viewer

_log = structlog.get_logger("kith.staff")


class Forbidden(Exception):
    """The operation needs rights that the viewer lacks; shown as the error code `FORBIDDEN`."""


Guard = Callable[[Any], None]
"""Checks the context of an operation and raises when the caller may not go on."""


def public(context: Any) -> None:
    """Anybody may call."""


def signed_in(context: Any) -> None:
    """Only a signed-in person may call.

    Raises:
        Unauthenticated: nobody is signed in.
    """
    viewer_of(context)


def staff(context: Any) -> None:
    """Only staff may call.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: the viewer is not staff.
    """
    if not viewer_of(context).is_staff:
        raise Forbidden


def note(context: Any, done: str) -> None:
    """Log who of the staff did what; `done` is the mutation's name."""
    account_id = str(viewer_of(context).account_id)
    _log.info("done by staff", mutation=done, account_id=account_id, request_id=context.request_id)


def viewer_of(context: Any) -> Viewer:
    """The viewer of an operation that needs one.

    Raises:
        Unauthenticated: nobody is signed in.
    """
    viewer: Viewer | None = context.viewer
    if viewer is None:
        raise Unauthenticated
    return viewer
