"""Unsubscribing: a link in a mail ends such mails, for whoever holds it, without signing in."""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from domain.notification_kinds import KINDS, Channel
from domain.refusals import NotAllowed
from persistence.queries import deliveries
from persistence.transaction import Transaction

_SIGNATURE_BYTES = 16


def token_for(profile_id: UUID, secret: bytes) -> str:
    """Make the token by which somebody ends mails about notifications; it does not expire.

    Args:
        profile_id: who.
        secret: the key that signs codes in mails.
    """
    raw = profile_id.bytes + _signature(profile_id, secret)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def unsubscribe(tx: Transaction, *, token: str, secret: bytes) -> None:
    """End the mails about notifications; doing it again changes nothing.

    Args:
        tx: the transaction.
        token: from the link.
        secret: the key that signed it.

    Raises:
        NotAllowed: the token was not made by us.
    """
    profile_id = reader_of(token, secret)
    await tx.fetch(
        deliveries.unsubscribe, profile_id=profile_id, kinds=list(KINDS), channel=Channel.EMAIL
    )


def reader_of(token: str, secret: bytes) -> UUID:
    """Tell whose mails a link ends.

    Args:
        token: from the link.
        secret: the key that signed it.

    Raises:
        NotAllowed: the token was not made by us.
    """
    profile_id = _read(token, secret)
    if profile_id is None:
        raise NotAllowed("UNSUBSCRIBE_TOKEN_INVALID", "The link is not good: sign in to change it.")
    return profile_id


def _read(token: str, secret: bytes) -> UUID | None:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if len(raw) != 16 + _SIGNATURE_BYTES:
        return None
    profile_id = UUID(bytes=raw[:16])
    return profile_id if hmac.compare_digest(raw[16:], _signature(profile_id, secret)) else None


def _signature(profile_id: UUID, secret: bytes) -> bytes:
    signed = b"kith:unsubscribe:" + profile_id.bytes
    return hmac.digest(secret, signed, hashlib.sha256)[:_SIGNATURE_BYTES]
