"""The outside world: each thing behind an interface with a Null twin, chosen by settings."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from integrations.apns import Apns
from integrations.cloudinary_media import CloudinaryMedia
from integrations.content_safety import ContentSafety, ContentSafetyApi, NullContentSafety
from integrations.email import ConsoleEmail, Email, NullEmail, SendGridEmail, SmtpEmail
from integrations.fcm import Fcm
from integrations.local_media import LocalMedia
from integrations.media_store import MediaStore
from integrations.push import NullPush, Push, PushByProvider
from integrations.s3_media import S3Media
from integrations.search_engine import NullSearchEngine, SearchEngine
from integrations.typesense import Typesense
from integrations.virus_scan import Clamd, NullVirusScan, VirusScan

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
        virus_scan: looks through uploaded files.
        content_safety: judges what they show.
        search_engine: finds texts in place of PostgreSQL.
    """

    email: Email
    push: Push
    media_store: MediaStore
    virus_scan: VirusScan
    content_safety: ContentSafety
    search_engine: SearchEngine

    async def close(self) -> None:
        """Close their connections."""
        await self.email.close()
        await self.push.close()
        await self.search_engine.close()


def build(settings: Any) -> Integrations:
    """Make the integrations that the deployment wants.

    Raises:
        OSError: a file with credentials cannot be read.
        ValueError: there are none in it.
    """
    return Integrations(
        email=_email(settings),
        push=push_of(settings),
        media_store=_media_store(settings),
        virus_scan=_virus_scan(settings),
        content_safety=_content_safety(settings),
        search_engine=_search_engine(settings),
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
    lasts = timedelta(minutes=settings.media_url_minutes)
    if settings.media_backend == "s3":
        return S3Media(
            bucket=settings.s3_bucket,
            region=settings.s3_region,
            endpoint_url=settings.s3_endpoint_url,
            key_id=settings.s3_access_key_id,
            key=settings.s3_secret_access_key.get_secret_value(),
            lasts=lasts,
        )
    if settings.media_backend == "cloudinary":
        return CloudinaryMedia(
            cloud_name=settings.cloudinary_cloud_name,
            key_id=settings.cloudinary_api_key,
            key=settings.cloudinary_api_secret.get_secret_value(),
            lasts=lasts,
        )
    return LocalMedia(
        settings.data_dir / "media",
        address=settings.public_url,
        secret=settings.secret_key.get_secret_value().encode(),
        lasts=lasts,
    )


def _virus_scan(settings: Any) -> VirusScan:
    if settings.clamd_host is None:
        return NullVirusScan()
    return Clamd(settings.clamd_host, settings.clamd_port)


def _content_safety(settings: Any) -> ContentSafety:
    if settings.content_safety_url is None:
        return NullContentSafety()
    key = settings.content_safety_key
    return ContentSafetyApi(
        settings.content_safety_url, key=key.get_secret_value() if key else None
    )


def _search_engine(settings: Any) -> SearchEngine:
    if settings.typesense_url is None:
        return NullSearchEngine()
    return Typesense(
        settings.typesense_url,
        key=settings.typesense_api_key.get_secret_value(),
        collection=settings.typesense_collection,
    )
