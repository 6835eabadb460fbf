"""Authentication: who calls, by the token that they bring, as the database says now."""

from datetime import datetime

from domain.tokens import ExpiredToken, InvalidToken, TokenType
from domain.viewer import Viewer
from persistence.queries import accounts
from persistence.rows import Row
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
    caller = await services.database.one(
        accounts.caller, session_id=claims.session_id, account_id=claims.account_id
    )
    if caller is None:
        raise AuthenticationError("UNAUTHENTICATED", "The session has ended.")
    viewer = Viewer(
        claims.account_id,
        claims.session_id,
        is_staff=caller.is_staff,
        is_verified=caller.is_verified,
    )
    return viewer, caller.position


async def still_valid(services: Services, viewer: Viewer) -> bool:
    """Say whether the viewer's session is still open and their account active."""
    return await _caller(services, viewer) is not None


async def _caller(services: Services, viewer: Viewer) -> Row | None:
    return await services.database.one(
        accounts.caller, session_id=viewer.session_id, account_id=viewer.account_id
    )
