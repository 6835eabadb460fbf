"""JSON as the transports read and write it: bounded in depth when read, bytes when written."""

import json
import re
from typing import Any

import orjson

MAX_DEPTH = 32
AROUND = 10  # characters of a value beside its text and name: quotes, a comma, a number

_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')
_SQUARE = bytes.maketrans(b"{}", b"[]")
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))


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
    if _is_too_deep(text.encode() if isinstance(text, str) else text):
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


def is_longer(value: Any, most: int) -> bool:
    """Whether what a value holds has more than so many characters in JSON, about.

    Numbers are taken to be short, and nothing to need an escape.

    Args:
        value: a dictionary or a list, of such and of plain values.
        most: the number of characters.
    """
    waiting = [value]
    while waiting and most >= 0:
        outer = waiting.pop()
        inner = outer
        if type(outer) is dict:
            inner = outer.values()
            most -= len("".join(outer))
        most -= AROUND * len(inner)
        for each in inner:
            kind = type(each)
            if kind is str:
                most -= len(each)
            elif kind is dict or kind is list:
                waiting.append(each)
    return most < 0


def _is_too_deep(text: bytes) -> bool:
    """Whether valid JSON has too many levels; by passes over bytes, each linear and quick."""
    if text.count(b"{") + text.count(b"[") <= MAX_DEPTH:
        return False
    brackets = _STRINGS.sub(b"", text).translate(_SQUARE, _ALL_BUT_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"")  # takes away the innermost level everywhere
    return bool(brackets)
