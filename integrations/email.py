"""E-mail: sent through SMTP, shown on the console in development, or kept in a list."""

import asyncio
import smtplib
import ssl
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from email.message import EmailMessage

_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address.

    Attributes:
        to: the address.
        subject: one line.
        text: the plain text.
        key: names what it is about; a mail sent twice has the same `Message-ID`.
    """

    to: str
    subject: str
    text: str
    key: str


class Email(ABC):
    """Sends mails."""

    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """Send a mail.

        Raises:
            OSError: it could not be handed over; try again later.
        """


class SmtpEmail(Email):
    """Hands mails to an SMTP server, on a thread, one connection for each."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        username: str | None,
        password: str | None,
        starttls: bool,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._username = username
        self._password = password
        self._starttls = starttls

    async def send(self, mail: Mail) -> None:
        """Send a mail; see `Email.send`."""
        await asyncio.to_thread(self._send, mail)

    def _send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = f"<{mail.key}@kith>"
        message.set_content(mail.text)
        with smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS) as server:
            if self._starttls:
                server.starttls(context=ssl.create_default_context())
            if self._username and self._password:
                server.login(self._username, self._password)
            server.send_message(message)


class ConsoleEmail(Email):
    """Shows mails on standard output, for development."""

    async def send(self, mail: Mail) -> None:
        """Show a mail; see `Email.send`."""
        sys.stdout.write(f"\n--- mail to {mail.to}: {mail.subject}\n{mail.text}\n---\n")
        sys.stdout.flush()


@dataclass
class NullEmail(Email):
    """Sends nothing and keeps what it was given.

    Attributes:
        sent: the mails, in order.
    """

    sent: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        """Keep a mail; see `Email.send`."""
        self.sent.append(mail)
