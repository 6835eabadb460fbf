"""Mails: as a real SMTP server gets them, and what happens when it does not."""

import asyncio
import smtplib
import ssl
from dataclasses import replace
from types import SimpleNamespace

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from pydantic import SecretStr

import integrations
from integrations.email import ConsoleEmail, Mail, NullEmail, SendGridEmail, SmtpEmail
from integrations.vendors import VendorAway, VendorRefused
from settings import Settings
from tests.support.certificates import certificate
from tests.support.smtp import MailServer
from tests.support.vendors import HttpServer


async def no_sleep(_seconds):
    return None


MAIL = Mail("ada@example.com", "Grüße", "Hello Ada,\n.\n.. dots and ümläuts\n", "fact-1")


@pytest.fixture
async def server():
    async with MailServer() as server:
        yield server


def smtp(server, **options):
    given = {"username": None, "password": None, "starttls": False, "sleep": no_sleep, **options}
    return SmtpEmail(host="localhost", port=server.port, sender="Kith <hello@kith.test>", **given)


async def test_a_mail_arrives_as_it_was_written(server):
    await smtp(server).send(MAIL)
    (mail,) = server.received
    assert mail["To"] == "ada@example.com"
    assert mail["From"] == "Kith <hello@kith.test>"
    assert mail["Subject"] == "Grüße"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert server.credentials == []


async def test_a_mail_sent_again_is_the_same_message(server):
    for key in ("fact-1", "fact-1", "fact-2"):
        await smtp(server).send(Mail("ada@example.com", "Hello", "Hello", key))
    assert [mail["Message-ID"] for mail in server.received] == [
        "<fact-1@kith>",
        "<fact-1@kith>",
        "<fact-2@kith>",
    ]


async def test_the_server_is_told_who_sends(server):
    await smtp(server, username="kith", password="s3cret").send(MAIL)
    assert server.credentials == [("kith", "s3cret")]


async def test_a_server_that_puts_off_is_asked_again(server):
    server.refusals = 2
    await smtp(server).send(MAIL)
    assert len(server.received) == 1


async def test_a_server_that_puts_off_for_longer_is_tried_again_later(server):
    server.refusals = 3
    with pytest.raises(VendorAway, match=r"The mail server answers 451\."):
        await smtp(server).send(MAIL)
    await smtp(server).send(MAIL)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"no ada")}), VendorRefused),
        (smtplib.SMTPRecipientsRefused({"ada@example.com": (450, b"ada is full")}), VendorAway),
        (smtplib.SMTPSenderRefused(553, b"not you", "hello@kith.test"), VendorRefused),
        (smtplib.SMTPDataError(554, b"spam for ada"), VendorRefused),
        (smtplib.SMTPAuthenticationError(535, b"s3cret is wrong"), VendorAway),
        (smtplib.SMTPServerDisconnected("ada?"), VendorAway),
    ],
)
async def test_what_a_server_says_is_told_without_its_words(server, monkeypatch, error, told):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(smtplib.SMTP, "send_message", refuse)
    with pytest.raises(told) as failure:
        await smtp(server).send(MAIL)
    assert "ada" not in str(failure.value)
    assert "s3cret" not in str(failure.value)
    assert failure.value.__suppress_context__


async def test_a_mail_has_two_forms_and_a_way_to_end_them(server):
    url = "https://kith.test/unsubscribe?token=abc"
    mail = replace(MAIL, html="<p>Grüße &amp; Küsse</p>", unsubscribe_url=url)
    await smtp(server).send(mail)
    (got,) = server.received
    assert got.get_content_type() == "multipart/alternative"
    text, html = got.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "ümläuts" in text.get_content()
    assert html.get_content().strip() == "<p>Grüße &amp; Küsse</p>"
    assert got["List-Unsubscribe"] == f"<{url}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_a_server_that_is_not_there_is_a_failure():
    async with MailServer() as gone:
        pass
    with pytest.raises(OSError):  # noqa: PT011 - each system has its own words
        await smtp(gone).send(MAIL)


@pytest.mark.parametrize("line", ["ada@example.com\nBcc: all@example.com", "a\r\nb"])
async def test_an_address_cannot_add_headers(server, line):
    with pytest.raises(ValueError, match="linefeed"):
        await smtp(server).send(Mail(line, "Hello", "Hello", "fact-1"))
    assert server.received == []


@pytest.fixture
def known(server, tmp_path):
    """The file of the certificate with which the server encrypts."""
    path = certificate(tmp_path)
    server.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.tls.load_cert_chain(path)
    return path


async def test_mails_and_passwords_go_through_tls(server, known, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    await smtp(server, starttls=True, username="kith", password="s3cret").send(MAIL)
    assert server.was_encrypted == [True]
    assert server.credentials == [("kith", "s3cret")]


@pytest.mark.usefixtures("known")
async def test_a_server_that_nobody_vouches_for_gets_neither_mail_nor_password(server):
    with pytest.raises(VendorAway, match="SSLCertVerificationError"):
        await smtp(server, starttls=True, username="kith", password="s3cret").send(MAIL)
    assert server.received == server.credentials == []


async def test_a_server_without_tls_gets_nothing_when_tls_is_wanted(server):
    with pytest.raises(OSError, match="STARTTLS"):
        await smtp(server, starttls=True, username="kith", password="s3cret").send(MAIL)
    assert server.received == server.credentials == []


async def test_the_console_shows_mails(capsys):
    await ConsoleEmail().send(MAIL)
    shown = capsys.readouterr().out
    assert "ada@example.com: Grüße" in shown
    assert MAIL.text in shown


async def test_null_keeps_what_it_was_given():
    email = NullEmail()
    await email.send(MAIL)
    assert email.sent == [MAIL]


@pytest.mark.parametrize(
    ("backend", "kind"),
    [
        ("none", NullEmail),
        ("console", ConsoleEmail),
        ("smtp", SmtpEmail),
        ("sendgrid", SendGridEmail),
    ],
)
def test_settings_choose_how_mails_go(backend, kind, tmp_path):
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        email_backend=backend,
        smtp_host="localhost",
        sendgrid_api_key=SecretStr("SG.s3cret"),
    )
    assert isinstance(integrations.build(settings).email, kind)


class SendGrid:
    """Says what SendGrid says to mails, and keeps to its rules."""

    def __init__(self):
        self.replies = []

    def __call__(self, asked):
        assert (asked.method, asked.path) == ("POST", "/v3/mail/send")
        if asked.headers["authorization"] != "Bearer SG.s3cret":
            return 401, {}, {"errors": [{"message": "no", "field": None}]}
        return self.replies.pop(0) if self.replies else (202, {}, None)


@pytest.fixture
def send_grid():
    return SendGrid()


@pytest.fixture
async def by_send_grid(send_grid):
    async with HttpServer(send_grid) as server:

        def make(key="SG.s3cret"):
            return SendGridEmail(
                key=key, sender="Kith <hello@kith.test>", url=server.url, sleep=no_sleep
            )

        yield server, make


async def sent(email, mail=MAIL):
    try:
        await email.send(mail)
    finally:
        await email.close()


async def test_sendgrid_gets_a_mail_as_it_was_written(by_send_grid):
    server, make = by_send_grid
    url = "https://kith.test/unsubscribe?token=abc"
    await sent(make(), replace(MAIL, html="<p>Grüße</p>", unsubscribe_url=url))
    body = server.asked[0].body
    assert body["personalizations"] == [{"to": [{"email": "ada@example.com"}]}]
    assert body["from"] == {"email": "hello@kith.test", "name": "Kith"}
    assert body["subject"] == "Grüße"
    assert body["content"] == [
        {"type": "text/plain", "value": MAIL.text},
        {"type": "text/html", "value": "<p>Grüße</p>"},
    ]
    assert body["headers"] == {
        "Message-ID": "<fact-1@kith>",
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert body["tracking_settings"]["click_tracking"] == {"enable": False}


async def test_sendgrid_is_asked_again_when_it_is_busy(by_send_grid, send_grid):
    server, make = by_send_grid
    send_grid.replies = [(429, {"Retry-After": "1"}, {}), (503, {}, {})]
    await sent(make())
    first, *again = server.asked
    assert [asked.body for asked in again] == [first.body] * 2


async def test_what_sendgrid_refuses_is_told_without_its_words(by_send_grid, send_grid):
    server, make = by_send_grid
    send_grid.replies = [(400, {}, {"errors": [{"message": "ada@example.com is wrong"}]})]
    with pytest.raises(VendorRefused, match=r"^sendgrid refuses with 400\.$"):
        await sent(make())
    with pytest.raises(VendorRefused, match=r"^sendgrid refuses with 401\.$"):
        await sent(make("SG.wrong"))
    assert len(server.asked) == 2


async def test_an_address_for_sendgrid_cannot_have_lines(by_send_grid):
    server, make = by_send_grid
    with pytest.raises(ValueError, match="linefeed"):
        await sent(make(), replace(MAIL, to="ada@example.com\nBcc: all@example.com"))
    assert server.asked == []


class Kept:
    """A handler of aiosmtpd that keeps mails."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.mails.append((session.ssl is not None, session.auth_data, envelope))
        return "250 taken"


async def test_a_server_of_another_hand_takes_mails_and_passwords_by_tls(tmp_path, monkeypatch):
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(path)
    kept, loop = Kept(), asyncio.get_running_loop()

    def authenticate(_server, _session, _envelope, _mechanism, given):
        is_known = (given.login, given.password) == (b"kith", b"s3cret")
        # Not handled: the server answers a wrong password itself, with 535.
        return AuthResult(success=is_known, handled=False)

    def talk():
        return SMTP(
            kept,
            tls_context=tls,
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
        )

    server = await loop.create_server(talk, "localhost", 0)
    place = SimpleNamespace(port=server.sockets[0].getsockname()[1])
    try:
        await smtp(place, starttls=True, username="kith", password="s3cret").send(MAIL)
        with pytest.raises(VendorAway) as told:
            await smtp(place, starttls=True, username="kith", password="guessed").send(MAIL)
    finally:
        server.close()
    ((is_encrypted, _, envelope),) = kept.mails
    assert is_encrypted
    assert "guessed" not in str(told.value)
    assert envelope.rcpt_tos == ["ada@example.com"]
    assert b"Message-ID: <fact-1@kith>" in envelope.content
