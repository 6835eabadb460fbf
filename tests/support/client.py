"""A GraphQL client as a front end has one, over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    extensions: dict[str, Any]
    headers: httpx.Headers

    @property
    def codes(self) -> list[str]:
        """The codes of the errors, in order."""
        return [error["extensions"]["code"] for error in self.errors]


class Api:
    """Runs operations as one person, or as nobody.

    Args:
        http: where the server is.
        token: the person's access token.
    """

    def __init__(self, http: httpx.AsyncClient, token: str | None = None) -> None:
        self.http = http
        self.token = token

    async def send(self, query: str, **variables: Any) -> Answer:
        """Run an operation and give the whole answer."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        response = await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        body = response.json()
        return Answer(
            response.status_code,
            body.get("data"),
            body.get("errors", []),
            body.get("extensions", {}),
            response.headers,
        )

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Run an operation that must not give errors, and give its data."""
        answer = await self.send(query, **variables)
        assert answer.errors == [], answer.errors
        assert answer.data is not None
        return answer.data

    async def do(self, mutation: str, selection: str = "", **input: Any) -> dict[str, Any]:
        """Call a mutation and give its answer, success or refusal, with `__typename`.

        Args:
            mutation: its name, like ``sendMessage``.
            selection: what to select of its success.
            input: the input's fields by their names in the schema.
        """
        pascal = mutation[0].upper() + mutation[1:]
        success = f"... on {pascal}Success {{ {selection} }}" if selection else ""
        query = (
            f"mutation Do($input: {pascal}Input!) {{ {mutation}(input: $input) {{ __typename "
            f"{success} "
            "... on Refusal { code message } "
            "... on InvalidInput { fields { path code message } } } }"
        )
        data = await self.ask(query, input=input)
        answer: dict[str, Any] = data[mutation]
        return answer

    async def done(self, mutation: str, selection: str = "", **input: Any) -> dict[str, Any]:
        """Call a mutation that must succeed, and give its success."""
        answer = await self.do(mutation, selection, **input)
        assert answer["__typename"].endswith("Success"), answer
        return answer
