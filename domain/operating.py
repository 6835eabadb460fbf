"""What only those who run Kith do with accounts: who is staff, and who is suspended."""

from domain.refusals import NotFound
from domain.sessions import end_sessions
from persistence import models
from persistence.queries import accounts
from persistence.rows import Row
from persistence.transaction import Transaction


async def set_staff(tx: Transaction, login: str, *, is_staff: bool) -> Row:
    """Let somebody use what is for staff, or not any more, from their next request on.

    Args:
        tx: the transaction.
        login: the e-mail address or the username of the account.
        is_staff: whether they may.

    Returns:
        The account.

    Raises:
        NotFound: nobody has that login.
    """
    account = await _account(tx, login)
    await tx.change(models.Account, {"account_id": account.account_id}, is_staff=is_staff)
    return account


async def set_active(tx: Transaction, login: str, *, is_active: bool) -> Row:
    """Keep somebody out, or let them in again; all that they had is there.

    Nobody sees whoever is kept out, and their sessions end with their streams.

    Args:
        tx: the transaction.
        login: the e-mail address or the username of the account.
        is_active: whether they may be here.

    Returns:
        The account.

    Raises:
        NotFound: nobody has that login.
    """
    account = await _account(tx, login)
    await tx.change(models.Account, {"account_id": account.account_id}, is_active=is_active)
    if not is_active:
        await end_sessions(tx, account.account_id)
    return account


async def _account(tx: Transaction, login: str) -> Row:
    account = await tx.one(accounts.by_login, login=login)
    if account is None:
        raise NotFound("Account")
    return account
