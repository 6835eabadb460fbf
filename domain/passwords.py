"""Passwords: hashed with Argon2id, slowly and off the event loop; the only user of passlib."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from passlib.context import CryptContext
from passlib.exc import PasswordValueError

from domain.refusals import RateLimited

T = TypeVar("T")

_BCRYPT_BYTES = 72

MOST_WAITING = 100
"""How many passwords wait for a thread, about a second's work, before more are refused."""

MOST_OF_ADDRESS = 25
"""How many of them are of one network address, so that nobody takes all places."""

# OWASP's first recommendation for Argon2id; bcrypt is for hashes brought from elsewhere.
_context = CryptContext(
    schemes=["argon2", "bcrypt"],
    deprecated=["bcrypt"],
    argon2__type="ID",
    argon2__memory_cost=19 * 1024,
    argon2__rounds=2,
    argon2__parallelism=1,
)


class Passwords:
    """Hashes and verifies passwords on threads of its own.

    Args:
        threads: how many at once; each takes 19 MiB and a core for some 20 ms.
    """

    def __init__(self, threads: int = 2) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._nobody: str | None = None
        self._waiting: Counter[str] = Counter()

    async def hash(self, password: str, *, of: str) -> str:
        """Hash a password with a new salt.

        Args:
            password: what was typed.
            of: the network address that asks; empty when it is unknown or our own.

        Raises:
            RateLimited: too many wait for theirs, of this address or of all.
        """
        return await self._run(of, _context.hash, password)

    async def verify(
        self, password: str, password_hash: str | None, *, of: str
    ) -> tuple[bool, str | None]:
        """Say whether a password is the one of a hash.

        Args:
            password: what was typed.
            of: the network address that asks; empty when it is unknown or our own.
            password_hash: the account's; None when there is no such account: the answer is no
                then, after the same work.

        Returns:
            Whether it is, and a better hash to keep instead, when the present one is outdated.

        Raises:
            RateLimited: too many wait for theirs, of this address or of all.
        """
        if password_hash is None:
            self._nobody = self._nobody or await self.hash("nobody's password", of=of)
            await self._run(of, _verified, password, self._nobody)
            return False, None
        return await self._run(of, _verified, password, password_hash)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown()

    async def _run(self, of: str, function: Callable[..., T], *arguments: str) -> T:
        is_too_many = bool(of) and self._waiting[of] >= MOST_OF_ADDRESS
        if is_too_many or self._waiting.total() >= MOST_WAITING:
            raise RateLimited("TOO_MANY_SIGN_INS", "Too many sign in at this moment: wait.", 2)
        self._waiting[of] += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, function, *arguments)
        finally:
            self._waiting[of] -= 1
            self._waiting += Counter()  # keeps nothing of those who wait for nothing


def _verified(password: str, password_hash: str) -> tuple[bool, str | None]:
    # bcrypt reads no further, so two long passwords with the same beginning would be one.
    if _context.identify(password_hash) == "bcrypt" and len(password.encode()) > _BCRYPT_BYTES:
        return False, None
    try:
        return _context.verify_and_update(password, password_hash)
    except PasswordValueError:
        # Too long for any scheme, or with characters that it cannot take: nobody's password.
        return False, None
