"""The outside world: each thing behind an interface with a Null twin, chosen by settings."""

from dataclasses import dataclass
from typing import Any

from integrations.email import ConsoleEmail, Email, NullEmail, SmtpEmail

__all__ = ["Integrations", "build"]


@dataclass(frozen=True, slots=True)
class Integrations:
    """What Kith reaches outside of its own stores.

    Attributes:
        email: sends mails.
    """

    email: Email


def build(settings: Any) -> Integrations:
    """Make the integrations that the deployment wants."""
    return Integrations(email=_email(settings))


def _email(settings: Any) -> Email:
    if settings.email_backend == "none":
        return NullEmail()
    if settings.email_backend == "console":
        return ConsoleEmail()
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return SmtpEmail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.email_from,
        username=settings.smtp_username,
        password=password,
        starttls=settings.smtp_starttls,
    )
