"""Explanations: how an operation would run, read from the plan that would run it."""

import pytest
import strawberry
from strawberry.directive import DirectiveLocation, DirectiveValue

from execution.declarations import batch
from execution.documents import DocumentRefused
from execution.explaining import explain
from execution.limits import Limits
from schema.building import loaded
from tests.execution import sample


@batch
async def names(_context, keys, *, upper: bool = False):
    raise AssertionError("Nothing is run.")


@strawberry.type
class Book:
    title: str
    author: str = loaded(names, key="author_id")


@strawberry.type
class Film:
    title: str


@strawberry.type
class Page:
    nodes: list[Book]


@strawberry.type
class Query:
    @strawberry.field
    def books(self, first: int) -> Page:
        raise AssertionError("Nothing is run.")

    @strawberry.field
    def works(self) -> list[Book | Film]:
        raise AssertionError("Nothing is run.")


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def loud(value: DirectiveValue[str]) -> str:
    return value.upper()


schema = strawberry.Schema(Query, directives=[loud])


def told(explanation):
    """The lines of an explanation."""
    return [
        (step.text, step.way, step.source, step.cost)
        for each in explanation.steps
        for step in each.all()
    ]


def test_each_field_tells_how_it_is_read_and_what_it_costs():
    query = """query Books($n: Int!, $skip: Boolean!) {
      all: books(first: $n) { nodes { title author(upper: true) } }
      works @skip(if: $skip) { __typename }
    }"""
    explanation = explain(query, schema, Limits(), variables={"n": 3, "skip": True})
    assert explanation.title == "query Books"
    assert (explanation.cost, explanation.depth) == (1 + 3 * (1 + 1), 3)
    source = f"{__name__}.names"
    assert told(explanation) == [
        ("all: books(first: $n): Page!", "function", f"{__name__}.Query.books", 7),
        ("nodes: [Book!]!", "attribute", "nodes", 6),
        ("title: String!", "attribute", "title", 0),
        ("author(upper: true): String!", "batch", source, 1),
    ]
    assert explanation.batches() == {source: 1}
    assert explanation.unknown == ()


def test_types_that_are_named_are_told_and_one_stands_for_the_others():
    query = "{ works { __typename ...B } } fragment B on Book { title author }"
    explanation = explain(query, schema, Limits())
    (works,) = explanation.steps
    assert [step.text for step in works.below] == ["on Book", "on Film"]
    assert [[field.text for field in step.below] for step in works.below] == [
        ["__typename: String!", "title: String!", "author: String!"],
        ["__typename: String!"],
    ]
    assert (works.cost, explanation.cost, explanation.depth) == (20, 20, 2)
    assert works.below[1].below[0].way == "graphql-core"


def test_what_plans_do_not_know_is_told():
    explanation = explain("{ books(first: 1) @loud { nodes { title } } }", schema, Limits())
    assert explanation.unknown == ("@loud",)


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("{", {}),
        ("{ nothing }", {}),
        ("query ($n: Int!) { books(first: $n) { nodes { title } } }", {}),
        ("{ __typename }", {"operation_name": "Other"}),
        ("{ books(first: 1) { nodes { title } } }", {"limits": Limits(depth=2)}),
    ],
)
def test_what_the_server_would_refuse_is_not_explained(query, options):
    limits = options.pop("limits", Limits())
    with pytest.raises(DocumentRefused):
        explain(query, schema, limits, **options)


def test_what_costs_too_much_is_explained():
    query = "query A { named { name } } query B { hello }"
    explanation = explain(query, sample.schema, Limits(cost=1), operation_name="A")
    assert explanation.cost == 10
