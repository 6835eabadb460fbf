"""Nodes: everything with an identity, reachable again by its opaque id."""

from functools import cache
from typing import Any

import sqlalchemy as sa
import strawberry

from resolvers import ids
from schema.building import computed


def _global_ids(type_name: str, rows: list[Any]) -> list[str]:
    return ids.encode_all(type_name, [row[_primary_key(row.model)] for row in rows])


@cache
def _primary_key(model: Any) -> str:
    name: str = sa.inspect(model).primary_key[0].name
    return name


@strawberry.interface
class Node:
    """Something with an identity."""

    id: strawberry.ID = computed(
        _global_ids,
        returns=strawberry.ID,
        description="Opaque, stable and unique over all types; give it back as it is.",
    )
