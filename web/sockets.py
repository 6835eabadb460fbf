"""WebSockets as our server speaks them: uvicorn's protocol, which also sends without waiting."""

from collections.abc import Sequence
from functools import lru_cache

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import State

from execution.websocket import SENDS_AT_ONCE

_TEXT = 0x80 | Opcode.TEXT
_SHORT, _MEDIUM = 125, 0xFFFF


class PromptProtocol(WebSocketsSansIOProtocol):
    """Lets the application send text without a coroutine; see `SENDS_AT_ONCE`.

    What a server sends is not masked, so a frame is its payload behind a few bytes. The other way,
    by the library's own frames, takes several times as long as the system needs to send it.
    """

    def handle_connect(self, event: Request) -> None:
        """Offer the extension to the application, which has been scheduled and has not begun."""
        super().handle_connect(event)
        was_refused = self.handshake_complete
        if not was_refused and not self.conn.extensions:  # which would compress messages
            self.scope["extensions"][SENDS_AT_ONCE] = {"send": self.send_at_once}

    def send_at_once(self, before: bytes, after: bytes, bodies: Sequence[bytes]) -> bool:
        """Send messages, unless they would have to wait.

        Args:
            before: how the text of each begins, as UTF-8.
            after: how it ends.
            bodies: what stands between, for each.

        Returns:
            Whether they were sent; none was otherwise.
        """
        transport = self.transport
        if (
            self.conn.state is not State.OPEN
            or not self.writable.is_set()
            or transport.is_closing()
        ):
            return False
        around = len(before) + len(after)
        for body in bodies:
            transport.write(b"".join((_head(around + len(body)), before, body, after)))
        return True


@lru_cache(maxsize=1024)
def _head(size: int) -> bytes:
    """What makes a whole message of so many bytes a frame (RFC 6455, section 5.2)."""
    if size <= _SHORT:
        return bytes((_TEXT, size))
    if size <= _MEDIUM:
        return bytes((_TEXT, 126)) + size.to_bytes(2, "big")
    return bytes((_TEXT, 127)) + size.to_bytes(8, "big")
