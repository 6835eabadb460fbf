"""The outside world: each thing behind an interface with a Null twin, chosen by settings."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from integrations.apns import Apns
from integrations.email import ConsoleEmail, Email, NullEmail, SendGridEmail, SmtpEmail
from integrations.fcm import Fcm
from integrations.local_media import LocalMedia
from integrations.media_store import MediaStore
from integrations.push import NullPush, Push, PushByProvider

__all__ = ["Integrations", "build"]

_APNS = "https://api.push.apple.com"
_APNS_SANDBOX = "https://api.sandbox.push.apple.com"


@dataclass(frozen=True, slots=True)
class Integrations:
    """What Kith reaches outside of its own stores.

    Attributes:
        email: sends mails.
        push: sends pushes.
        media_store: keeps uploaded files.
    """

    email: Email
    push: Push
    media_store: MediaStore

    async def close(self) -> None:
        """Close their connections."""
        await self.email.close()
        await self.push.close()


def build(settings: Any) -> Integrations:
    """Make the integrations that the deployment wants.

    Raises:
        OSError: a file with credentials cannot be read.
        ValueError: there are none in it.
    """
    return Integrations(
        email=_email(settings), push=push_of(settings), media_store=_media_store(settings)
    )


def push_of(settings: Any) -> Push:
    """Make what sends pushes, by as many services as there are credentials for; see `build`."""
    providers: dict[str, Push] = {}
    if settings.fcm_credentials_path is not None:
        providers["fcm"] = Fcm(settings.fcm_credentials_path.read_text())
    if settings.apns_key_path is not None:
        providers["apns"] = Apns(
            key=settings.apns_key_path.read_text(),
            key_id=settings.apns_key_id,
            team_id=settings.apns_team_id,
            topic=settings.apns_topic,
            url=_APNS_SANDBOX if settings.apns_sandbox else _APNS,
        )
    return PushByProvider(providers) if providers else NullPush()


def _email(settings: Any) -> Email:
    if settings.email_backend == "none":
        return NullEmail()
    if settings.email_backend == "console":
        return ConsoleEmail()
    if settings.email_backend == "sendgrid":
        return SendGridEmail(
            key=settings.sendgrid_api_key.get_secret_value(), sender=settings.email_from
        )
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return SmtpEmail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.email_from,
        username=settings.smtp_username,
        password=password,
        starttls=settings.smtp_starttls,
    )


def _media_store(settings: Any) -> MediaStore:
    return LocalMedia(
        settings.data_dir / "media",
        address=settings.public_url,
        secret=settings.secret_key.get_secret_value().encode(),
        lasts=timedelta(minutes=settings.media_url_minutes),
    )
