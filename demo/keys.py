"""Keys of a demo world's rows: UUIDv7, which sort by the time at which a row came to be."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION, _VARIANT = 7, 0b10
_RANDOM_BITS = 62


def uuid7(at: datetime, *names: object) -> UUID:
    """Make the key of a row (RFC 9562, section 5.7, with method 3 for fractions of milliseconds).

    The same arguments give the same key, so that a world is the same wherever it is written.

    Args:
        at: when the row came to be, since 1970.
        names: tell this row from all others of the world.
    """
    milliseconds, rest = divmod((at - _EPOCH) // timedelta(microseconds=1), 1000)
    digest = hashlib.sha256(repr(names).encode()).digest()
    chance = int.from_bytes(digest[:8], "big") >> (64 - _RANDOM_BITS)
    high = milliseconds << 16 | _VERSION << 12 | rest * 4096 // 1000
    return UUID(int=high << 64 | _VARIANT << _RANDOM_BITS | chance)
