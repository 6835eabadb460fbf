"""The actual cost of an operation: what the objects cost that were really there."""

from collections.abc import AsyncGenerator
from random import Random
from typing import Annotated, Any

import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry.directive import DirectiveLocation, DirectiveValue

from execution.cost import DECLARED
from execution.documents import read_document
from execution.executor import Executor
from execution.limits import Limits
from execution.requests import OperationRequest
from execution.runtime import Run
from tests.execution import sample

NIGHTLY = settings.get_current_profile_name() == "nightly"
LIMITS = Limits(page_items=2, list_items=3, aliases=1_000, nodes=5_000, depth=40, cost=1_000_000)

Many = list[Annotated["Thing", strawberry.lazy("tests.execution.test_actual_cost")]]
One = Annotated["Thing", strawberry.lazy("tests.execution.test_actual_cost")] | None


class World:
    """Says how full lists are, and what is there.

    Args:
        random: decides that; None in a world where all lists are full and nothing is missing.
    """

    def __init__(self, random: Random | None = None) -> None:
        self.random = random

    def many(self, most: int) -> list["Thing"]:
        return [Thing() for _ in range(self.random.randint(0, most) if self.random else most)]

    def one(self) -> "Thing | None":
        return None if self.random and self.random.random() < 0.3 else Thing()


def world_of(info: strawberry.Info) -> World:
    return info.context


@strawberry.type
class Edge:
    node: One


@strawberry.type
class Page:
    size: strawberry.Private[int]

    @strawberry.field
    def nodes(self, info: strawberry.Info) -> Many:
        return world_of(info).many(self.size)

    @strawberry.field
    def edges(self, info: strawberry.Info) -> list[Edge]:
        return [Edge(node=thing) for thing in world_of(info).many(self.size)]

    @strawberry.field
    async def total(self) -> int:
        return self.size


@strawberry.type
class Other:
    @strawberry.field
    async def slow(self) -> int:
        return 1


Either = Annotated[
    Other | Annotated["Thing", strawberry.lazy("tests.execution.test_actual_cost")],
    strawberry.union("Either"),
]


@strawberry.type
class Thing:
    name: str = "x"

    @strawberry.field
    async def slow(self) -> int:
        return 1

    @strawberry.field
    def one(self, info: strawberry.Info) -> One:
        return world_of(info).one()

    @strawberry.field(metadata={DECLARED: 7})
    def dear(self, info: strawberry.Info) -> One:
        return world_of(info).one()

    @strawberry.field
    def parts(self, info: strawberry.Info) -> Many:
        return world_of(info).many(LIMITS.list_items)

    @strawberry.field(metadata={DECLARED: 5})
    def dear_parts(self, info: strawberry.Info) -> Many:
        return world_of(info).many(LIMITS.list_items)

    @strawberry.field
    def page(self, first: int = LIMITS.page_items) -> Page:
        return Page(size=first)

    @strawberry.field
    def named(self, ids: list[int], info: strawberry.Info) -> list[One]:
        return [world_of(info).one() for _ in ids]

    @strawberry.field
    def either(self, info: strawberry.Info) -> Either:
        return world_of(info).one() or Other()


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, info: strawberry.Info) -> One:
        return world_of(info).one()

    @strawberry.field
    def things(self) -> list[Thing]:
        return [Thing() for _ in range(100)]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def thing(self, info: strawberry.Info) -> One:
        return world_of(info).one()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def things(self) -> AsyncGenerator[One, None]:
        yield Thing()
        yield None


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def loud(value: DirectiveValue[str]) -> str:
    return value.upper()


schema = strawberry.Schema(Query, Mutation, Subscription, directives=[loud])
executor = Executor(schema, present_error=sample.present, limits=LIMITS)

LEAVES = ("name", "slow", "__typename")
ONES = ("one", "dear", "parts", "dearParts", "named(ids: [1, 2])", "named(ids: 1)")
PAGES = ("page", "page(first: 1)", "page(first: 3)")


@st.composite
def selections(draw: Any, depth: int) -> str:
    """What is selected of a thing, each field under a name of its own."""
    kinds = st.sampled_from(("leaf", "one", "page") if depth else ("leaf",))
    fields = []
    for place, kind in enumerate(draw(st.lists(kinds, min_size=1, max_size=3))):
        if kind == "leaf":
            fields.append(f"a{place}: {draw(st.sampled_from(LEAVES))}")
        elif kind == "one":
            below = draw(selections(depth - 1))
            fields.append(f"a{place}: {draw(st.sampled_from(ONES))} {{ {below} }}")
        else:
            nodes, edges = draw(selections(depth - 1)), draw(selections(depth - 1))
            page = f"total nodes {{ {nodes} }} edges {{ node {{ {edges} }} }}"
            fields.append(f"a{place}: {draw(st.sampled_from(PAGES))} {{ {page} }}")
    return " ".join(fields)


async def costs(text: str, world: World) -> tuple[int, int]:
    """What an operation requests, and what its run comes to by itself."""
    document = read_document(text, schema._schema, LIMITS, introspection=True)
    core = schema.execution_context_class.build(schema._schema, document.node, context_value=world)
    run = Run(core, schema.config.info_class)
    is_mutation = text.startswith("mutation")
    result = await run.execute(document.plans.get(core, schema), serially=is_mutation)
    assert result.errors is None
    return document.prices.of(core), run.cost


kinds = st.sampled_from(("query", "mutation"))


@settings(max_examples=500 if NIGHTLY else 25, deadline=None)
@given(kinds, selections(2))
async def test_where_all_is_there_an_operation_costs_what_it_requests(kind, of_thing):
    requested, actual = await costs(f"{kind} {{ a: thing {{ {of_thing} }} }}", World())
    assert actual == requested > 0


@settings(max_examples=500 if NIGHTLY else 25, deadline=None)
@given(kinds, selections(2), selections(2), st.integers())
async def test_it_never_costs_more_than_it_requests(kind, of_thing, of_other, seed):
    text = f"""{kind} {{ thing {{ ...F b: either {{ ... on Thing {{ {of_other} }}
      ... on Other {{ slow }} }} ... {{ ...F }} }} }} fragment F on Thing {{ {of_thing} }}"""
    requested, actual = await costs(text, World(Random(seed)))
    assert 0 <= actual <= requested


async def told(text: str, random: Random | None = None) -> dict[str, int]:
    answer = await executor.execute(OperationRequest(text), World(random))
    assert not answer.errors
    return answer.extensions["cost"]


@pytest.mark.parametrize(
    ("query", "requested", "actual"),
    [
        ("{ __typename }", 0, 0),
        ("{ __schema { types { name fields { name } } } }", 100, 100),
        ("mutation { a: thing { name } b: thing { parts { name } } }", 20 + 3, 20 + 3),
        ("{ thing { parts { name } parts { slow } } }", 1 + 3 + 3 + 3, 1 + 3 + 3),
        (
            "{ thing { either { ... on Other { slow } ... on Thing { dear { name } } } } }",
            1 + 1 + 7,
            1 + 1 + 7,
        ),
    ],
)
async def test_an_answer_tells_both(query, requested, actual):
    assert await told(query) == {"requested": requested, "actual": actual, "limit": 1_000_000}


async def test_what_is_skipped_or_null_costs_nothing():
    class Never(Random):
        def random(self) -> float:
            return 0.0

    cost = await told("{ thing { dear { name } } }", Never())
    assert cost == {"requested": 1 + 7, "actual": 0, "limit": 1_000_000}
    cost = await told("mutation { thing { dear @skip(if: true) { name } } }", Never())
    assert cost == {"requested": 10, "actual": 10, "limit": 1_000_000}


async def test_of_a_list_that_is_longer_than_assumed_no_more_counts():
    assert await told("{ things { slow } }") == {
        "requested": 6,
        "actual": 6,
        "limit": 1_000_000,
    }


async def test_what_graphql_core_runs_costs_what_it_requests():
    query = "{ thing { page(first: 9) { nodes { name @loud } } } }"
    assert await told(query, Random(1)) == {"requested": 11, "actual": 11, "limit": 1_000_000}


async def test_each_event_tells_what_it_cost():
    async def new_context() -> World:
        return World()

    request = OperationRequest("subscription { things { parts { name } } }")
    events = [event async for event in await executor.subscribe(request, new_context)]
    assert [event.extensions["cost"] for event in events] == [
        {"requested": 1 + 3, "actual": actual} for actual in (1 + 3, 0)
    ]
