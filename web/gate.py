"""The gate of the server: how often somebody may call, and how much they may hold open at once."""

import ipaddress
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import Counter
from starlette.requests import HTTPConnection

from domain.viewer import Viewer
from execution.gate import Gate
from execution.requests import RequestRefused
from resolvers.context import Context
from resolvers.services import Services

_refusals = Counter(
    "kith_callers_refused_total",
    "Requests, operations on sockets, sockets and streams that were too many.",
    ["code"],
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody on an open socket.

    Attributes:
        viewer: who it is; None when not signed in.
        request_id: of the request that opened it.
        address: from which they opened it.
    """

    viewer: Viewer | None
    request_id: str
    address: str


class CountingGate(Gate):
    """Bounds what each address and each account does.

    Requests are counted with those of other processes. What is open is counted by this process
    alone, which knows at once when it has ended.

    Args:
        services: what the process holds.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.settings

    def socket(self, socket: HTTPConnection) -> AbstractContextManager[None]:
        """Count a handshake against its address, which holds so many sockets at once."""
        address = self.address_of(socket)
        self.request_from(address)
        return self._place(f"address:{address}", self._settings.sockets_per_address)

    def session(self, session: Caller) -> AbstractContextManager[None]:
        """Let an account hold so many sockets and streams at once."""
        return self._place_of(session.viewer)

    def stream(self, context: Context) -> AbstractContextManager[None]:
        """Let an account hold so many sockets and streams at once."""
        return self._place_of(context.viewer)

    def operation(self, session: Caller) -> None:
        """Count an operation on a socket as the request that it would be over HTTP."""
        self.request_from(session.address)
        if session.viewer is not None:
            self.request_of(session.viewer)

    def address_of(self, connection: HTTPConnection) -> str:
        """The address against which somebody's calls count, as far as our proxies tell it."""
        return counted_address(address_of(connection, self._settings.trusted_proxies))

    def request_from(self, address: str) -> None:
        """Count a request against its address.

        Raises:
            RequestRefused: there were too many.
        """
        self._count(f"address:{address}", self._settings.requests_per_minute_per_address)

    def request_of(self, viewer: Viewer) -> None:
        """Count a request against its account, whose owner is active by it.

        Raises:
            RequestRefused: there were too many.
        """
        self._services.presence.note_active(viewer.profile_id)
        most = self._settings.requests_per_minute_per_account
        self._count(f"account:{viewer.account_id}", most)

    def _count(self, key: str, most: int) -> None:
        retry_after = self._services.request_rates.hit(key, most)
        if retry_after is not None:
            _refusals.labels("RATE_LIMITED").inc()
            raise RequestRefused(
                429,
                "RATE_LIMITED",
                "Too many requests: slow down.",
                headers={"Retry-After": str(retry_after)},
                extensions={"retryAfter": retry_after},
            )

    def _place_of(self, viewer: Viewer | None) -> AbstractContextManager[None]:
        if viewer is None:
            return nullcontext()
        most = self._settings.connections_per_account
        return self._place(f"account:{viewer.account_id}", most)

    @contextmanager
    def _place(self, key: str, most: int) -> Iterator[None]:
        places = self._services.places
        if not places.take(key, most):
            _refusals.labels("TOO_MANY_CONNECTIONS").inc()
            message = f"{most} of your sockets and streams are open: close one first."
            raise RequestRefused(429, "TOO_MANY_CONNECTIONS", message)
        try:
            yield
        finally:
            places.free(key)


def address_of(connection: HTTPConnection, trusted_proxies: int) -> str:
    """The address from which somebody calls.

    Args:
        connection: the request.
        trusted_proxies: how many proxies in front of us append to `X-Forwarded-For`; what comes
            before theirs is whatever the client claims.
    """
    # A proxy may append a line of its own instead of to the client's.
    if trusted_proxies:
        lines = connection.headers.getlist("x-forwarded-for")
        told = [part.strip() for part in ",".join(lines).split(",")]
        if len(told) >= trusted_proxies and told[-trusted_proxies]:
            return told[-trusted_proxies]
    client = connection.client
    return client.host if client else ""


@lru_cache(maxsize=4096)
def counted_address(address: str) -> str:
    """The address as it is counted: of IPv6 the first 64 bits, as one customer has all the rest.

    Args:
        address: as `address_of` tells it; what is no address is counted as it is.
    """
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:  # as servers that listen on both tell those of IPv4
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False).network_address)
