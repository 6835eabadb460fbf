"""A mail server for tests: takes mails over real SMTP, or fails the way it is told to."""

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """An SMTP server on a free port of this machine; an asynchronous context manager.

    Attributes:
        received: the mails, in order.
        credentials: the names and passwords that were given.
        was_encrypted: for each mail, whether it came through TLS.
        tls: offers STARTTLS when set.
        refusals: how many mails it will refuse before it takes the next.
        goes_on: while it is not set, a mail that has come is not confirmed.
    """

    received: list[EmailMessage] = field(default_factory=list)
    credentials: list[tuple[str, str]] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    refusals: int = 0
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self):
        self.goes_on.set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._converse, "localhost", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _converse(self, reader, writer):
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader, writer):
        is_encrypted = False
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode():
            verb, _, rest = line.strip().partition(" ")
            match verb.upper():
                case "EHLO":
                    offers = ["localhost", "AUTH PLAIN", *(["STARTTLS"] if self.tls else [])]
                    writer.write("".join(f"250-{o}\r\n" for o in offers).encode() + b"250 OK\r\n")
                case "STARTTLS":
                    writer.write(b"220 go on\r\n")
                    try:
                        await writer.start_tls(self.tls)
                    except (ssl.SSLError, ConnectionError):
                        return
                    is_encrypted = True
                case "AUTH":
                    _, name, password = base64.b64decode(rest.partition(" ")[2]).split(b"\0")
                    self.credentials.append((name.decode(), password.decode()))
                    writer.write(b"235 welcome\r\n")
                case "MAIL" if self.refusals:
                    self.refusals -= 1
                    writer.write(b"451 not now\r\n")
                case "DATA":
                    writer.write(b"354 go on\r\n")
                    raw = await reader.readuntil(b"\r\n.\r\n")
                    self.received.append(_read(raw))
                    self.was_encrypted.append(is_encrypted)
                    await self.goes_on.wait()
                    writer.write(b"250 taken\r\n")
                case "QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                case _:
                    writer.write(b"250 OK\r\n")
            await writer.drain()


def _read(raw):
    """Undo what SMTP does to lines that begin with a dot, and read the mail."""
    text = b"\r\n".join(line.removeprefix(b".") for line in raw.split(b"\r\n")[:-2])
    return message_from_bytes(text + b"\r\n", policy=policy.default)
