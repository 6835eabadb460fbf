"""Both stores together: one call starts them, the end of its block stops them."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from embedded.accounts import Account, choose_account
from embedded.directory import DataDirectory, Stores, sockets
from embedded.errors import EmbeddedError
from embedded.postgresql import PostgreSQL
from embedded.processes import ended_by_signals, evict_orphans, uninterrupted
from embedded.valkey import Valkey


@contextmanager
def start(data_dir: Path, *, durable: bool = True) -> Iterator[Stores]:
    """Run PostgreSQL and Valkey for the length of a `with` block.

    The block owns `data_dir`. It ends by itself, by an exception, Ctrl-C, SIGTERM or SIGHUP, and
    both servers are stopped in each case. After `kill -9` the servers live on; the next start on
    the same directory stops them first.

    Args:
        data_dir: Where both keep their files; created when missing. Any length, spaces allowed.
        durable: False for tests: nothing is synced to disk, Valkey keeps nothing.

    Yields:
        Where the stores are reached; both answer.

    Raises:
        EmbeddedError: They cannot start; one sentence says why.
    """
    directory = DataDirectory(data_dir.expanduser().resolve())
    directory.create()
    with ended_by_signals(), directory.locked() as record, ExitStack() as stack:
        unfinished = directory.path / "postgres.unfinished"
        evict_orphans([directory.postgres, directory.valkey, unfinished])
        account = choose_account(directory.postgres)
        socket_directory = stack.enter_context(sockets(record, account))
        servers = stack.enter_context(_stopped_together())
        stores = _start_servers(servers, directory, socket_directory, account, durable=durable)
        record.write(
            sockets=str(socket_directory),
            database_url=stores.database_url,
            redis_url=stores.redis_url,
        )
        yield stores


@contextmanager
def temporary() -> Iterator[Stores]:
    """Run both stores on a directory that is removed when the `with` block ends.

    Yields:
        Where the stores are reached; what they hold is neither synced nor kept.

    Raises:
        EmbeddedError: They cannot start; one sentence says why.
    """
    # Not pytest's `tmp_path`: root's is closed to the account that runs PostgreSQL.
    with (
        tempfile.TemporaryDirectory(prefix="kith-stores-") as path,
        start(Path(path), durable=False) as stores,
    ):
        yield stores


def running(data_dir: Path) -> Stores | None:
    """Find stores that another process runs on a directory.

    Args:
        data_dir: The directory given to `start`.

    Returns:
        Where they are reached, or None when nobody runs them or they are still starting.
    """
    owner = DataDirectory(data_dir.expanduser().resolve()).owner()
    if "database_url" not in owner:
        return None
    return Stores(database_url=owner["database_url"], redis_url=owner["redis_url"])


def _start_servers(
    servers: ExitStack,
    directory: DataDirectory,
    socket_directory: Path,
    account: Account,
    *,
    durable: bool,
) -> Stores:
    try:
        postgres = PostgreSQL(
            directory.postgres,
            sockets=socket_directory,
            log=directory.logs / "postgresql.log",
            account=account,
            durable=durable,
        )
        servers.callback(postgres.stop)
        valkey = Valkey(
            directory.valkey,
            sockets=socket_directory,
            log=directory.logs / "valkey.log",
            account=account,
            durable=durable,
        )
        servers.callback(valkey.stop)
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename} belongs to another account: give it back with "
            f"`sudo chown -R $(id -u) '{directory.path}'`, or choose another DATA_DIR."
        ) from error
    postgres.wait()
    valkey.wait()
    return Stores(database_url=postgres.url, redis_url=valkey.url)


@contextmanager
def _stopped_together() -> Iterator[ExitStack]:
    servers = ExitStack()
    try:
        yield servers
    finally:
        with uninterrupted():
            servers.close()
