"""Nodes: everything with an identity, reachable again by its opaque id."""

from typing import Any

import strawberry

from resolvers import ids
from schema.building import primary_key


def _global_id(root: Any, info: strawberry.Info) -> strawberry.ID:
    type_name = info._raw_info.parent_type.name  # noqa: SLF001 - Strawberry shows it nowhere else
    return strawberry.ID(ids.encode(type_name, getattr(root, primary_key(root.model))))


@strawberry.interface
class Node:
    """Something with an identity."""

    id: strawberry.ID = strawberry.field(
        resolver=_global_id,
        description="Opaque, stable and unique over all types; give it back as it is.",
    )
