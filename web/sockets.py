"""WebSockets as our server speaks them: uvicorn's protocol, which also sends without waiting."""

from collections.abc import Sequence

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
        if not self.handshake_complete:  # else the handshake was refused
            self.scope["extensions"][SENDS_AT_ONCE] = {"send": self.send_at_once}

    def send_at_once(self, texts: Sequence[bytes]) -> bool:
        """Send messages, unless they would have to wait, or to be compressed.

        Args:
            texts: UTF-8.

        Returns:
            Whether they were sent; none was otherwise.
        """
        can_send = (
            self.handshake_complete
            and self.conn.state is State.OPEN
            and self.writable.is_set()
            and not (self.close_sent or self.disconnected or self.conn.extensions)
            and not self.transport.is_closing()
        )
        if can_send:
            self.transport.write(b"".join(map(_frame, texts)))
        return can_send


def _frame(text: bytes) -> bytes:
    """A whole message in one frame (RFC 6455, section 5.2)."""
    size = len(text)
    if size <= _SHORT:
        return bytes((_TEXT, size)) + text
    if size <= _MEDIUM:
        return bytes((_TEXT, 126)) + size.to_bytes(2, "big") + text
    return bytes((_TEXT, 127)) + size.to_bytes(8, "big") + text
