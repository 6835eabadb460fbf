"""Devices: where a person gets pushes."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from domain.refusals import InvalidInput, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import devices
from persistence.rows import Row
from persistence.transaction import Transaction

TOKEN_LENGTH = 1_000
"""The most characters of a token."""


class Platform(StrEnum):
    """What kind of device it is."""

    ANDROID = "android"
    IOS = "ios"
    WEB = "web"


class PushProvider(StrEnum):
    """Who knows the device by its token."""

    APNS = "apns"
    FCM = "fcm"


_TOKENS = {
    PushProvider.APNS: re.compile(r"[0-9a-fA-F]{64,200}"),
    PushProvider.FCM: re.compile(rf"[A-Za-z0-9:_.%-]{{16,{TOKEN_LENGTH}}}"),
}
_TOLD = {
    PushProvider.APNS: "what Apple gave the app: at least 64 hexadecimal digits, no Base64",
    PushProvider.FCM: "what Firebase gave the app for this installation",
}


def checked_token(token: str, provider: PushProvider) -> str:
    """Check that a token can be one of a provider; only the provider knows whether it is good.

    Raises:
        InvalidInput: it cannot.
    """
    token = token.strip()
    if not _TOKENS[provider].fullmatch(token):
        raise InvalidInput.of("token", f"token must be {_TOLD[provider]}.")
    # Apple's are numbers in hexadecimal: one spelling for each.
    return token.lower() if provider is PushProvider.APNS else token


async def register_device(
    tx: Transaction,
    viewer: Viewer,
    *,
    token: str,
    platform: Platform,
    provider: PushProvider | None = None,
) -> Row:
    """Let the device of this session get pushes.

    A session has one token, and a token one session: the last that registered it. Registrations
    of one session wait for each other by a lock on its row, and then those of one token: so no
    device turns up, between the look for those that are concerned and the change, whose lock
    another one waits for.

    Args:
        tx: the transaction.
        viewer: whose device it is.
        token: as the provider gave it to the app.
        platform: what kind of device it is.
        provider: whose token it is; APNs unless said for iOS, else FCM.

    Raises:
        InvalidInput: the token can be none of the provider.
        NotFound: the session has ended meanwhile.
    """
    if provider is None:
        provider = PushProvider.APNS if platform is Platform.IOS else PushProvider.FCM
    token = checked_token(token, provider)
    session = await tx.get(models.Session, lock=True, session_id=viewer.session_id)
    if session is None or session.revoked_at is not None:
        raise NotFound("Session")
    given = {"session_id": viewer.session_id, "token": token}
    await tx.fetch(devices.hold_token, token=token)
    await tx.fetch(devices.contended, **given)
    await tx.fetch(devices.replace, **given)
    (device,) = await tx.fetch(
        devices.register,
        profile_id=viewer.profile_id,
        platform=platform,
        provider=provider,
        **given,
    )
    return device


async def unregister_device(tx: Transaction, viewer: Viewer, *, device_id: UUID) -> None:
    """Let one of the viewer's devices get no more pushes.

    Raises:
        NotFound: there is no such device of the viewer.
    """
    if not await tx.remove(models.Device, device_id=device_id, profile_id=viewer.profile_id):
        raise NotFound("Device")


async def forget_gone(tx: Transaction, *, token: str, since: datetime | None) -> None:
    """Forget a device that its provider does not know any more, unless it came back since.

    Args:
        tx: the transaction.
        token: by which it was not known.
        since: when the provider found it gone; now if None.
    """
    await tx.fetch(devices.forget_gone, token=token, since=since or datetime.now(UTC))
