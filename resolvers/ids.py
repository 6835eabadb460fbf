"""Global ids: opaque names of things, made of their type and key."""

import base64
import binascii
from uuid import UUID

from domain.refusals import NotFound

_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def encode(type_name: str, key: UUID) -> str:
    """Make the global id of a thing.

    Args:
        type_name: its GraphQL type.
        key: its key in the database.
    """
    encoded = binascii.b2a_base64(key.bytes + type_name.encode(), newline=False)
    return encoded.translate(_URL_SAFE).decode("ascii").rstrip("=")


def parse(global_id: str) -> tuple[str, UUID] | None:
    """Take a global id apart into type and key; None when it is not one."""
    try:
        padding = "=" * (-len(global_id) % 4)
        raw = base64.b64decode(global_id + padding, altchars=b"-_", validate=True)
        key, type_name = UUID(bytes=raw[:16]), raw[16:].decode("ascii")
    except (ValueError, binascii.Error):
        return None
    # Only the spelling that we print names the thing.
    return (type_name, key) if encode(type_name, key) == global_id else None


def decode(global_id: str, type_name: str) -> UUID:
    """Read the key out of the id of a thing of this type.

    Raises:
        NotFound: it is not the id of such a thing, be it forged, foreign or of another type.
    """
    parsed = parse(global_id)
    if parsed is None or parsed[0] != type_name:
        raise NotFound(type_name)
    return parsed[1]
