"""Accounts: signing up, passwords, codes, and leaving."""

from collections.abc import Awaitable, Callable
from typing import Any

from domain import accounts, one_time_codes, sessions, texts
from domain.accounts import EmailVerificationRequested, PasswordResetRequested
from domain.limits import (
    MAILS,
    MAILS_PER_HOUR,
    SIGN_UPS_OF_ADDRESS,
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_ADDRESS,
)
from domain.one_time_codes import Purpose
from domain.refusals import InvalidFieldCode, InvalidInput, NotAllowed, RateLimited
from persistence.queries import accounts as asking
from persistence.rows import Row
from resolvers.context import Context
from resolvers.limits import counted_as, session_key
from resolvers.sessions import lifetime


async def sign_up(
    context: Context,
    *,
    email: str,
    password: str,
    display_name: str,
    username: str | None = None,
    device_name: str = "",
    use_cookies: bool = False,
) -> dict[str, Any]:
    """Create an account and sign in.

    A mail with a code to verify the address is on its way. Each mailbox gets 5 mails an hour at
    most, with those of the other mutations that send some.
    """
    wanted = accounts.checked_sign_up(
        email=email, username=username, password=password, display_name=display_name
    )
    rates = context.services.rate_limits
    # Before the password is hashed, which is the work.
    async with context.unless_answered():
        await _limit_sign_ups(context, rates.check)
    password_hash = await _hash(context, wanted.password)
    async with context.write() as tx:
        # What tells that an address is taken counts too: else all could be tried. Retries do not.
        await _limit_sign_ups(context, rates.hit)
        account = await accounts.sign_up(tx, wanted, password_hash=password_hash)
        await _limit_mails(context, wanted.email)
        session = await sessions.open_session(
            tx, account.account_id, device_name=device_name, lifetime=lifetime(context)
        )
        return tx.answer({"session": session, "use_cookies": use_cookies})


async def log_in(
    context: Context,
    *,
    login: str,
    password: str,
    device_name: str = "",
    use_cookies: bool = False,
) -> dict[str, Any]:
    """Sign in with your e-mail address or username.

    Whether the account or the password is wrong is not told. Ten wrong passwords in 15 minutes
    make an account wait, and a hundred the network address that they come from.
    """
    login = texts.clean(login)
    account = await context.database.one(asking.by_login, login=login)
    key = str(account.account_id) if account else login.casefold()
    better_hash = await _check_password(context, account, key, password)
    if account is None or not account.is_active:
        raise NotAllowed("WRONG_CREDENTIALS", "The account or the password is wrong.")
    async with context.write() as tx:
        if better_hash is not None:
            await accounts.set_better_hash(tx, account.account_id, password_hash=better_hash)
        session = await sessions.open_session(
            tx, account.account_id, device_name=device_name, lifetime=lifetime(context)
        )
        return tx.answer({"session": session, "use_cookies": use_cookies})


async def request_email_verification(context: Context) -> dict[str, Any]:
    """Ask for another mail with a code to verify your address."""
    mine = await _own_account(context)
    async with context.write() as tx:
        if mine is not None:
            await _limit_mails(context, mine.email)
        tx.record(EmailVerificationRequested(account_id=context.signed_in.account_id))
        return tx.answer({"is_requested": True})


async def verify_email(context: Context, *, code: str) -> dict[str, Any]:
    """Verify your e-mail address with the code that was sent to it."""
    async with context.write() as tx:
        account_id = await one_time_codes.redeem(
            tx, code, Purpose.VERIFY_EMAIL, secret=context.services.secrets.codes
        )
        await accounts.verify_email(tx, account_id)
        return tx.answer({"is_verified": True})


async def request_password_reset(context: Context, *, email: str) -> dict[str, Any]:
    """Ask for a mail with a code to set a new password.

    The answer is the same whether there is an account with this address or not.
    """
    email = texts.clean(email)
    account = await context.database.one(asking.by_login, login=email)
    if account is not None and account.email.casefold() != email.casefold():
        # A username would be another way around the limit.
        account = None
    async with context.write() as tx:
        await _limit_mails(context, email)
        tx.record(PasswordResetRequested(account_id=account.account_id if account else None))
        return tx.answer({"is_requested": True})


async def reset_password(context: Context, *, code: str, new_password: str) -> dict[str, Any]:
    """Set a new password with the code that was sent to you; ends all your sessions.

    Other codes for a new password are good no more, and your calendar has a new address.
    """
    password = _checked_new(new_password)
    async with context.write() as tx:
        account_id = await one_time_codes.redeem(
            tx, code, Purpose.RESET_PASSWORD, secret=context.services.secrets.codes
        )
        # Only now: hashing is work, which nobody gets for a code that is wrong.
        password_hash = await _hash(context, password)
        await accounts.set_password(tx, account_id, password_hash=password_hash)
        return tx.answer({"is_reset": True})


async def change_password(
    context: Context, *, current_password: str, new_password: str
) -> dict[str, Any]:
    """Set a new password, knowing the present one; ends your other sessions.

    Codes for a new password are good no more, and your calendar has a new address.
    """
    async with context.unless_answered():
        await _confirm(context, "currentPassword", current_password)
    password_hash = await _hash(context, _checked_new(new_password))
    async with context.write() as tx:
        await accounts.set_password(
            tx,
            context.signed_in.account_id,
            password_hash=password_hash,
            except_session=context.signed_in.session_id,
        )
        return tx.answer({"is_changed": True})


async def update_account(
    context: Context, *, first_name: str | None = None, last_name: str | None = None
) -> dict[str, Any]:
    """Change your account; what is left out stays."""
    async with context.write() as tx:
        account = await accounts.update_account(
            tx, context.signed_in, first_name=first_name, last_name=last_name
        )
        return tx.answer({"account": account})


async def delete_account(context: Context, *, password: str) -> dict[str, Any]:
    """Delete your account, your profile and everything that you wrote, for good.

    Places that you added stay with what you wrote of them, as others go there.
    """
    await _confirm(context, "password", password)
    async with context.write() as tx:
        await accounts.delete_account(tx, context.signed_in)
        return tx.answer({"is_deleted": True})


async def _confirm(context: Context, field: str, password: str) -> None:
    account = await _own_account(context)
    if account is None:
        raise InvalidInput.of(field, f"{field} is wrong.", InvalidFieldCode.WRONG)
    try:
        # Strangers who guess must not keep the account's own people from this.
        await _check_password(context, account, session_key(context.signed_in), password)
    except NotAllowed:
        raise InvalidInput.of(field, f"{field} is wrong.", InvalidFieldCode.WRONG) from None


async def _own_account(context: Context) -> Row | None:
    mine = context.signed_in.account_id
    return await context.database.one(asking.own_by_ids, ids=[mine], viewer_id=mine)


async def _check_password(
    context: Context, account: Row | None, key: str, password: str
) -> str | None:
    """Judge a password, which counts as a wrong one until it is found right.

    So of many that come at once no more are judged than may be wrong.
    """
    rates, counted, is_wrong = context.services.rate_limits, [], False
    try:
        for limit in _wrong_passwords(context, key):
            if (wait := await rates.hit(*limit)) is not None:
                message = "Too many wrong passwords: wait."
                raise RateLimited("TOO_MANY_WRONG_PASSWORDS", message, wait)
            counted.append(limit)
        is_right, better_hash = await context.services.passwords.verify(
            accounts.normalised(password),
            account.password_hash if account else None,
            of=context.address,
        )
        is_wrong = not is_right
    finally:
        for limit in () if is_wrong else counted:
            await rates.take_back(*limit)
    if is_wrong:
        raise NotAllowed("WRONG_CREDENTIALS", "The account or the password is wrong.")
    return better_hash


def _wrong_passwords(context: Context, key: str) -> list[tuple[str, str, int, int]]:
    settings = context.services.settings
    window = settings.wrong_passwords_window_minutes * 60
    of_key = (WRONG_PASSWORDS.name, counted_as(key), settings.wrong_passwords_limit, window)
    if not context.address:
        return [of_key]
    most, address = settings.wrong_passwords_limit_per_address, counted_as(context.address)
    return [of_key, (WRONG_PASSWORDS_OF_ADDRESS.name, address, most, window)]


def _checked_new(password: str) -> str:
    normal = accounts.normalised(password)
    if problems := accounts.password_problems("newPassword", normal):
        raise InvalidInput(problems)
    return normal


async def _hash(context: Context, password: str) -> str:
    return await context.services.passwords.hash(password, of=context.address)


async def _limit_sign_ups(context: Context, ask: Callable[..., Awaitable[int | None]]) -> None:
    """Refuse more sign-ups of an address than there may be; `ask` counts one more or does not."""
    if not context.address:
        return
    most, key = context.services.settings.sign_ups_per_hour_per_address, context.address
    wait = await ask(SIGN_UPS_OF_ADDRESS.name, counted_as(key), most, 3600)
    if wait is not None:
        message = "Too many accounts were made from this network address: wait."
        raise RateLimited("TOO_MANY_SIGN_UPS", message, wait)


async def _limit_mails(context: Context, email: str) -> None:
    limit = (MAILS.name, counted_as(accounts.mailbox_of(email)), MAILS_PER_HOUR, 3600)
    wait = await context.services.rate_limits.hit(*limit)
    if wait is not None:
        raise RateLimited("TOO_MANY_MAILS", "Too many mails were asked for: wait.", wait)
