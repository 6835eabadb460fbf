"""Walking through the schema: the way from the root to every list, and all that can be selected."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
)

from schema import root

CORE = root.build()._schema
PAGE = "(first: 9)"
# Around a list that is deep down: whole pages would cost more than an operation may.
FEW, ONE = "(first: 4)", "(first: 1)"
DEEP = 4

Way = tuple[str, ...]
"""The names of fields from Query to a field."""


def ways_to_lists() -> dict[str, Way]:
    """The shortest way from Query to every list of things, by its coordinate `Type.field`.

    Fields that cannot be selected without an argument are no way.
    """
    found: dict[str, Way] = {}
    seen: set[str] = {"Query"}
    level: list[tuple[GraphQLObjectType, Way]] = [(CORE.query_type, ())]
    while level:
        following = []
        for parent, way in level:
            for name, field in open_fields(parent):
                target = thing_of(field)
                if not isinstance(target, GraphQLObjectType):
                    continue
                here = (*way, name)
                if is_many(field):
                    found[f"{parent.name}.{name}"] = here
                if target.name not in seen:
                    seen.add(target.name)
                    following.append((target, here))
        level = following
    return found


def open_fields(t: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    """The fields of a type that need no arguments."""
    for name, field in t.fields.items():
        if not any(map(is_required_argument, field.args.values())):
            yield name, field


def is_connection(field: GraphQLField) -> bool:
    return get_named_type(field.type).name.endswith("Connection")


def is_many(field: GraphQLField) -> bool:
    return is_connection(field) or is_list_type(get_nullable_type(field.type))


def thing_of(field: GraphQLField) -> Any:
    """The type of what a field gives; of a connection that of its nodes."""
    named = get_named_type(field.type)
    return get_named_type(named.fields["nodes"].type) if is_connection(field) else named


def field_at(way: Way) -> tuple[GraphQLObjectType, GraphQLField]:
    """The type that has the last field of a way, and that field."""
    parent = CORE.query_type
    for name in way[:-1]:
        parent = thing_of(parent.fields[name])
    return parent, parent.fields[way[-1]]


def queries_along(way: Way) -> dict[str, str]:
    """Queries for all that each item of the list at the end of a way has.

    One for its plain fields, and one for each of its relations with their plain fields: which
    loads of different relations meet in one batch is a matter of timing.
    """
    thing = thing_of(field_at(way)[1])
    relations = {
        name: _selected(name, field, leaves(thing_of(field)), ONE if len(way) >= DEEP else PAGE)
        for name, field in open_fields(thing)
        if not is_leaf_type(get_named_type(field.type))
    }
    return {name: _along(way, text) for name, text in {"": leaves(thing), **relations}.items()}


def _along(way: Way, text: str) -> str:
    for depth in range(len(way), 0, -1):
        page = FEW if depth < len(way) >= DEEP else PAGE
        text = _selected(way[depth - 1], field_at(way[:depth])[1], text, page)
    return f"{{ {text} }}"


def leaves(t: Any) -> str:
    """The plain fields of a type."""
    fields = open_fields(t) if isinstance(t, GraphQLObjectType) else ()
    plain = [name for name, field in fields if is_leaf_type(get_named_type(field.type))]
    return " ".join(["__typename", *plain])


def _selected(name: str, field: GraphQLField, inner: str, size: str) -> str:
    if not is_connection(field):
        return f"{name} {{ {inner} }}"
    page = "totalCount pageInfo { endCursor hasNextPage } edges { cursor }"
    return f"{name}{size} {{ {page} nodes {{ {inner} }} }}"


def items_at(data: Any, way: Way) -> list[Any]:
    """All items of the list at the end of a way, in all of its parents."""
    level = [data]
    for name in way:
        following = []
        for value in (parent[name] for parent in level):
            many = value["nodes"] if isinstance(value, dict) and "nodes" in value else value
            following += many if isinstance(many, list) else [many]
        level = [item for item in following if item is not None]
    return level
