"""The API's processes as clients see them: any of their addresses will do."""

import random
import ssl
from dataclasses import dataclass
from typing import Any

import httpx

ANSWER_SECONDS = 4.0
"""How long clients wait for an answer before they ask elsewhere."""

# To read the machine's certificates for each client would take longer than all else.
_UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Failed(Exception):
    """The server did not do what was asked, for a reason that may pass."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses, and who chooses among them.

    Attributes:
        addresses: like `http://127.0.0.1:8000`.
        chances: choose where a client goes next.
    """

    addresses: tuple[str, ...]
    chances: random.Random

    def one(self) -> str:
        """Choose an address."""
        return f"{self.chances.choice(self.addresses)}/graphql"

    async def ask(
        self, http: httpx.AsyncClient, token: str, query: str, **variables: Any
    ) -> dict[str, Any]:
        """Ask once, and give the answer with its `data` and `extensions`.

        Raises:
            Failed: there was no answer, or one with errors.
        """
        headers = {"Authorization": f"Bearer {token}"}
        body = {"query": query, "variables": variables}
        try:
            response = await http.post(self.one(), json=body, headers=headers)
            answer: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Failed(type(error).__name__) from error
        if errors := answer.get("errors"):
            raise Failed(errors[0].get("extensions", {}).get("code", errors[0]["message"]))
        return answer


def client(patience_seconds: float = ANSWER_SECONDS) -> httpx.AsyncClient:
    """A client of HTTP that loses patience as people do."""
    return httpx.AsyncClient(timeout=patience_seconds, verify=_UNUSED)
