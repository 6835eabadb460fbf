"""Global ids: opaque names of things for clients, made of their type and key."""

import base64
import binascii
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from uuid import UUID

_LONGEST = 100
"""More characters than the global id of any type has."""

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_bytes = attrgetter("bytes")


def encode(type_name: str, key: UUID) -> str:
    """Make the global id of a thing.

    Args:
        type_name: its GraphQL type.
        key: its key in the database.
    """
    return encode_all(type_name, (key,))[0]


def encode_all(type_name: str, keys: Sequence[UUID]) -> list[str]:
    """Make the global ids of things of one type.

    Args:
        type_name: their GraphQL type.
        keys: their keys in the database.
    """
    size, length, tail = _layout(type_name)
    raw = tail.join(map(_bytes, keys)) + tail
    text = binascii.b2a_base64(raw, newline=False).translate(_URL_SAFE).decode("ascii")
    return [text[start : start + length] for start in range(0, size * len(keys), size)]


# Bounded, as ids that clients make up name types that there are not.
@lru_cache(maxsize=128)
def _layout(type_name: str) -> tuple[int, int, bytes]:
    """How the ids of a type lie in base64 of many: characters of one, those that count, its end.

    Each is filled up to whole groups of 3 bytes, so that they can be written at once.
    """
    name = type_name.encode("ascii")
    filling = -(16 + len(name)) % 3
    size = (16 + len(name) + filling) // 3 * 4
    return size, size - filling, name + bytes(filling)


def parse(global_id: str) -> tuple[str, UUID] | None:
    """Take a global id apart into type and key; None when it is not one."""
    if len(global_id) > _LONGEST:
        return None
    try:
        padding = "=" * (-len(global_id) % 4)
        raw = base64.b64decode(global_id + padding, altchars=b"-_", validate=True)
        key, type_name = UUID(bytes=raw[:16]), raw[16:].decode("ascii")
    except (ValueError, binascii.Error):
        return None
    # Only the spelling that we print names the thing.
    return (type_name, key) if encode(type_name, key) == global_id else None
