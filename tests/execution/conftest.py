"""Fixtures of the transports' tests: one real server for all that need nothing special."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.execution import sample, serving


@pytest.fixture(scope="session")
async def address() -> AsyncIterator[str]:
    async with serving.serving(serving.make_app()) as address:
        yield address


@pytest.fixture
async def client(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{address}") as client:
        yield client


@pytest.fixture(autouse=True)
def _no_faults() -> None:
    sample.log.faults.clear()
