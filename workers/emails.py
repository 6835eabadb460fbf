"""Jobs that send mails about an account."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.one_time_codes import Purpose, mint
from integrations.email import Mail
from persistence import models
from workers.celery_app import task
from workers.resources import Resources

_WELCOME = """Welcome to Kith!

Please confirm that this address is yours: {frontend}/verify-email?code={code}
Or type the code {code} in the app. It is good for {minutes} minutes.

If you did not sign up, ignore this mail.
"""

_VERIFY = """Please confirm that this address is yours: {frontend}/verify-email?code={code}
Or type the code {code} in the app. It is good for {minutes} minutes.
"""

_RESET = """Somebody, hopefully you, wants to set a new password: {frontend}/reset-password?code={code}
Or type the code {code} in the app. It is good for {minutes} minutes and ends all your sessions.

If it was not you, ignore this mail: nothing has changed.
"""


@task
async def send_welcome(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Welcome somebody, with a code to verify their address."""
    await _send(resources, fact_id, body, Purpose.VERIFY_EMAIL, "Welcome to Kith", _WELCOME)


@task
async def send_verification(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Send another code to verify an address."""
    await _send(resources, fact_id, body, Purpose.VERIFY_EMAIL, "Confirm your address", _VERIFY)


@task
async def send_password_reset(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Send a code to set a new password; to nobody when there is no such account."""
    if body["account_id"] is not None:
        await _send(resources, fact_id, body, Purpose.RESET_PASSWORD, "A new password", _RESET)


async def _send(
    resources: Resources,
    fact_id: str,
    body: dict[str, Any],
    purpose: Purpose,
    subject: str,
    text: str,
) -> None:
    minutes = resources.settings.one_time_code_minutes
    async with resources.database.write() as tx:
        account = await tx.get(models.Account, account_id=UUID(body["account_id"]))
        if account is None:
            return
        code = await mint(
            tx,
            account.account_id,
            purpose,
            secret=resources.codes_secret,
            lifetime=timedelta(minutes=minutes),
        )
    filled = text.format(frontend=resources.settings.frontend_url, code=code, minutes=minutes)
    await resources.integrations.email.send(Mail(account.email, subject, filled, fact_id))
