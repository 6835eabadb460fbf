"""The gate: who may open a socket or a stream, or begin an operation on a socket."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from starlette.requests import HTTPConnection


class Gate:
    """Lets everybody in; an application says here what it bounds.

    What a method gives is entered when something opens, and left exactly once when it has ended,
    however it did. Calling or entering it may raise a RequestRefused, which the client is told.
    """

    def socket(self, socket: HTTPConnection) -> AbstractContextManager[None]:
        """Let a socket open; one that is refused learns it as the answer to its handshake.

        Args:
            socket: with the headers of its handshake.
        """
        return nullcontext()

    def session(self, session: Any) -> AbstractContextManager[None]:
        """Let an open socket be somebody's; one that is refused is closed.

        Args:
            session: of the socket, as `authenticate` made it.
        """
        return nullcontext()

    def stream(self, context: Any) -> AbstractContextManager[None]:
        """Let a stream of Server-Sent Events open.

        Args:
            context: of the operation that asks for it.
        """
        return nullcontext()

    def operation(self, session: Any) -> None:
        """Let an operation begin on a socket; one that is refused ends in an error.

        Args:
            session: of the socket.
        """
