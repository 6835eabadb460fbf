"""Nodes: everything with an identity, reachable again by its opaque id."""

from typing import Any

import strawberry

from persistence.rows import key_of
from resolvers import ids
from schema.building import computed


def _global_ids(type_name: str, rows: list[Any]) -> list[str]:
    if not rows:
        return []
    # A type shows the rows of one model, so the first speaks for all.
    key = key_of(rows[0].model)
    return ids.encode_all(type_name, [row[key] for row in rows])


@strawberry.interface
class Node:
    """Something with an identity."""

    id: strawberry.ID = computed(
        _global_ids,
        returns=strawberry.ID,
        description="Opaque, stable and unique over all types; give it back as it is.",
    )
