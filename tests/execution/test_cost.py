"""Cost: what an operation may come to, known from its text and variables before it runs."""

from typing import Any

import pytest
import strawberry
from graphql import parse

from execution.cost import DECLARED, Prices
from execution.executor import Executor
from execution.limits import Limits
from execution.requests import OperationRequest
from execution.shares import Shares
from tests.execution import sample
from tests.execution.sample import Context
from tests.execution.test_graphql_executor import GRAPHIQL

called: list[str] = []


@strawberry.interface
class Animal:
    name: str


@strawberry.type
class Cat(Animal):
    friends: list["Cat"]


@strawberry.type
class Dog(Animal):
    @strawberry.field
    def owners(self, first: int | None = None) -> "Owners":
        return Owners(nodes=[])


@strawberry.type
class Owner:
    name: str
    cats: list[Cat]


@strawberry.type
class Owners:
    nodes: list[Owner]

    @strawberry.field
    async def total_count(self) -> int:
        return 0


@strawberry.type
class Query:
    @strawberry.field
    def owners(self, first: int | None = None, last: int | None = None) -> Owners:
        called.append("owners")
        return Owners(nodes=[])

    @strawberry.field
    def newest(self, first: int | None = None) -> list[Cat]:
        return []

    @strawberry.field
    def animals(self, ids: list[strawberry.ID]) -> list[Animal]:
        return []

    @strawberry.field
    def animal(self) -> Animal | None:
        return None

    @strawberry.field
    def name(self) -> str:
        return "x"

    @strawberry.field(metadata={DECLARED: 70})
    def report(self) -> str:
        return "x"

    @strawberry.field(metadata={DECLARED: 30})
    def rare(self) -> Cat | None:
        return None

    @strawberry.field(metadata={DECLARED: 50})
    def ranked(self, first: int = 10) -> list[Cat]:
        return []


@strawberry.type
class Mutation:
    @strawberry.mutation
    def feed(self) -> Cat | None:
        called.append("feed")
        return None


schema = strawberry.Schema(Query, Mutation, types=[Cat, Dog])


def executor(**limits: int) -> Executor:
    return Executor(schema, present_error=sample.present, limits=Limits(**limits))


async def cost(query: str, variables: dict[str, Any] | None = None) -> int:
    result = await executor().execute(OperationRequest(query, variables=variables), Context(1))
    assert not result.errors
    assert result.extensions["cost"]["limit"] == Limits().cost
    return result.extensions["cost"]["requested"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ __typename name }", 0),
        ("{ animal { name } }", 1),
        ("{ owners { totalCount } }", 2),
        ("{ owners { nodes { name } } }", 1 + 20),
        ("{ owners(first: 5) { nodes { name } totalCount } }", 1 + 5 + 1),
        ("{ owners(last: 7) { nodes { name } } }", 1 + 7),
        ("{ owners(first: 5) { nodes { cats { name } } } }", 1 + 5 * (1 + 10)),
        ("{ owners(first: 5) { nodes { cats { friends { name } } } } }", 1 + 5 * (1 + 10 * 11)),
        ("{ owners(first: 0) { nodes { name } } }", 1 + 1),
        ("{ owners(first: -9) { nodes { name } } }", 1 + 1),
        ("{ owners(first: 1000000) { nodes { name } } }", 1 + 100),
        ("{ newest { name } }", 20),
        ("{ newest(first: 4) { friends { name } } }", 4 * (1 + 10)),
        ('{ animals(ids: ["a", "b"]) { name } }', 2),
        ("{ a: animal { name } b: animal { name } }", 2),
        ("mutation { feed { name } }", 10),
        ("mutation { a: feed { name } b: feed { friends { name } } }", 30),
        ("{ report }", 70),
        ("{ a: report rare { friends { name } } }", 70 + 30 + 10),
        ("{ ranked(first: 1) { name } }", 50 + 1),
        ("{ ranked(first: 3) { friends { name } } }", 50 + 3 * (1 + 10)),
        (GRAPHIQL, 100),
        ('{ __type(name: "Cat") { fields { name } } }', 100),
    ],
)
async def test_an_object_costs_one_as_often_as_its_list_is_long(query, expected):
    assert await cost(query) == expected


async def test_a_page_has_the_length_that_its_variable_says():
    query = "query ($n: Int) { owners(first: $n) { nodes { name } } }"
    runs = executor()
    for number, expected in ((3, 4), (50, 51), (3, 4), (None, 21)):
        request = OperationRequest(query, variables={"n": number})
        result = await runs.execute(request, Context(1))
        assert result.extensions["cost"]["requested"] == expected
    assert await cost(query) == 21
    assert await cost(query.replace("Int)", "Int = 7)")) == 8


async def test_as_many_things_are_priced_as_ids_are_given():
    query = "query ($ids: [ID!]!) { animals(ids: $ids) { name } }"
    assert await cost(query, {"ids": ["a"] * 9}) == 9
    assert await cost(query, {"ids": "a"}) == 1


async def test_what_is_skipped_costs_nothing():
    query = """query ($s: Boolean!) {
      animal @skip(if: $s) { name } feed: animal @include(if: $s) { name }
      ... @include(if: $s) { owners { nodes { name } } } ...F @skip(if: true)
    } fragment F on Query { owners { nodes { name } } }"""
    assert await cost(query, {"s": True}) == 1 + 21
    assert await cost(query, {"s": False}) == 1


async def test_of_different_types_the_dearest_counts():
    query = """{ animal {
      name ... on Animal { name } ...C ... on Dog { owners(first: 4) { nodes { name } } }
    } } fragment C on Cat { friends { name } ... on Animal { name } }"""
    assert await cost(query) == 1 + max(10, 1 + 4)


async def test_a_fragment_costs_as_much_as_the_page_that_it_is_spread_in():
    query = """{ a: owners(first: 2) { ...F } b: owners(first: 30) { ...F } }
    fragment F on Owners { nodes { ...O } totalCount } fragment O on Owner { name }"""
    assert await cost(query) == (1 + 2 + 1) + (1 + 30 + 1)


async def test_an_operation_that_costs_too_much_is_refused_before_anything_runs():
    called.clear()
    query = "query ($n: Int) { owners(first: $n) { nodes { name } } }"
    runs = executor(cost=50)
    result = await runs.execute(OperationRequest(query, variables={"n": 49}), Context(1))
    assert (result.executed, called) == (True, ["owners"])
    result = await runs.execute(OperationRequest(query, variables={"n": 50}), Context(1))
    assert (result.executed, called) == (False, ["owners"])
    (error,) = result.errors
    assert error["extensions"]["code"] == "COST_EXCEEDED"
    assert error["extensions"]["cost"] == {"requested": 51, "limit": 50}
    mutations = OperationRequest(
        f"mutation {{ {' '.join(f'm{n}: feed {{ name }}' for n in range(6))} }}"
    )
    assert (await runs.execute(mutations, Context(1))).codes == ["COST_EXCEEDED"]
    assert called == ["owners"]


async def test_a_subscription_that_costs_too_much_is_refused():
    limited = Executor(sample.schema, present_error=sample.present, limits=Limits(cost=1))

    async def new_context() -> Context:
        return Context(1)

    request = OperationRequest("subscription { people { friend { friend { name } } } }")
    result = await limited.subscribe(request, new_context)
    assert result.codes == ["COST_EXCEEDED"]


def test_fragments_are_priced_once_however_often_they_are_spread():
    chain = " ".join(
        f"fragment F{n} on Owner {{ cats {{ name }} ...F{n + 1} ...F{n + 1} }}" for n in range(200)
    )
    text = f"{{ owners {{ nodes {{ ...F0 }} }} }} {chain} fragment F200 on Owner {{ name }}"
    document = parse(text)
    pricer = Prices(document, schema._schema, Limits()).pricer({})
    assert pricer.operation(document.definitions[0]) == 1 + 20 * (1 + 10 * (2**200 - 1))


def shares(text: str, **variables: Any) -> dict[str, int]:
    document = parse(text)
    pricer = Prices(document, schema._schema, Limits()).pricer(variables)
    found = Shares(pricer, document).of(document.definitions[0], Limits().list_items)
    assert pricer.operation(document.definitions[0]) <= found.total()
    return {field: share for field, share in found.items() if share}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ __typename name }", {}),
        ("{ report __schema { types { name } } }", {"Query.report": 70, "Query.__schema": 100}),
        (
            "{ ranked(first: 3) { friends { name } } }",
            {"Query.ranked": 50 + 3, "Cat.friends": 3 * 10},
        ),
        (
            "{ owners(first: 5) { totalCount nodes { cats { friends { name } } } } }",
            {
                "Query.owners": 1,
                "Owners.totalCount": 1,
                "Owners.nodes": 5,
                "Owner.cats": 50,
                "Cat.friends": 500,
            },
        ),
        ("{ newest(first: 4) { friends { name } } }", {"Query.newest": 4, "Cat.friends": 40}),
        (
            """{ a: owners(first: 2) { ...F } b: owners(first: 30) { ... { ...F } ...F } }
            fragment F on Owners { ...G totalCount } fragment G on Owners { nodes { name } }""",
            {"Query.owners": 2, "Owners.totalCount": 1 + 2, "Owners.nodes": 2 + 60},
        ),
        (
            """query ($s: Boolean!) { animal @skip(if: $s) { name } ...F @include(if: $s) }
            fragment F on Query { owners { nodes { name } } }""",
            {"Query.owners": 1, "Owners.nodes": 20},
        ),
        ("mutation { a: feed { name } b: feed { name } }", {"Mutation.feed": 20}),
    ],
)
def test_the_shares_of_fields_add_up_to_the_price(query, expected):
    assert shares(query, s=True) == expected
    document = parse(query)
    pricer = Prices(document, schema._schema, Limits()).pricer({"s": True})
    assert pricer.operation(document.definitions[0]) == sum(expected.values())


def test_of_different_types_all_shares_are_told():
    query = "{ animal { ... on Cat { friends { name } } ... on Dog { owners { totalCount } } } }"
    assert shares(query) == {
        "Query.animal": 1,
        "Cat.friends": 10,
        "Dog.owners": 1,
        "Owners.totalCount": 1,
    }


def test_fragments_have_their_shares_added_once_however_often_they_are_spread():
    chain = " ".join(
        f"fragment F{n} on Owner {{ cats {{ name }} ...F{n + 1} ...F{n + 1} }}" for n in range(200)
    )
    text = f"{{ owners {{ nodes {{ ...F0 }} }} }} {chain} fragment F200 on Owner {{ name }}"
    assert shares(text)["Owner.cats"] == 20 * 10 * (2**200 - 1)


async def test_prices_of_many_sizes_are_forgotten():
    query = "query ($n: Int) { owners(first: $n) { nodes { name } } }"
    runs = executor()
    for number in range(1, 101):
        request = OperationRequest(query, variables={"n": number})
        result = await runs.execute(request, Context(1))
        assert result.extensions["cost"]["requested"] == number + 1
    document = runs._documents.get(OperationRequest(query))
    assert 1 <= len(document.prices._known) <= 64
