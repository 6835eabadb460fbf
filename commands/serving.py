"""Serving: the listening socket, and uvicorn as Kith runs it."""

import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from commands.failures import CommandFailed
from settings import Settings
from web.connections import GatheringProtocol
from web.sockets import PromptProtocol

_LONGEST_FRAME_BYTES = 64 * 1024
_GRACE_SECONDS = 10
_START_SECONDS = 60.0

# An answer leaves no circles of objects behind, so there is nothing to find among those of requests
# under way. To look at this many takes 2 to 4 ms.
_GC_THRESHOLD = 5_000

OPTIONS: dict[str, Any] = {
    "loop": "auto",
    "http": GatheringProtocol,
    "ws": PromptProtocol,
    "ws_max_size": _LONGEST_FRAME_BYTES,
    # It would keep 40 kB for each socket, and events are too short to gain from it.
    "ws_per_message_deflate": False,
    "lifespan": "on",
    # The application logs requests itself, and knows how far to trust X-Forwarded-For.
    "log_config": None,
    "log_level": "warning",
    "access_log": False,
    "proxy_headers": False,
    "server_header": False,
    "timeout_graceful_shutdown": _GRACE_SECONDS,
}


def bind(host: str, port: int) -> socket.socket:
    """Take an address, without listening yet.

    Args:
        host: a name or an address of this machine.
        port: 0 takes a free one.

    Raises:
        CommandFailed: the address cannot be taken; the sentence says why and what to do.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CommandFailed(
            f"{host} is no address of this machine: choose another HOST."
        ) from error
    taken = socket.socket(family, kind, protocol)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
    except OSError as error:
        taken.close()
        reason = (error.strerror or str(error)).lower()
        raise CommandFailed(
            f"Port {port} on {host} cannot be used ({reason}): choose another with --port."
        ) from error
    return taken


def at(settings: Settings, listening: socket.socket) -> Settings:
    """Give settings that know where the server listens.

    Args:
        settings: as read.
        listening: from `bind`.
    """
    host, port = listening.getsockname()[:2]
    changed = {"host": host, "port": port}
    if "public_url" not in settings.model_fields_set:
        changed["public_url"] = f"http://localhost:{port}"
    return settings.model_copy(update=changed)


class Server(uvicorn.Server):
    """A server that tells when it serves, and ends cleanly by Ctrl-C, SIGTERM or SIGHUP.

    Args:
        config: what and how to serve.
        announce: called once requests are answered.
    """

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve, and say so."""
        await super().startup(sockets)
        if self.started:
            # What is here by now stays; to look at all of it again would hold up requests.
            gc.collect()
            gc.freeze()
            gc.set_threshold(_GC_THRESHOLD)
            self._announce()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals as the wish to end, which has been granted when `run` returns."""
        with super().capture_signals():
            previous = signal.signal(signal.SIGHUP, self.handle_exit)  # the terminal was closed
            try:
                yield
            finally:
                signal.signal(signal.SIGHUP, previous)
            self._captured_signals.clear()


def serve(app: Any, listening: socket.socket, announce: Callable[[], None]) -> None:
    """Serve an application in this process until a signal ends it, then let requests finish.

    Args:
        app: the ASGI application.
        listening: from `bind`.
        announce: called once requests are answered.

    Raises:
        CommandFailed: the application does not start; the log says why.
    """
    server = Server(uvicorn.Config(app, **OPTIONS), announce)
    server.run(sockets=[listening])
    if not server.started:
        raise CommandFailed("The application did not start: the log above says why.")


class _Processes(Multiprocess):
    """Several processes on one socket; one that dies is started again, once all have served."""

    announce: Callable[[], None]
    has_failed = False

    def init_processes(self) -> None:
        """Start them, and say so when all of them serve; end when one cannot."""
        super().init_processes()
        if all(process.wait_until_ready(_START_SECONDS) for process in self.processes):
            self.announce()
            return
        self.has_failed = not self.signal_queue  # else they were told to end
        self.should_exit.set()


def serve_by_processes(
    factory: str, listening: socket.socket, announce: Callable[[], None], *, processes: int
) -> None:
    """Serve an application by several processes until Ctrl-C or SIGTERM; see `serve`.

    Args:
        factory: where the function that makes it is found, like ``app:create_app``.
        listening: from `bind`.
        announce: called once all of them answer requests.
        processes: how many.

    Raises:
        CommandFailed: the application does not start; the log says why.
    """
    config = uvicorn.Config(factory, factory=True, workers=processes, **OPTIONS)
    supervisor = _Processes(config, sockets=[listening])
    supervisor.announce = announce
    supervisor.run()
    if supervisor.has_failed:
        raise CommandFailed("The application did not start: the log above says why.")
