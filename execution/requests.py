"""What a client asks: one GraphQL request, as every transport reads it, and how one is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class RequestRefused(Exception):
    """A request that is not run; the client is told why in a well-formed GraphQL error.

    Args:
        status: of the HTTP answer, like 401 or 429.
        code: for programs, as `extensions.code`.
        message: for people.
        headers: of the HTTP answer, like `Retry-After`.
        extensions: of the error, next to its code.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.extensions = dict(extensions or {})


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """One GraphQL request.

    Attributes:
        query: the text of the document.
        operation_name: which operation of the document to run.
        variables: their values as JSON gave them.
        extensions: whatever else the client and the server have agreed on.
    """

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


def read_request(value: Any) -> OperationRequest:
    """Read a request from the JSON object of a POST body or a `subscribe` message.

    Raises:
        RequestRefused: it is no object, or a member is missing or of the wrong type; as
            `BATCHING_DISABLED` for a list of requests.
    """
    if isinstance(value, list):
        raise RequestRefused(400, "BATCHING_DISABLED", "Send one operation in a request.")
    if not isinstance(value, dict):
        raise _bad("The request must be a JSON object.")
    operation_name = value.get("operationName")
    if not isinstance(operation_name, str | None):
        raise _bad("`operationName` must be a string.")
    variables, extensions = _map(value, "variables"), _map(value, "extensions")
    query = value.get("query")
    if query is None and extensions and "persistedQuery" in extensions:
        # The message is the one by which clients know that they must send the whole text.
        raise RequestRefused(400, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
    if not isinstance(query, str):
        raise _bad("`query` must be a string.")
    return OperationRequest(query, operation_name, variables, extensions)


def _map(value: dict[str, Any], name: str) -> dict[str, Any] | None:
    member = value.get(name)
    if not isinstance(member, dict | None):
        raise _bad(f"`{name}` must be a JSON object.")
    return member


def _bad(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)
