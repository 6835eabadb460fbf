"""The messages of the graphql-transport-ws protocol, as the server reads and writes them."""

from dataclasses import dataclass
from typing import Any

from execution.json import MalformedJSON, decode, encode
from execution.requests import OperationRequest, RequestRefused, read_request
from execution.results import Result

ACKNOWLEDGED = '{"type":"connection_ack"}'


class InvalidMessage(Exception):
    """A message that the protocol does not know; its text is the reason to close with."""


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The client opens the connection, with whatever authenticates it."""

    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Ping:
    """The client asks for a sign of life."""

    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """The client gives a sign of life."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client asks for an operation of any type."""

    id: str
    request: OperationRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation."""

    id: str


Message = ConnectionInit | Ping | Pong | Subscribe | Complete


def read_message(text: str) -> Message:
    """Read a message.

    Raises:
        InvalidMessage: it is none of the protocol's.
    """
    try:
        message = decode(text)
    except MalformedJSON as error:
        raise InvalidMessage(str(error)) from None
    if not isinstance(message, dict):
        raise InvalidMessage("A message is a JSON object.")
    match message.get("type"):
        case "connection_init":
            return ConnectionInit(_payload(message))
        case "ping":
            return Ping(_payload(message))
        case "pong":
            _payload(message)
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), _request(message))
        case "complete":
            return Complete(_id(message))
        case _:
            raise InvalidMessage("Unknown message type.")


def pong(payload: dict[str, Any] | None) -> str:
    """The answer to a ping, with the same payload."""
    message = {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}
    return encode(message).decode()


def next_result(id: str, result: Result) -> str:
    """One result of an operation."""
    return f"{next_head(id)}{result.body.decode()}{NEXT_TAIL}"


NEXT_TAIL = "}"


def next_head(id: str) -> str:
    """What stands before a result of an operation; after it stands `NEXT_TAIL`."""
    return f'{{"id":{_text(id)},"type":"next","payload":'


def error(id: str, result: Result) -> str:
    """The errors that end an operation, or keep it from beginning."""
    return encode({"id": id, "type": "error", "payload": result.errors}).decode()


def complete(id: str) -> str:
    """The end of an operation."""
    return f'{{"id":{_text(id)},"type":"complete"}}'


def _text(value: str) -> str:
    return encode(value).decode()


def _payload(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise InvalidMessage("The payload is not an object.")
    return payload


def _id(message: dict[str, Any]) -> str:
    given = message.get("id")
    if not isinstance(given, str) or not given:
        raise InvalidMessage("The id is not a string, or empty.")
    return given


def _request(message: dict[str, Any]) -> OperationRequest:
    try:
        return read_request(message.get("payload"))
    except RequestRefused as refused:
        raise InvalidMessage(refused.message) from None
