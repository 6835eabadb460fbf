"""Authentication: who calls, by the token that they bring, as the database says now."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.tokens import ExpiredToken, InvalidToken, TokenType
from domain.viewer import Viewer
from persistence.queries import accounts
from resolvers.services import Services


class AuthenticationError(Exception):
    """The token that came with a request is no good; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def authenticate(
    services: Services, *, bearer: str | None, cookie: str | None, now: datetime
) -> tuple[Viewer, int] | None:
    """Say who calls.

    Args:
        services: what the process holds.
        bearer: the token of the Authorization header.
        cookie: the token of the cookie, used when there is no bearer.
        now: the moment, with time zone.

    Returns:
        The viewer with the position of their live log; None when there is no token.

    Raises:
        AuthenticationError: `TOKEN_EXPIRED` when it was good, `UNAUTHENTICATED` when it is not
            ours, or its session has ended.
    """
    token = bearer or cookie
    if token is None:
        return None
    try:
        claims = services.tokens.read(token, TokenType.ACCESS, now)
    except ExpiredToken as error:
        raise AuthenticationError("TOKEN_EXPIRED", "The access token has expired.") from error
    except InvalidToken as error:
        raise AuthenticationError("UNAUTHENTICATED", "The access token is not good.") from error
    caller = await look_up(services, claims.account_id, claims.session_id)
    if caller is None:
        raise AuthenticationError("UNAUTHENTICATED", "The session has ended.")
    return caller


async def look_up(
    services: Services, account_id: UUID, session_id: UUID, *, generation: int | None = None
) -> tuple[Viewer, int] | None:
    """Find who acts through a session, as the database says now.

    Args:
        services: what the process holds.
        account_id: whose session.
        session_id: the session.
        generation: only while this is its present one; any when None.

    Returns:
        The viewer with the position of their live log; None when the session has ended or the
        account is not active.
    """
    row = await services.database.one(accounts.caller, session_id=session_id, account_id=account_id)
    if row is None:
        return None
    present_generation, is_staff, is_verified, position = row
    if generation not in (None, present_generation):
        return None
    viewer = Viewer(account_id, session_id, is_staff=is_staff, is_verified=is_verified)
    return viewer, position


async def look_up_all(services: Services, viewers: Iterable[Viewer]) -> dict[UUID, Viewer]:
    """Find who acts through sessions, as the database says now, in one statement.

    Args:
        services: what the process holds.
        viewers: as they were known before.

    Returns:
        The viewers by session; those whose session has ended, or whose account is not active, are
        left out.
    """
    asked = {viewer.session_id: viewer for viewer in viewers}
    rows = await services.database.fetch(
        accounts.listeners,
        session_ids=list(asked),
        account_ids=[viewer.account_id for viewer in asked.values()],
    )
    return {
        session_id: _as_of(asked[session_id], is_staff=is_staff, is_verified=is_verified)
        for session_id, is_staff, is_verified in rows
    }


def _as_of(viewer: Viewer, *, is_staff: bool, is_verified: bool) -> Viewer:
    if viewer.is_staff is is_staff and viewer.is_verified is is_verified:
        return viewer
    return replace(viewer, is_staff=is_staff, is_verified=is_verified)
