"""The Unix account under which the stores run; it matters only to root."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from embedded.errors import EmbeddedError

STORES_ACCOUNT = "embedded_postgres"


class Identity(TypedDict, total=False):
    """Arguments of `subprocess.Popen` that choose the account of a child."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """A Unix account that owns the stores' files and runs their servers."""

    uid: int
    gid: int

    @property
    def identity(self) -> Identity:
        """Arguments for `subprocess.Popen`; empty when it is the account of this process."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, directory: Path) -> None:
        """Give `directory` and everything in it to this account, unless it has it already.

        Args:
            directory: An existing directory without symbolic links to foreign files.
        """
        if not self.identity or directory.stat().st_uid == self.uid:
            return
        for path in (directory, *directory.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def require_access(self, path: Path) -> None:
        """Refuse a path which this account cannot reach.

        Args:
            path: Absolute path of a file or directory.

        Raises:
            EmbeddedError: A directory above `path` is closed to this account.
        """
        if not self.identity:
            return
        for directory in reversed(path.parents):
            status = directory.stat()
            if not status.st_mode & stat.S_IXOTH and status.st_uid != self.uid:
                raise EmbeddedError(
                    f"PostgreSQL does not run as root, and its account {STORES_ACCOUNT} cannot "
                    f"enter {directory}: run `chmod o+x '{directory}'`, work in another directory, "
                    f"or start Kith as an ordinary user."
                )


def choose_account(directory: Path) -> Account:
    """Choose who runs the stores: ourselves, or for root an account without privileges.

    Args:
        directory: Where PostgreSQL keeps its files; need not exist. Its owner is kept when root
            finds files of somebody else.

    Returns:
        The account; for root one that exists on this machine, created when necessary.

    Raises:
        EmbeddedError: Root has no such account and cannot create it.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if directory.exists() and directory.stat().st_uid != 0:
        status = directory.stat()
        return Account(status.st_uid, status.st_gid)
    entry = _entry() or _created_entry()
    return Account(entry.pw_uid, entry.pw_gid)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(STORES_ACCOUNT)
    except KeyError:
        return None


def _created_entry() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--shell", "/usr/sbin/nologin"]
    try:
        answer = subprocess.run(  # noqa: S603  # fixed words
            [*command, STORES_ACCOUNT], capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise EmbeddedError(
            f"PostgreSQL does not run as root and `useradd` is missing to make the account "
            f"{STORES_ACCOUNT}: create it, or start Kith as an ordinary user."
        ) from error
    # Another process may have been first, so the result counts and not the exit code.
    if entry := _entry():
        return entry
    raise EmbeddedError(
        f"PostgreSQL does not run as root and the account {STORES_ACCOUNT} could not be made: "
        f"{answer.stderr.strip() or 'useradd failed'}."
    )
