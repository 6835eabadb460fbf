"""Signing up and in through the API, and the codes that mails bring."""

import itertools
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from domain.one_time_codes import Purpose, mint
from resolvers.services import Services
from tests.support.client import Api
from tests.support.people import PASSWORD

_numbers = itertools.count(1)

TOKENS = """
viewer { account { id email username isVerified lastLoginAt } profile { displayName } }
accessToken refreshToken accessTokenExpiresAt refreshTokenExpiresAt
"""


def newcomer(**changes: Any) -> dict[str, Any]:
    """An input of `signUp` that keeps the rules, each with another address."""
    email = f"newcomer{next(_numbers)}@example.com"
    return {"email": email, "password": PASSWORD, "displayName": "Ada"} | changes


async def sign_up(api: Api, **changes: Any) -> dict[str, Any]:
    """Sign somebody up and give the answer."""
    return await api.done("signUp", TOKENS, **newcomer(**changes))


def holding(http: httpx.AsyncClient, answer: dict[str, Any]) -> Api:
    """A client that uses the access token of an answer."""
    return Api(http, answer["accessToken"])


async def code_for(
    services: Services, account_id: UUID, purpose: Purpose, *, minutes: float = 15
) -> str:
    """Make a code as the job that sends mails makes it."""
    async with services.database.write() as tx:
        return await mint(
            tx,
            account_id,
            purpose,
            secret=services.secrets.codes,
            lifetime=timedelta(minutes=minutes),
        )


def code_in(text: str) -> str:
    """Find the code in a mail."""
    found = re.search(r"the code (\w+) in the app", text)
    assert found is not None, text
    return found[1]
