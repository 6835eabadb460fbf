"""Accounts: who may sign in."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from uuid import UUID

import email_validator

from domain import attendance, calendars, event_chats, groups, one_time_codes, profiles, texts
from domain.conversations import ConversationEnded
from domain.facts import Fact
from domain.matches import MatchEnded
from domain.one_time_codes import Purpose
from domain.refusals import Conflict, InvalidField, InvalidFieldCode, InvalidInput
from domain.sessions import end_sessions
from domain.viewer import Unauthenticated, Viewer
from persistence import models
from persistence.queries import accounts
from persistence.rows import Row
from persistence.transaction import Transaction

PASSWORD_LENGTH = (10, 128)
"""The fewest and the most characters of a password."""

_EMAIL_LENGTH = 255
# Four characters at most become one by normalising.
_MOST_TYPED = 4 * PASSWORD_LENGTH[1]
_USERNAME = re.compile(r"[A-Za-z0-9_.-]{3,50}")
# What every list of leaked passwords begins with, as far as ten characters or more.
_COMMON = frozenset(
    [
        *("1234567890", "0123456789", "12345678910", "123123123123", "123456789a", "a123456789"),
        *("password12", "password123", "password1234", "passw0rd123", "qwertyuiop", "qwerty12345"),
        *("qwerty123456", "1q2w3e4r5t", "q1w2e3r4t5", "1qaz2wsx3edc", "iloveyou12", "iloveyou123"),
        *("administrator", "welcome123", "letmein123", "abcdefghij", "football123", "baseball123"),
        *("superman123", "princess123", "sunshine123"),
    ]
)


@dataclass(frozen=True, kw_only=True)
class AccountCreated(Fact):
    """Somebody signed up."""

    account_id: UUID


@dataclass(frozen=True, kw_only=True)
class AccountDeleted(Fact):
    """Somebody left and took everything with them."""

    account_id: UUID


@dataclass(frozen=True, kw_only=True)
class EmailVerificationRequested(Fact):
    """Somebody wants another code to verify their address."""

    account_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Fact):
    """Somebody wants a code to set a new password; None when they have no account."""

    account_id: UUID | None


@dataclass(frozen=True, slots=True)
class SignUp:
    """A registration that keeps the rules.

    Attributes:
        email: the address, normalised.
        username: the name for signing in.
        password: as typed, in Unicode's NFKC form.
        display_name: what others see.
    """

    email: str
    username: str
    password: str
    display_name: str


def checked_sign_up(
    *, email: str, username: str | None, password: str, display_name: str
) -> SignUp:
    """Check a registration.

    Args:
        email: the address.
        username: 3 to 50 letters, digits, ``_ . -``; made from the address when None.
        password: 10 to 128 characters.
        display_name: 1 to 50 characters.

    Raises:
        InvalidInput: with all that is wrong.
    """
    problems: list[InvalidField] = []
    address = _address(email)
    if address is None:
        problems.append(InvalidField("email", "email is not an e-mail address."))
    if username is not None and not _USERNAME.fullmatch(username):
        problems.append(
            InvalidField("username", "username needs 3 to 50 letters, digits, dots, _ or -.")
        )
    shown = texts.clean(display_name)
    problems += texts.length_problems("displayName", shown, least=1, most=50)
    normal = normalised(password)
    problems += password_problems("password", normal, email, username or "")
    if problems or address is None:
        raise InvalidInput(problems)
    return SignUp(address, username or _made_username(address), normal, shown)


def mailbox_of(email: str) -> str:
    """The mailbox of an address: mails to `name+tag@host` come to `name@host` nearly everywhere."""
    name, _, host = email.casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def normalised(password: str) -> str:
    """The form in which a password is hashed: keyboards spell the same characters differently.

    What is too long for one in any form stays as it is: to normalise it could take long.
    """
    if len(password) > _MOST_TYPED:
        return password
    return unicodedata.normalize("NFKC", password)


def password_problems(path: str, password: str, *others: str) -> list[InvalidField]:
    """Say what is wrong with a password.

    Args:
        path: the field, in the schema's names.
        password: normalised.
        others: what it must not be equal to, like the e-mail address.
    """
    least, most = PASSWORD_LENGTH
    if problems := texts.length_problems(path, password, least=least, most=most):
        return problems
    if "\x00" in password:
        return [InvalidField(path, f"{path} holds a character that cannot be typed.")]
    plain = password.casefold()
    if plain in _COMMON or len(set(plain)) == 1 or plain in {each.casefold() for each in others}:
        return [InvalidField(path, f"{path} is too easy to guess.", InvalidFieldCode.WEAK)]
    return []


async def sign_up(tx: Transaction, wanted: SignUp, *, password_hash: str) -> Row:
    """Create an account with its profile and preferences.

    Who signs up with an address that has an account is told so: they would find out by the
    missing e-mail, and how often somebody may ask is limited by address.

    Returns:
        The account.

    Raises:
        Conflict: the address or the name is taken.
    """
    account = await tx.one(
        accounts.register,
        email=wanted.email,
        username=wanted.username,
        password_hash=password_hash,
    )
    if account is None:
        taken = await tx.one(accounts.by_login, login=wanted.email)
        if taken is not None:
            raise Conflict("EMAIL_TAKEN", "There is an account with this e-mail address.")
        raise Conflict("USERNAME_TAKEN", "This username is taken.")
    key = account.account_id
    await tx.add(
        models.Profile,
        profile_id=key,
        display_name=wanted.display_name,
        last_active_at=profiles.day_of(account.created_at),
    )
    await tx.add(models.Preferences, profile_id=key)
    tx.record(AccountCreated(account_id=key))
    return account


async def update_account(
    tx: Transaction, viewer: Viewer, *, first_name: str | None, last_name: str | None
) -> Row:
    """Change the names of the viewer's account; what is None stays, an empty one is taken back.

    Raises:
        InvalidInput: a name is too long.
        Unauthenticated: the account was deleted meanwhile.
    """
    given = {"first_name": first_name, "last_name": last_name}
    names = {key: texts.clean(name) for key, name in given.items() if name is not None}
    problems = [
        *texts.length_problems("firstName", names.get("first_name", ""), most=50),
        *texts.length_problems("lastName", names.get("last_name", ""), most=50),
    ]
    if problems:
        raise InvalidInput(problems)
    changes = {key: name or None for key, name in names.items()}
    account = await tx.change(models.Account, {"account_id": viewer.account_id}, **changes)
    if account is None:
        raise Unauthenticated
    return account


async def set_password(
    tx: Transaction, account_id: UUID, *, password_hash: str, except_session: UUID | None = None
) -> None:
    """Set a password and end what whoever knew the one before may have by it.

    That is the account's sessions, its codes for another password, and its calendar's address.

    Args:
        tx: the transaction.
        account_id: whose.
        password_hash: of the new password.
        except_session: the session that goes on, if any.
    """
    await tx.change(models.Account, {"account_id": account_id}, password_hash=password_hash)
    await end_sessions(tx, account_id, except_id=except_session)
    await one_time_codes.end(tx, account_id, Purpose.RESET_PASSWORD)
    await calendars.end_secret(tx, account_id)


async def set_better_hash(tx: Transaction, account_id: UUID, *, password_hash: str) -> None:
    """Keep a hash of the same password that is harder to guess from; sessions go on."""
    await tx.change(models.Account, {"account_id": account_id}, password_hash=password_hash)


async def verify_email(tx: Transaction, account_id: UUID) -> None:
    """Mark the account's address as verified."""
    await tx.change(models.Account, {"account_id": account_id}, is_verified=True)


async def delete_account(tx: Transaction, viewer: Viewer) -> None:
    """Delete the viewer's account with everything of it.

    Their matches are told, and who goes to their events.
    """
    me = viewer.account_id
    # Who holds the profile's row lets nobody refer to it, so no match is made from here on.
    await tx.get(models.Profile, lock=True, profile_id=me)
    for event in await attendance.leave_all(tx, me):
        if event.host_id == me:
            await event_chats.end(tx, event_id=event.event_id)
    await attendance.tell_of_loss(tx, me)
    for match in await tx.fetch(accounts.open_matches, account_id=me):
        tx.record(MatchEnded(match_id=match.match_id, audience=(match.partner_id,)))
    for talk in await tx.fetch(accounts.open_conversations, account_id=me):
        audience = (talk.profile_id,)
        tx.record(ConversationEnded(conversation_id=talk.conversation_id, audience=audience))
    await groups.leave_all(tx, me)
    for holding in accounts.HOLDING:
        await tx.fetch(holding, account_id=me)
    await tx.fetch(accounts.forget_answers, account_id=me)
    await tx.remove(models.Account, account_id=viewer.account_id)
    # The fact wakes the person's open streams, which then end: their session is gone.
    tx.record(AccountDeleted(account_id=viewer.account_id, audience=(viewer.account_id,)))


def _address(email: str) -> str | None:
    email = email.strip()
    if len(email) > _EMAIL_LENGTH:
        return None  # before it is parsed, which could take long
    try:
        checked = email_validator.validate_email(
            email, check_deliverability=False, test_environment=True
        )
    except email_validator.EmailNotValidError:
        return None
    return checked.normalized if len(checked.normalized) <= _EMAIL_LENGTH else None


def _made_username(address: str) -> str:
    base = re.sub(r"[^A-Za-z0-9_.-]", "", address.partition("@")[0])[:32] or "person"
    return f"{base}-{secrets.token_hex(4)}"
