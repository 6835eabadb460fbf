"""E-mail: sent through SMTP or SendGrid, shown on the console in development, or kept in a list."""

import asyncio
import smtplib
import ssl
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from integrations.vendors import HttpVendor, Sleep, Vendor, VendorAway, VendorRefused

_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address.

    Attributes:
        to: the address.
        subject: one line.
        text: the plain text.
        key: names what it is about; a mail sent twice has the same `Message-ID`.
        html: the same as HTML; None for text alone.
        unsubscribe_url: where a POST ends mails of this kind; None for what must be sent.
    """

    to: str
    subject: str
    text: str
    key: str
    html: str | None = None
    unsubscribe_url: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What mail programs are told besides, the same each time that it is sent."""
        headers = {"Message-ID": f"<{self.key}@kith>"}
        if self.unsubscribe_url is not None:
            headers["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers


class Email(ABC):
    """Sends mails."""

    @abstractmethod
    async def send(self, mail: Mail) -> None:
        """Send a mail.

        Raises:
            VendorAway: it could not be handed over; try again later.
            VendorRefused: this mail will never be taken.
            ValueError: an address or a subject has more than one line.
        """

    async def close(self) -> None:  # noqa: B027 - most keep nothing open
        """Close what is open."""


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
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._username = username
        self._password = password
        self._starttls = starttls
        self._vendor = Vendor("smtp", sleep=sleep)

    async def send(self, mail: Mail) -> None:
        """Send a mail; see `Email.send`."""
        message = _message(mail, self._sender)
        await self._vendor.call(lambda: asyncio.to_thread(self._send, message))

    def _send(self, message: EmailMessage) -> None:
        try:
            with smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS) as server:
                if self._starttls:
                    server.starttls(context=ssl.create_default_context())
                if self._username and self._password:
                    server.login(self._username, self._password)
                server.send_message(message)
        except OSError as error:
            # The server's own words may quote the address.
            raise _failure(error) from None


class SendGridEmail(Email):
    """Hands mails to SendGrid by ``POST {url}/v3/mail/send``."""

    def __init__(
        self,
        *,
        key: str,
        sender: str,
        url: str = "https://api.sendgrid.com",
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._headers = {"Authorization": f"Bearer {key}"}
        self._name, self._address = parseaddr(sender)
        self._url = f"{url.rstrip('/')}/v3/mail/send"
        self._vendor = HttpVendor("sendgrid", sleep=sleep)

    async def send(self, mail: Mail) -> None:
        """Send a mail; see `Email.send`."""
        if "\n" in mail.to + mail.subject or "\r" in mail.to + mail.subject:
            raise ValueError("An address or a subject contains a linefeed.")
        await self._vendor.call(lambda: self._send(mail))

    async def close(self) -> None:
        """Close the connections."""
        await self._vendor.close()

    async def _send(self, mail: Mail) -> None:
        response = await self._vendor.post(self._url, headers=self._headers, json=self._body(mail))
        if response.status_code != 202:
            # Its body may quote the address.
            raise VendorRefused(f"sendgrid refuses with {response.status_code}.")

    def _body(self, mail: Mail) -> dict[str, Any]:
        content = [{"type": "text/plain", "value": mail.text}]
        if mail.html is not None:
            content.append({"type": "text/html", "value": mail.html})
        untracked = {"enable": False}
        return {
            "personalizations": [{"to": [{"email": mail.to}]}],
            "from": {"email": self._address, "name": self._name},
            "subject": mail.subject,
            "content": content,
            "headers": mail.headers,
            # Links hold codes that are nobody else's business.
            "tracking_settings": {"click_tracking": untracked, "open_tracking": untracked},
        }


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
        sent: the mails, in order; the last ones.
    """

    sent: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        """Keep a mail; see `Email.send`."""
        # A deployment without mail may run for years.
        self.sent[:] = [*self.sent[-999:], mail]


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message


def _failure(error: OSError) -> Exception:
    """Say what became of a mail, without the words of the server."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((code for code, _ in error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return VendorAway("The mail server does not offer STARTTLS, AUTH or UTF-8 as it is asked.")
    if code is None:
        return VendorAway(f"The mail server is away: {type(error).__name__}.")
    # A password that is wrong can be corrected, so that mails go out in the end.
    if code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError):
        return VendorRefused(f"The mail server refuses with {code}.")
    return VendorAway(f"The mail server answers {code}.")
