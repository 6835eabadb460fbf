"""JSON as the transports read and write it: bounded in depth when read, bytes when written."""

import json
from typing import Any

import orjson

MAX_DEPTH = 32


class MalformedJSON(ValueError):
    """The text is no JSON, or is nested too deeply; its message is fit for the client."""


def decode(text: bytes | str) -> Any:
    """Read JSON.

    Args:
        text: in UTF-8; what comes from outside is bounded in length by the transport.

    Raises:
        MalformedJSON: it is invalid, or has more than 32 levels.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedJSON("This is not valid JSON.") from error
    if _deeper_than_allowed(text, value):
        raise MalformedJSON(f"The JSON has more than {MAX_DEPTH} levels.")
    return value


def encode(value: Any) -> bytes:
    """Write JSON.

    Raises:
        TypeError: a value has no form in JSON.
        ValueError: a number has no form in JSON.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        # Integers beyond 64 bit and lone surrogates are JSON, but not for orjson.
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def _deeper_than_allowed(text: bytes | str, value: Any) -> bool:
    # Counting the brackets is quick, and most texts have fewer of them than levels are allowed.
    if isinstance(text, bytes):
        brackets = text.count(b"{") + text.count(b"[")
    else:
        brackets = text.count("{") + text.count("[")
    if brackets <= MAX_DEPTH:
        return False
    level = _containers([value])
    for _ in range(MAX_DEPTH):
        level = [member for container in level for member in _containers(container)]
    return bool(level)


def _containers(value: Any) -> list[Any]:
    members = value.values() if isinstance(value, dict) else value
    return [member for member in members if isinstance(member, dict | list)]
