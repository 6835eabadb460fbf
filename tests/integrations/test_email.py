"""Mails: as a real SMTP server gets them, and what happens when it does not."""

import ssl
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

import integrations
from integrations.email import ConsoleEmail, Mail, NullEmail, SmtpEmail
from tests.support.smtp import MailServer

MAIL = Mail("ada@example.com", "Grüße", "Hello Ada,\n.\n.. dots and ümläuts\n", "fact-1")


@pytest.fixture
async def server():
    async with MailServer() as server:
        yield server


def smtp(server, **options):
    given = {"username": None, "password": None, "starttls": False, **options}
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


async def test_a_server_that_refuses_is_a_failure_that_can_be_tried_again(server):
    server.refusals = 1
    with pytest.raises(OSError, match="not now"):
        await smtp(server).send(MAIL)
    await smtp(server).send(MAIL)
    assert len(server.received) == 1


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


def certificate(directory):
    """A certificate of this machine that nobody vouches for, in a file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


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
    with pytest.raises(ssl.SSLCertVerificationError):
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
    ("backend", "kind"), [("none", NullEmail), ("console", ConsoleEmail), ("smtp", SmtpEmail)]
)
def test_settings_choose_how_mails_go(backend, kind):
    settings = SimpleNamespace(
        email_backend=backend,
        smtp_host="localhost",
        smtp_port=25,
        email_from="hello@kith.test",
        smtp_username="kith",
        smtp_password=SecretStr("s3cret"),
        smtp_starttls=True,
    )
    assert isinstance(integrations.build(settings).email, kind)
