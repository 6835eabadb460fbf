"""The engine answers as graphql-core does, whatever the schema, the data and the operation.

Five hundred generated cases in every run of the tests, two hundred of them always the same, so that
no feature is left out; ten thousand with
`pytest tests/execution/test_differential.py --hypothesis-profile=nightly`.
"""

import gc
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from execution.columns import row_maker
from execution.cost import own_price
from execution.reading import by_attribute, getter
from execution.values import kind_of
from tests.execution.differential.cases import Case, cases

NIGHTLY = settings.get_current_profile_name() == "nightly"

# Generating a case means to build a schema and to run an operation in it.
RELAXED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

FEATURES = {
    # Operations.
    "alias",
    "argument left out",
    "fragment",
    "fragment on an interface",
    "fragment spread again",
    "include by a constant",
    "include by a variable",
    "inline fragment",
    "inline fragment on a type",
    "input object Either",
    "input object Point",
    "interface",
    "introspection",
    "item for a list",
    "mutation",
    "null given",
    "nullable variable where null is not allowed",
    "skip by a constant",
    "skip by a variable",
    "subscription",
    "the same response name",
    "union",
    "variable",
    "variable left out",
    "variable null",
    "variable of another type",
    "variable with a default",
    "variable within an input object",
    # What fields come to.
    "async generator",
    "attribute error",
    "awaitable field",
    "awaitable item",
    "batch",
    "batch by a list or an input object",
    "failing batch",
    "failing field",
    "failing item",
    "generator",
    "graphql error",
    "located error",
    "null in non-null field",
    "null in non-null item",
    "object of another type",
    "odd Float",
    "odd Int",
    "odd batch",
    "odd field",
    "odd item",
    "odd judging",
    "odd naming",
    "raising batch",
    "raising key",
    "tuple",
    "value error",
    # What answers come to.
    "data and errors",
    "data without errors",
    "null at the root",
    "refused",
}


@pytest.fixture(scope="module", autouse=True)
def _freed() -> Iterator[None]:
    # What graphql-core has cancelled before it began is told about when it is freed, and cannot be
    # told about just anywhere: the frames of named tuples have no builtins.
    gc.disable()
    yield
    gc.enable()
    gc.collect()


_cases = count(1)


def _free_now_and_then() -> None:
    if next(_cases) % 20 == 0:
        # These remember types, which here are others in each case.
        for remembering in (own_price, getter, by_attribute, kind_of, row_maker):
            remembering.cache_clear()
        gc.collect()


@pytest.mark.timeout(7200 if NIGHTLY else 300)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@settings(max_examples=10_000 if NIGHTLY else 300, deadline=None, suppress_health_check=RELAXED)
@given(cases())
def test_the_engine_agrees_with_graphql_core(case: Case) -> None:
    case.check()
    _free_now_and_then()


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_it_does_so_for_every_feature() -> None:
    found: Counter[str] = Counter()

    @settings(
        max_examples=200,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=RELAXED,
    )
    @given(cases())
    def look(case: Case) -> None:
        case.check()
        found.update(case.features)
        _free_now_and_then()

    look()
    assert found.keys() >= FEATURES, sorted(FEATURES - found.keys())
