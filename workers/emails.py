"""Jobs that send mails about an account, and about what is gone with one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from domain.event_facts import EventLost
from domain.one_time_codes import Purpose, mint
from integrations.email import Mail
from integrations.vendors import VendorRefused
from persistence import models
from workers.celery_app import task
from workers.delivering import wanted
from workers.event_letters import when
from workers.letters import letter
from workers.resources import Resources

_log = structlog.get_logger("kith.emails")


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What a letter about an account is.

    Attributes:
        letter: its name.
        purpose: what the code in it is good for.
        page: of the app, that takes the code.
    """

    letter: str
    purpose: Purpose
    page: str


_WELCOME = _Occasion("welcome", Purpose.VERIFY_EMAIL, "verify-email")
_VERIFICATION = _Occasion("verify", Purpose.VERIFY_EMAIL, "verify-email")
_PASSWORD_RESET = _Occasion("reset", Purpose.RESET_PASSWORD, "reset-password")


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


@task
async def send_event_lost(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell who wanted to go that an event is gone with its host.

    Only an address that is known to be theirs is written to.
    """
    lost = EventLost.from_body(EventLost.__name__, body)
    assert isinstance(lost, EventLost)  # noqa: S101 - by its name
    async with resources.database.write() as tx:
        account = await tx.get(models.Account, account_id=lost.profile_id)
    if account is None or not account.is_verified:
        return
    *_, language = await wanted(resources, lost.profile_id)
    mail = letter(
        resources,
        "event_lost",
        language,
        to=account.email,
        key=fact_id,
        title=lost.title,
        when=when(lost.starts_at, lost.time_zone, language),
    )
    await _send_mail(resources, mail, "event_lost")


async def _send(resources: Resources, fact_id: str, account_id: UUID, occasion: _Occasion) -> None:
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
            occasion.purpose,
            secret=resources.codes_secret,
            lifetime=timedelta(minutes=minutes),
            cause=fact_id,
        )
    *_, language = await wanted(resources, account_id)
    mail = letter(
        resources,
        occasion.letter,
        language,
        to=account.email,
        key=fact_id,
        url=f"{resources.settings.frontend_url}/{occasion.page}?code={code}",
        code=code,
        minutes=minutes,
    )
    await _send_mail(resources, mail, occasion.letter)


async def _send_mail(resources: Resources, mail: Mail, name: str) -> None:
    try:
        await resources.integrations.email.send(mail)
    except VendorRefused as refusal:
        # To ask again would not help: nobody has this address, or the server takes nothing of us.
        _log.warning("mail refused", letter=name, reason=str(refusal))
