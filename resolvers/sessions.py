"""Sessions: refreshing and ending them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain import sessions
from domain.refusals import NotAllowed
from domain.tokens import InvalidToken, TokenType
from persistence.rows import Row
from resolvers import authentication, ids
from resolvers.context import Context, Cookie

ACCESS_COOKIE, REFRESH_COOKIE = "kith_access", "kith_refresh"


async def refresh_token(context: Context, *, refresh_token: str | None = None) -> dict[str, Any]:
    """Exchange a refresh token for a new pair; each works once.

    A token that was used before ends its session: it is in two hands, and nobody can tell which
    is yours. A browser that signed in with cookies leaves `refreshToken` out.
    """
    use_cookies = refresh_token is None
    token = context.refresh_cookie if use_cookies else refresh_token
    try:
        claims = context.services.tokens.read(token or "", TokenType.REFRESH, datetime.now(UTC))
    except InvalidToken:
        raise _refused() from None
    async with context.write() as tx:
        session = await sessions.refresh(tx, claims, lifetime=lifetime(context))
        return tx.answer({"session": session, "use_cookies": use_cookies})


async def log_out(context: Context) -> dict[str, Any]:
    """Sign out: this session ends, with its tokens and its open streams."""
    viewer = context.signed_in
    async with context.write() as tx:
        await sessions.end_sessions(tx, viewer.account_id, session_id=viewer.session_id)
        return tx.answer({"is_logged_out": True})


async def revoke_session(context: Context, *, session_id: str) -> dict[str, Any]:
    """End one of your sessions, like that of a device that you have lost.

    The address of your calendar stays good: `resetCalendar` changes it.
    """
    async with context.write() as tx:
        key = ids.decode(session_id, "Session")
        await sessions.revoke_session(tx, context.signed_in, session_id=key)
        return tx.answer({"ended_session_id": session_id})


async def revoke_other_sessions(context: Context) -> dict[str, Any]:
    """End all of your sessions but this one.

    The address of your calendar stays good: `resetCalendar` changes it.
    """
    viewer = context.signed_in
    async with context.write() as tx:
        ended = await sessions.end_sessions(tx, viewer.account_id, except_id=viewer.session_id)
        return tx.answer({"ended_count": len(ended)})


async def sign_in(context: Context, answer: dict[str, Any]) -> None:
    """Let the rest of the operation see what the signed-in person may see, and set cookies.

    Raises:
        NotAllowed: the answer is that of an earlier call, and its session has ended or has taken
            other tokens since.
    """
    if not await _goes_on(context, answer):
        raise NotAllowed("ANSWER_OUTDATED", "What was answered before is good no more: log in.")


async def refreshed(context: Context, answer: dict[str, Any]) -> None:
    """Go on as the session's person, with cookies of its new tokens.

    Raises:
        NotAllowed: the token was used before, which is told only now that the end of its session
            is committed; or the answer is that of an earlier call and good no more.
    """
    if answer["session"] is None or not await _goes_on(context, answer):
        raise _refused()


async def sign_out(context: Context, answer: dict[str, Any]) -> None:
    """Let the rest of the operation be nobody's, and remove the cookies."""
    context.viewer = None
    context.cookies = {ACCESS_COOKIE: None, REFRESH_COOKIE: None}


async def _goes_on(context: Context, answer: dict[str, Any]) -> bool:
    # An answer may be one that was kept for a day, and its session may have ended since.
    session: Row = answer["session"]
    caller = await authentication.look_up(
        context.services, session.account_id, session.session_id, generation=session.generation
    )
    if caller is None:
        return False
    context.viewer, _ = caller
    if answer["use_cookies"]:
        tokens = context.services.tokens
        access, refresh = tokens.access_token(session), tokens.refresh_token(session)
        context.cookies = {
            ACCESS_COOKIE: _cookie(access, tokens.access_expires_at(session)),
            REFRESH_COOKIE: _cookie(refresh, session.expires_at),
        }
    return True


def _cookie(token: str, expires_at: datetime) -> Cookie:
    """A cookie that ends with its token, which may be of an earlier answer to the same request."""
    left = expires_at - datetime.now(UTC)
    return Cookie(token, max(0, int(left.total_seconds())))


def lifetime(context: Context) -> timedelta:
    """How long a session may rest before it ends."""
    return timedelta(days=context.services.settings.refresh_token_days)


def _refused() -> NotAllowed:
    return NotAllowed("REFRESH_TOKEN_INVALID", "The refresh token is not good: sign in again.")
