"""Statements: every parameter is given once, or has a value of its own."""

import pytest
import sqlalchemy as sa

from persistence.statements import Statement, parameter

STATEMENT = Statement(
    sa.select(parameter("wanted", sa.Integer()) + sa.bindparam("more", 2, sa.Integer()))
)


@pytest.mark.parametrize(
    ("given", "expected"), [({"wanted": 1}, [1, 2]), ({"wanted": 1, "more": 5}, [1, 5])]
)
def test_what_has_a_value_of_its_own_may_be_left_out(given, expected):
    assert STATEMENT.arguments(given) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"missing parameters \['wanted'\]"),
        ({"more": 1}, r"missing parameters \['wanted'\]"),
        ({"wanted": 1, "less": 3}, r"unknown parameters \['less'\]"),
        ({"wanted": 1, "more": 2, "less": 3}, r"unknown parameters \['less'\]"),
    ],
)
def test_a_parameter_that_is_missing_or_unknown_is_named(given, message):
    with pytest.raises(TypeError, match=message):
        STATEMENT.arguments(given)
