"""One-time codes: sent by e-mail, good once, to prove that somebody reads an address."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.refusals import NotAllowed
from persistence.queries import accounts, one_time_codes
from persistence.transaction import Transaction


class Purpose(StrEnum):
    """What a code is good for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, no password


async def mint(
    tx: Transaction,
    account_id: UUID,
    purpose: Purpose,
    *,
    secret: bytes,
    lifetime: timedelta,
    cause: str | None = None,
) -> str:
    """Make a code; only its keyed hash is kept.

    Args:
        tx: the transaction.
        account_id: for whom.
        purpose: what it is good for.
        secret: the key of the code and of its hash.
        lifetime: how long it is good.
        cause: why it is made: the same cause makes the same code again, which lives on from now
            unless it was used. A code of its own when None.

    Returns:
        The code, 160 bits that nobody can guess, in letters and digits.
    """
    made = hmac.digest(secret, f"code:{purpose}:{cause}".encode(), hashlib.sha256)[:20].hex()
    code = made if cause else secrets.token_hex(20)
    await tx.fetch(
        one_time_codes.keep,
        account_id=account_id,
        purpose=purpose.value,
        code_hash=_hash(code, secret),
        expires_at=datetime.now(UTC) + lifetime,
    )
    return code


async def redeem(tx: Transaction, code: str, purpose: Purpose, *, secret: bytes) -> UUID:
    """Use a code.

    Returns:
        Whose it is.

    Raises:
        NotAllowed: it is unknown, used already or expired.
    """
    used = await tx.one(accounts.redeem, code_hash=_hash(code, secret), purpose=purpose.value)
    if used is None:
        raise NotAllowed("CODE_INVALID", "The code is wrong, used already or expired.")
    account_id: UUID = used.account_id
    return account_id


async def end(tx: Transaction, account_id: UUID, purpose: Purpose) -> None:
    """Make the codes that an account has for a purpose useless."""
    await tx.fetch(one_time_codes.end, account_id=account_id, purpose=purpose.value)


def _hash(code: str, secret: bytes) -> str:
    return hmac.digest(secret, code.strip().encode(), hashlib.sha256).hex()
