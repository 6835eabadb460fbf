"""PostgreSQL and Valkey of the run's own, which may be killed, frozen and emptied."""

import os
import shutil
import signal
from pathlib import Path
from urllib.parse import unquote, urlsplit

from redis import Redis

from embedded.accounts import choose_account
from embedded.directory import DataDirectory
from embedded.postgresql import PostgreSQL
from embedded.processes import evict_orphans
from embedded.valkey import Valkey


class Stores:
    """Both stores, durable as in production.

    Args:
        folder: for everything that they keep.
    """

    def __init__(self, folder: Path) -> None:
        self._directory = DataDirectory(folder)
        self._directory.create()
        self._account = choose_account(self._directory.postgres)
        self._sockets = folder / "sockets"
        self._sockets.mkdir()
        self._account.own(self._sockets)
        self.start_postgres()
        self.start_valkey()

    def start_postgres(self) -> None:
        """Start PostgreSQL, once nothing of an earlier one is left, and wait for it."""
        # Two servers on one cluster would ruin it, and killed ones leave children for a while.
        evict_orphans([self._directory.postgres])
        self.postgres = PostgreSQL(
            self._directory.postgres,
            sockets=self._sockets,
            log=self._directory.logs / "postgresql.log",
            account=self._account,
            durable=True,
        )
        self.postgres.wait()

    def start_valkey(self) -> None:
        """Start Valkey with the snapshot that is there, and wait for it."""
        self.valkey = Valkey(
            self._directory.valkey,
            sockets=self._sockets,
            log=self._directory.logs / "valkey.log",
            account=self._account,
            durable=True,
        )
        self.valkey.wait()
        with self._client() as client:
            self._valkey_pid = int(client.info("server")["process_id"])

    def end_postgres(self, number: signal.Signals) -> None:
        """End PostgreSQL by a signal to its postmaster."""
        file = self._directory.postgres / "postmaster.pid"
        os.kill(int(file.read_text().split()[0]), number)
        self.postgres.stop()

    def kill_valkey(self, *, keep: bool) -> None:
        """Kill Valkey, and keep a snapshot of what it held, or nothing."""
        if keep:
            with self._client() as client:
                client.save()
        os.kill(self._valkey_pid, signal.SIGKILL)
        self.valkey.stop()
        if not keep:
            shutil.rmtree(self._directory.valkey)

    def freeze_valkey(self) -> None:
        """Let Valkey answer nothing, with all connections open."""
        os.kill(self._valkey_pid, signal.SIGSTOP)

    def thaw_valkey(self) -> None:
        """Let Valkey run again."""
        os.kill(self._valkey_pid, signal.SIGCONT)

    def empty_valkey(self) -> None:
        """Make Valkey forget everything."""
        with self._client() as client:
            client.flushall()

    def stop(self) -> None:
        """Stop both."""
        self.postgres.stop()
        self.valkey.stop()

    def _client(self) -> Redis:
        return Redis(unix_socket_path=unquote(urlsplit(self.valkey.url).path), socket_timeout=30)
