"""Comparing: what the engine and graphql-core must agree on.

The oracle is graphql-core without an event loop, where everything happens in the order of the
document: the engine must give the same data and the same errors in the same order, whatever waits
and for how long. In particular: where a null travels up, what stands in the document after the
field that failed counts as not having run, and errors of what stands before it are told.

In an event loop graphql-core tells other errors below a place that a null reached, depending on
what fails first; the specification leaves open which of them are told. There both must tell at
least one, of those that occur when nothing travels up; elsewhere they must tell the same.
"""

import json
from collections import Counter, defaultdict
from typing import Any

from execution.results import Result
from tests.execution.differential.lanes import Lane

_PRESET = ["else", 1, "where"]


def shown(result: Result) -> tuple[bool, str, list[str]]:
    """What a result says, with the order of keys and errors, and the types of numbers."""
    return result.executed, json.dumps(result.data), [json.dumps(e) for e in result.errors]


def compare_calls(engine: Lane, core: Lane, every: Lane, *, serially: bool) -> None:
    """The engine calls every resolver that graphql-core calls, and none in vain or twice.

    Args:
        engine: a run of the engine.
        core: a run of graphql-core, which stops at a field that fails.
        every: a run in which nothing travels up.
        serially: whether the resolvers of the root must be called in the same order.
    """
    assert Counter(core.log) <= Counter(engine.log) <= Counter(every.log)
    if serially:
        assert _of_root(engine) == _of_root(core)


def _of_root(lane: Lane) -> list[Any]:
    return [call for call in lane.log if call[1] == "None"]


def compare_loads(engine: Lane, core: Lane, every: Lane) -> None:
    """The engine loads every key once, with at most one call for each place of a batch field.

    Args:
        engine: a run of the engine.
        core: a run of graphql-core, which stops at a field that fails.
        every: a run in which nothing travels up, which knows all places.
    """
    assert set(core.loads) <= set(engine.loads) <= set(every.loads)
    assert max(engine.loads.values(), default=0) <= 1
    for called, count in engine.calls.items():
        assert count <= len(every.places[called])


def compare_waiting(expected: Result, waiting: Result, every: Result) -> None:
    """The oracle and graphql-core in an event loop differ only as the specification lets them.

    Args:
        expected: the oracle's.
        waiting: that of the run in an event loop.
        every: that of the run in which nothing travels up.
    """
    assert json.dumps(waiting.data) == json.dumps(expected.data)
    known = Counter(map(json.dumps, every.errors))
    assert Counter(map(json.dumps, waiting.errors)) <= known
    assert Counter(map(json.dumps, expected.errors)) <= known
    if any(error.get("path") == _PRESET for error in every.errors):
        return  # what a resolver has located itself does not tell which null it came to
    ours, theirs, all_of_them = map(_by_null, (expected, waiting, every), [expected.data] * 3)
    assert ours.keys() == theirs.keys()
    for place, errors in all_of_them.items():
        if errors.total() == 1:
            assert ours[place] == theirs[place] == errors


def _by_null(result: Result, data: Any) -> dict[str, Counter[str]]:
    """The errors, by the null that each has come to in the data."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for error in result.errors:
        found[json.dumps(_null_above(error.get("path", []), data))][json.dumps(error)] += 1
    return found


def _null_above(path: list[Any], data: Any) -> list[Any]:
    for length, key in enumerate(path):
        if data is None:
            return path[:length]
        data = data[key]
    return path
