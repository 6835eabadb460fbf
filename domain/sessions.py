"""Sessions: signed-in devices, refreshed by rotation, ended by their person or by misuse."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain import profiles, texts
from domain.facts import Fact
from domain.refusals import NotFound
from domain.tokens import Claims
from domain.viewer import Viewer
from persistence import models
from persistence.queries import accounts, devices
from persistence.rows import Row
from persistence.transaction import Transaction

DEVICE_NAME_LENGTH = 200
"""The most characters of a device's name; more are cut."""


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Fact):
    """A session is over; its streams end."""

    session_id: UUID
    account_id: UUID


async def open_session(
    tx: Transaction, account_id: UUID, *, device_name: str, lifetime: timedelta
) -> Row:
    """Sign a device in.

    Args:
        tx: the transaction.
        account_id: whose.
        device_name: how its person will recognise it.
        lifetime: how long it may rest before it ends.
    """
    now = datetime.now(UTC)
    await tx.change(models.Account, {"account_id": account_id}, last_login_at=now)
    await profiles.note_active(tx, account_id, now=now)
    return await tx.add(
        models.Session,
        account_id=account_id,
        device_name=texts.clean(device_name)[:DEVICE_NAME_LENGTH],
        refreshed_at=now,
        expires_at=(now + lifetime).replace(microsecond=0),
    )


async def refresh(tx: Transaction, claims: Claims, *, lifetime: timedelta) -> Row | None:
    """Give a session its next generation.

    A token of an earlier generation is in wrong hands, its person's or a thief's: nobody can
    tell, so the session ends. The caller must let the transaction commit in that case too.

    Args:
        tx: the transaction.
        claims: of the refresh token.
        lifetime: how long the session may rest from now on.

    Returns:
        The session, or None when the token is not good any more.
    """
    now = datetime.now(UTC)
    expires_at = (now + lifetime).replace(microsecond=0)
    session = await tx.one(
        accounts.rotate,
        session_id=claims.session_id,
        account_id=claims.account_id,
        generation=claims.generation,
        expires_at=expires_at,
    )
    if session is None:
        await end_sessions(tx, claims.account_id, session_id=claims.session_id)
    else:
        await profiles.note_active(tx, claims.account_id, now=now)
    return session


async def end_sessions(
    tx: Transaction,
    account_id: UUID,
    *,
    session_id: UUID | None = None,
    except_id: UUID | None = None,
) -> list[Row]:
    """End sessions of an account, and with them their streams and pushes to their devices.

    Args:
        tx: the transaction.
        account_id: whose.
        session_id: only this one; all when None.
        except_id: but not this one.

    Returns:
        Those that were open.
    """
    ended = await tx.fetch(
        accounts.revoke, account_id=account_id, session_id=session_id, except_id=except_id
    )
    if ended:
        session_ids = [session.session_id for session in ended]
        await tx.fetch(devices.forget_of_sessions, session_ids=session_ids)
    for session in ended:
        tx.record(
            SessionEnded(
                session_id=session.session_id, account_id=account_id, audience=(account_id,)
            )
        )
    return ended


async def revoke_session(tx: Transaction, viewer: Viewer, *, session_id: UUID) -> None:
    """End one of the viewer's sessions.

    Raises:
        NotFound: there is no such open session of the viewer.
    """
    if not await end_sessions(tx, viewer.account_id, session_id=session_id):
        raise NotFound("Session")
