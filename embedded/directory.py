"""The data directory of the embedded stores: its layout, its lock and the record of its owner."""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from embedded.accounts import Account
from embedded.errors import EmbeddedError

# Unix socket paths end at 103 bytes on macOS and 107 on Linux; PostgreSQL's name takes 30 of them.
LONGEST_TEMPORARY_DIRECTORY = 70
SOCKETS_PREFIX = "kith-"


@dataclass(frozen=True, slots=True)
class Stores:
    """Where the running stores are reached."""

    database_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """One `.kith`: everything the embedded stores keep, and the lock that gives it one owner."""

    path: Path

    @property
    def postgres(self) -> Path:
        """PostgreSQL's cluster."""
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's snapshot."""
        return self.path / "valkey"

    @property
    def logs(self) -> Path:
        """What both servers say."""
        return self.path / "logs"

    @property
    def lock_file(self) -> Path:
        """Locked while somebody owns the directory; its text says who, also after a crash."""
        return self.path / "owner.json"

    def create(self) -> None:
        """Make the directory and its fixed parts.

        Raises:
            EmbeddedError: The path is taken by a file or may not be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            # PostgreSQL may run under another account, which has to pass but not to look.
            if not self.path.stat().st_mode & 0o001 and os.geteuid() == 0:
                self.path.chmod(0o711)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(
                f"The data directory {self.path} cannot be used: {error.strerror}."
            ) from error

    @contextmanager
    def locked(self, patience_seconds: float = 1.0) -> Iterator["Record"]:
        """Own the directory for the length of a `with` block.

        The lock belongs to the open file: the kernel drops it when the process dies in any way.

        Args:
            patience_seconds: How long to wait for an owner who is about to leave.

        Yields:
            The record, still holding what the previous owner wrote.

        Raises:
            EmbeddedError: Another process owns the directory; the sentence names its pid.
        """
        try:
            descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EmbeddedError(f"{self.lock_file} cannot be used: {error.strerror}.") from error
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            record = Record(file)
            deadline = time.monotonic() + patience_seconds
            while not _try_lock(file, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise EmbeddedError(
                        f"{self.path} is in use by process {record.read().get('pid', 'unknown')}: "
                        f"stop it first, or choose another DATA_DIR."
                    )
                time.sleep(0.02)
            yield record

    def owner(self) -> dict[str, str]:
        """Read who owns the directory now.

        Returns:
            The owner's record, empty when nobody does.
        """
        if not self.lock_file.exists():
            return {}
        with self.lock_file.open(encoding="utf-8") as file:
            return {} if _try_lock(file, fcntl.LOCK_SH) else Record(file).read()


@dataclass(frozen=True, slots=True)
class Record:
    """The text of the lock file: the owner's pid, sockets and addresses."""

    file: TextIOWrapper

    def read(self) -> dict[str, str]:
        """Read the record; empty when there is none or it is half written."""
        self.file.seek(0)
        try:
            content = json.load(self.file)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, **content: str) -> None:
        """Replace the record by this process's pid and `content`."""
        self.file.seek(0)
        self.file.truncate()
        json.dump({"pid": str(os.getpid()), **content}, self.file)
        self.file.flush()


@contextmanager
def sockets(record: Record, account: Account) -> Iterator[Path]:
    """Hold a fresh private directory for the stores' Unix sockets, with a short path.

    Args:
        record: The locked record; the previous owner's directory is removed, this one is noted.
        account: Who runs the stores.

    Yields:
        The directory, removed when the block ends.

    Raises:
        EmbeddedError: The account cannot enter the temporary directory.
    """
    previous = Path(record.read().get("sockets", ""))
    if previous.name.startswith(SOCKETS_PREFIX):
        shutil.rmtree(previous, ignore_errors=True)  # it may be gone, and it is not in our way
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > LONGEST_TEMPORARY_DIRECTORY:
        parent = "/tmp"  # noqa: S108  # mkdtemp makes a private directory inside
    directory = Path(tempfile.mkdtemp(prefix=SOCKETS_PREFIX, dir=parent)).resolve()
    try:
        record.write(sockets=str(directory))
        account.own(directory)
        account.require_access(directory / "socket")
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _try_lock(file: TextIOWrapper, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
