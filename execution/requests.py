"""What a client asks: one GraphQL request, as every transport reads it, and how one is refused."""

from collections.abc import Mapping
from typing import Any, NamedTuple


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


class OperationRequest(NamedTuple):
    """One GraphQL request.

    Attributes:
        query: the text of the document; None where the document is named by its id alone.
        operation_name: which operation of the document to run.
        variables: their values as JSON gave them.
        extensions: whatever else the client and the server have agreed on.
        document_id: names the document: its SHA-256 in hexadecimal, or the id of a trusted one.
    """

    query: str | None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None


def read_request(value: Any) -> OperationRequest:
    """Read a request from the JSON object of a POST body or a `subscribe` message.

    Raises:
        RequestRefused: it is no object, or a member is missing or of the wrong type.
    """
    if not isinstance(value, dict):
        raise _bad("The request must be a JSON object.")
    operation_name = value.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise _bad("`operationName` must be a string.")
    variables, extensions = _map(value, "variables"), _map(value, "extensions")
    query, document_id = value.get("query"), _document_id(value, extensions)
    if not isinstance(query, str) and (query is not None or document_id is None):
        raise _bad("`query` must be a string.")
    return OperationRequest(query, operation_name, variables, extensions, document_id)


def _document_id(value: dict[str, Any], extensions: dict[str, Any] | None) -> str | None:
    """Read what names the document.

    `documentId` is of the persisted documents of GraphQL over HTTP, `extensions.persistedQuery`
    of Apollo's automatic persisted queries.
    """
    named = value.get("documentId")
    if named is None and extensions and extensions.get("persistedQuery") is not None:
        persisted = extensions["persistedQuery"]
        if not isinstance(persisted, dict) or persisted.get("version") != 1:
            raise _bad("`extensions.persistedQuery` must be an object with the `version` 1.")
        named = persisted.get("sha256Hash")
        if not isinstance(named, str):
            raise _bad("`extensions.persistedQuery.sha256Hash` must be a string.")
    if named is not None and not isinstance(named, str):
        raise _bad("`documentId` must be a string.")
    return named.removeprefix("sha256:") if named else None


def _map(value: dict[str, Any], name: str) -> dict[str, Any] | None:
    member = value.get(name)
    if member is not None and not isinstance(member, dict):
        raise _bad(f"`{name}` must be a JSON object.")
    return member


def _bad(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)
