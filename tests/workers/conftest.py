"""Jobs inside the process of the test, with a mail server of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from resolvers.services import Services
from tests.support.smtp import MailServer
from web.jobs import running_inside
from workers.relay import Relay


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with MailServer() as server:
        yield server


@pytest.fixture
def running(services: Services, mail_server: MailServer):
    """Runs the relay and the jobs as `kith up` does, for the length of a block."""
    mailing = services.settings.model_copy(
        update={
            "email_backend": "smtp",
            "smtp_host": "localhost",
            "smtp_port": mail_server.port,
            "smtp_starttls": False,
        }
    )

    @asynccontextmanager
    async def run() -> AsyncIterator[Relay]:
        async with running_inside(replace(services, settings=mailing)) as relay:
            yield relay

    return run
