"""`kith staff`, `kith suspend` and `kith restore`: what those who run Kith do with accounts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from commands.database import require_newest
from commands.failures import CommandFailed
from commands.stores import reachable
from commands.terminal import console
from domain import operating
from domain.refusals import NotFound
from persistence.database import Database
from persistence.queries import accounts
from persistence.rows import Row
from persistence.transaction import Transaction
from settings import get_settings


def show_staff() -> None:
    """Show who is staff, one to a line."""

    async def run() -> None:
        async with _open() as database:
            for row in await database.fetch(accounts.staff):
                console.print(row.email, markup=False, highlight=False)

    asyncio.run(run())


def set_staff(login: str, *, is_staff: bool) -> None:
    """Let somebody use what is for staff, or not any more.

    Args:
        login: the e-mail address or the username of the account.
        is_staff: whether they may.

    Raises:
        CommandFailed: nobody has that login.
    """
    what = "is staff from now on" if is_staff else "is not staff any more"
    _change(login, partial(operating.set_staff, is_staff=is_staff), what)


def set_active(login: str, *, is_active: bool) -> None:
    """End all sessions of somebody, keep them out and hide them from everybody, or let them in.

    Args:
        login: the e-mail address or the username of the account.
        is_active: whether they may be here.

    Raises:
        CommandFailed: nobody has that login.
    """
    suspended = "is suspended: signed out everywhere, and hidden"
    what = "may sign in and is shown again" if is_active else suspended
    _change(login, partial(operating.set_active, is_active=is_active), what)


def _change(login: str, change: Callable[[Transaction, str], Awaitable[Row]], what: str) -> None:
    async def run() -> Row:
        async with _open() as database, database.write() as tx:
            return await change(tx, login)

    try:
        account = asyncio.run(run())
    except NotFound as refusal:
        raise CommandFailed(f"Nobody has the e-mail address or username {login}.") from refusal
    console.print(f"{account.email} {what}.", markup=False, highlight=False, soft_wrap=True)


@asynccontextmanager
async def _open() -> AsyncIterator[Database]:
    with reachable(get_settings()) as settings:
        await require_newest(str(settings.database_url))
        database = await Database.connect(
            str(settings.database_url), read_connections=1, write_connections=1
        )
        try:
            yield database
        finally:
            await database.close()
