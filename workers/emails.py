"""Jobs that send mails about an account."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.one_time_codes import Purpose, mint
from integrations.email import Mail
from persistence import models
from workers.celery_app import task
from workers.resources import Resources


@dataclass(frozen=True, slots=True)
class _Letter:
    purpose: Purpose
    subject: str
    text: str


_WELCOME = _Letter(
    Purpose.VERIFY_EMAIL,
    "Welcome to Kith",
    """Welcome to Kith!

Please confirm that this address is yours: {frontend}/verify-email?code={code}
Or type the code {code} in the app. It is good for {minutes} minutes.

If you did not sign up, ignore this mail.
""",
)

_VERIFICATION = _Letter(
    Purpose.VERIFY_EMAIL,
    "Confirm your address",
    """Please confirm that this address is yours: {frontend}/verify-email?code={code}
Or type the code {code} in the app. It is good for {minutes} minutes.
""",
)

_PASSWORD_RESET = _Letter(
    Purpose.RESET_PASSWORD,
    "A new password",
    """Somebody, hopefully you, wants to set a new password:
{frontend}/reset-password?code={code}
Or type the code {code} in the app. It is good for {minutes} minutes and ends all your sessions.

If it was not you, ignore this mail: nothing has changed.
""",
)


@task
async def send_welcome(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Welcome somebody, with a code to verify their address."""
    await _send(resources, fact_id, UUID(body["account_id"]), _WELCOME)


@task
async def send_verification(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Send another code to verify an address."""
    await _send(resources, fact_id, UUID(body["account_id"]), _VERIFICATION)


@task
async def send_password_reset(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Send a code to set a new password; to nobody when there is no such account."""
    if body["account_id"] is not None:
        await _send(resources, fact_id, UUID(body["account_id"]), _PASSWORD_RESET)


async def _send(resources: Resources, fact_id: str, account_id: UUID, letter: _Letter) -> None:
    """Send a letter to whom the fact is about, unless they are gone.

    A worker may die between sending and saying so, and then the mail goes out again. The fact
    alone makes its code and its `Message-ID`, so it is the same mail: a mailbox may drop the
    second one, and the code in both is one code, which works once.
    """
    minutes = resources.settings.one_time_code_minutes
    async with resources.database.write() as tx:
        account = await tx.get(models.Account, account_id=account_id)
        if account is None:
            return
        code = await mint(
            tx,
            account_id,
            letter.purpose,
            secret=resources.codes_secret,
            lifetime=timedelta(minutes=minutes),
            cause=fact_id,
        )
    text = letter.text.format(frontend=resources.settings.frontend_url, code=code, minutes=minutes)
    await resources.integrations.email.send(Mail(account.email, letter.subject, text, fact_id))
