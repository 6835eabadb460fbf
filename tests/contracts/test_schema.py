"""The schema as a contract: printed, described, guarded, and true to the models."""

import ast
import inspect
import re
from pathlib import Path

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField

from persistence.idempotency import is_kept_whole
from resolvers import guards, nodes
from schema import building, root

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
SCHEMA = root.build()
CORE = SCHEMA._schema
OUR_TYPES = [t for name, t in sorted(CORE.type_map.items()) if not name.startswith("__")]
PUBLIC_FIELDS = {
    "Query.cost",
    "Query.node",
    "Query.nodes",
    "Query.viewer",
    "Mutation.signUp",
    "Mutation.unsubscribe",
    "Mutation.logIn",
    "Mutation.refreshToken",
    "Mutation.requestPasswordReset",
    "Mutation.resetPassword",
    "Mutation.verifyEmail",
}


def test_the_committed_sdl_is_the_running_schema():
    assert SDL.read_text() == root.printed(), "run `kith schema` and review the difference"


def descriptions_of(t: GraphQLNamedType) -> list[tuple[str, str | None]]:
    parts = [(t.name, t.description)]
    if isinstance(t, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in t.fields.items():
            parts.append((f"{t.name}.{name}", field.description))
            parts += [(f"{t.name}.{name}({a})", arg.description) for a, arg in field.args.items()]
    if isinstance(t, GraphQLInputObjectType):
        parts += [(f"{t.name}.{name}", field.description) for name, field in t.fields.items()]
    if isinstance(t, GraphQLEnumType):
        parts += [(f"{t.name}.{name}", value.description) for name, value in t.values.items()]
    return parts


@pytest.mark.parametrize("t", OUR_TYPES, ids=lambda t: t.name)
def test_everything_is_described(t):
    missing = [name for name, description in descriptions_of(t) if not (description or "").strip()]
    assert missing == []


def test_names_follow_the_conventions():
    wrong = []
    for t in OUR_TYPES:
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", t.name):
            wrong.append(t.name)
        if isinstance(t, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            wrong += [
                f"{t.name}.{f}" for f in t.fields if not re.fullmatch(r"[a-z][A-Za-z0-9]*", f)
            ]
        if isinstance(t, GraphQLEnumType):
            wrong += [f"{t.name}.{v}" for v in t.values if not re.fullmatch(r"[A-Z][A-Z0-9_]*", v)]
    assert wrong == []


def test_no_bare_foreign_keys():
    gone = ("deleted", "removed", "ended", "declined", "left")
    # There is nothing behind it that would be shown.
    hidden = {"BlockedProfile.profileId"}
    wrong = [
        f"{t.name}.{name}"
        for t in OUR_TYPES
        if isinstance(t, GraphQLObjectType) and t.name not in {"Query", "Mutation"}
        for name in t.fields
        if name.endswith(("Id", "Ids")) and not name.startswith(gone)
    ]
    assert set(wrong) == hidden


def root_fields() -> dict[str, StrawberryField]:
    return {
        f"{kind}.{name}": field.extensions["strawberry-definition"]
        for kind in ("Query", "Mutation", "Subscription")
        if (graphql_type := CORE.type_map.get(kind)) is not None
        for name, field in graphql_type.fields.items()
    }


def test_every_root_field_has_a_guard_and_only_these_are_public(record_property):
    table = {name: field.metadata["guard"] for name, field in root_fields().items()}
    lines = [f"{name:45} {guard.__name__}" for name, guard in sorted(table.items())]
    record_property("guards", "\n".join(lines))
    assert {name for name, guard in table.items() if guard is guards.public} == PUBLIC_FIELDS


def test_a_root_field_that_says_nothing_needs_a_signed_in_person():
    for declare in (building.resolve, building.mutation, building.subscription):
        assert inspect.signature(declare).parameters["guard"].default is guards.signed_in


def test_connections_are_as_relay_wants_them():
    for name, t in connections().items():
        assert set(t.fields) >= {"edges", "nodes", "pageInfo", "totalCount"}, name
        node = CORE.type_map[shape(t.fields["nodes"])[0]]
        edge = CORE.type_map[shape(t.fields["edges"])[0]]
        assert set(edge.fields) >= {"cursor", "node"}, edge.name
        assert shape(edge.fields["cursor"]) == ("String", "String!")
        assert shape(edge.fields["node"]) == (node.name, f"{node.name}!")
        assert shape(t.fields["edges"])[1] == f"[{edge.name}!]!", name
        assert shape(t.fields["nodes"])[1] == f"[{node.name}!]!", name
    assert {name: str(field.type) for name, field in CORE.type_map["PageInfo"].fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


RANKED = {"Viewer.deck", "Query.search", "Query.nearbyPeople", "Discover.people", "Discover.posts"}
"""What has no end that is worth starting from."""

AT_TIMES = {"Event.occurrences", "Query.nearbyPeople"}
"""Null for an event that does not come again, and while nobody knows who is near."""


def test_every_connection_takes_the_arguments_of_relay_and_is_there():
    wrong = []
    for t in OUR_TYPES:
        if not isinstance(t, GraphQLObjectType):
            continue
        for name, field in t.fields.items():
            if shape(field)[0] not in connections():
                continue
            types = {argument: str(arg.type) for argument, arg in field.args.items()}
            forward = {"first": "Int", "after": "String"}
            backward = {"last": "Int", "before": "String"}
            place = f"{t.name}.{name}"
            wanted = forward if place in RANKED else forward | backward
            is_there = isinstance(field.type, GraphQLNonNull) or place in AT_TIMES
            if not wanted.items() <= types.items() or not is_there:
                wrong.append(place)
    assert wrong == []


def test_whatever_has_an_id_is_a_node_and_every_node_is_found_by_its_id():
    node = CORE.type_map["Node"]
    objects = [t for t in OUR_TYPES if isinstance(t, GraphQLObjectType)]
    identified = {t.name for t in objects if "id" in t.fields}
    implementing = {t.name for t in objects if node in t.interfaces}
    # Stickers are in a catalogue that is given whole, of which nothing is to be loaded.
    assert identified - {"Sticker"} == implementing
    assert set(nodes.BY_TYPE) == implementing
    assert shape(node.fields["id"]) == ("ID", "ID!")


def connections() -> dict[str, GraphQLObjectType]:
    return {t.name: t for t in OUR_TYPES if t.name.endswith("Connection")}


def shape(field: GraphQLField) -> tuple[str, str]:
    """The name of a field's type, and how it is wrapped."""
    return get_named_type(field.type).name, str(field.type)


def test_every_mutation_takes_one_input_and_answers_a_union_of_success_and_refusals():
    for name, field in CORE.mutation_type.fields.items():
        assert list(field.args) == ["input"], name
        union = CORE.type_map[f"{name[0].upper()}{name[1:]}Result"]
        success, *refusals = union.types
        assert success.name == f"{name[0].upper()}{name[1:]}Success"
        refusal = CORE.type_map["Refusal"]
        assert all(refusal in member.interfaces for member in refusals), name
        assert "clientMutationId" in field.args["input"].type.of_type.fields


def test_every_mutation_input_is_what_its_resolver_takes():
    for name, field in root_fields().items():
        if not name.startswith("Mutation."):
            continue
        parameters = inspect.signature(field.metadata["resolver"]).parameters.values()
        taken = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
        if any(p.kind is p.VAR_KEYWORD for p in parameters):
            continue
        definition = get_object_definition(field.metadata["input"], strict=True)
        given = {f.python_name for f in definition.fields} - {"client_mutation_id"}
        assert given == taken, name


def views() -> list[type]:
    definitions = [t.extensions.get("strawberry-definition") for t in OUR_TYPES]
    origins = [getattr(definition, "origin", None) for definition in definitions]
    return [origin for origin in origins if hasattr(origin, "shown_model")]


def test_what_a_mutation_answers_is_kept_whole_or_loaded_anew_for_a_retry():
    models = {view.__strawberry_definition__.name: view.shown_model for view in views()}
    for name, field in CORE.mutation_type.fields.items():
        for shown in get_named_type(field.type).types[0].fields.values():
            model = models.get(get_named_type(shown.type).name)
            if model is not None and not is_kept_whole(model):
                assert model.__name__ in nodes.BY_TYPE, name


@pytest.mark.parametrize("view", views(), ids=lambda view: view.__name__)
def test_every_view_shows_columns_that_its_model_has(view):
    columns = set(view.shown_model.__table__.columns.keys())
    missing = []
    for field in get_object_definition(view, strict=True).fields:
        if key := field.metadata.get("key"):
            name = key
        elif field.base_resolver is None:
            name = field.python_name
        else:
            continue
        if name not in columns:
            missing.append(name)
    assert missing == []


@pytest.mark.parametrize("view", views(), ids=lambda view: view.__name__)
def test_a_view_is_nullable_where_its_model_is(view):
    columns = view.shown_model.__table__.columns
    wrong = [
        field.python_name
        for field in get_object_definition(view, strict=True).fields
        if field.base_resolver is None
        and field.python_name in columns
        and columns[field.python_name].nullable
        and not isinstance(field.type, strawberry.types.base.StrawberryOptional)
    ]
    assert wrong == []


JUDGING = {
    *("InvalidField", "of", "length_problems", "listed", "chosen"),
    *("count_problems", "check_count"),
}


def named_in(call: ast.Call) -> str | None:
    """The path that a call says is wrong, as far as it is written there."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in JUDGING or not call.args:
        return None
    first = call.args[0]
    if isinstance(first, ast.JoinedStr):
        first = first.values[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


@pytest.mark.parametrize("layer", ["dataloaders", "domain", "resolvers"])
def test_what_is_said_to_be_wrong_is_an_input_of_the_schema(layer):
    inputs = {
        name
        for t in OUR_TYPES
        if isinstance(t, GraphQLInputObjectType | GraphQLObjectType | GraphQLInterfaceType)
        for part, field in t.fields.items()
        for name in ({part} if isinstance(t, GraphQLInputObjectType) else field.args)
    }
    paths = [
        (source.name, path)
        for source in (SDL.parents[1] / layer).glob("*.py")
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call) and (path := named_in(node)) is not None
    ]
    assert paths
    assert [each for each in paths if not set(each[1].rstrip(".").split(".")) <= inputs] == []
