"""Variables: what is taken as it is, is what graphql-core makes of it."""

from itertools import product

import pytest
from graphql import build_schema, parse
from graphql.execution.values import get_variable_values

from execution.variables import Variables

SCHEMA = build_schema(
    """
    enum Color { RED }
    input Box { size: Int }
    type Query {
        all(id: ID, text: String, number: Int, yes: Boolean, share: Float, color: Color): Int
        boxes(box: Box, ids: [ID!]): Int
    }
    """
)
VALUES = (None, "", "1", "RED", 0, 1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 1.0, 1.5, True, [])
TYPES = ("ID", "String", "Int", "Boolean", "Float", "Color", "Box", "[ID!]")


def variables_of(text):
    return parse(f"query ({text}) {{ all }}").definitions[0].variable_definitions


def told(values):
    """What is compared of values: graphql-core's types are equal only to themselves."""
    sources = {
        name: (str(signature.type), repr(value))
        for name, (signature, value) in values.sources.items()
    }
    return sources, {name: repr(value) for name, value in values.coerced.items()}


def judged(definitions, given):
    values = get_variable_values(SCHEMA, definitions, given)
    return values if isinstance(values, list) else told(values)


@pytest.mark.parametrize("ends", ["", "!"])
@pytest.mark.parametrize("name", TYPES)
def test_values_are_those_of_graphql_core(name, ends):
    definitions = variables_of(f"$v: {name}{ends}")
    variables = Variables(SCHEMA, definitions)
    for given in ({}, *({"v": value} for value in VALUES)):
        plain = variables.plain(given)
        assert plain is None or told(plain) == judged(definitions, given)


def test_several_values_are_those_of_graphql_core():
    definitions = variables_of('$id: ID!, $text: String = "x", $number: Int, $yes: Boolean = true')
    variables = Variables(SCHEMA, definitions)
    for values in product(("a", 1, ...), ("b", None, ...), (2, None, ...), (True, ...)):
        named = zip(("id", "text", "number", "yes"), values, strict=True)
        given = {name: value for name, value in named if value is not ...}
        plain = variables.plain(given | {"unknown": 1})
        is_plain = given.get("id") == "a" and "text" in given and "yes" in given
        assert (plain is not None) is is_plain
        assert plain is None or told(plain) == judged(definitions, given)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("$v: ID!", {"v": "x"}),
        ("$v: String", {"v": None}),
        ("$v: Int", {"v": -(2**31)}),
        ("$v: Boolean!", {"v": False}),
        ("$v: Boolean", {}),
    ],
)
def test_plain_values_are_taken(text, given):
    assert Variables(SCHEMA, variables_of(text)).plain(given) is not None


def test_an_operation_without_variables_has_none():
    values = Variables(SCHEMA, ()).plain({"v": 1})
    assert values == ({}, {})
