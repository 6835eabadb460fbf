"""Global ids as clients give them."""

from uuid import UUID

from domain.global_ids import encode, encode_all, parse
from domain.refusals import NotFound

__all__ = ["decode", "encode", "encode_all", "parse"]


def decode(global_id: str, type_name: str) -> UUID:
    """Read the key out of the id of a thing of this type.

    Raises:
        NotFound: it is not the id of such a thing, be it forged, foreign or of another type.
    """
    parsed = parse(global_id)
    if parsed is None or parsed[0] != type_name:
        raise NotFound(type_name)
    return parsed[1]
