"""A pytest plugin that puts the engine under graphql-core's own execution tests.

`Executor.execute_operation` is where graphql-core begins to execute, whatever function was called.
With the plugin, plans do it from there on. It is used in the directory of graphql-core's source
distribution; `test_conformance.py` says how.
"""

import json
import os
import signal
import tomllib
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLError, OperationType
from graphql.execution import ExecutionResult, Executor
from graphql.execution.execute import assume_not_async_iterable
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.execution.incremental.incremental_executor import IncrementalExecutor
from graphql.pyutils import is_async_iterable

from execution.compiler import compiled, conditions_of
from execution.runtime import Run

_DIFFERENCES = tomllib.loads((Path(__file__).parent / "differences.toml").read_text())
_REASONS = {
    f"tests/execution/{test}": " ".join(each["reason"].split())
    for each in _DIFFERENCES["difference"]
    for test in each["tests"]
}
_SECONDS_TO_DIFFER = 5.0

# They differ in `@defer` and `@stream`, which plans do not know anyway.
_STANDARD = (Executor, ExecutorThrowingOnIncremental, IncrementalExecutor)
# `execute_sync` tells that nothing is asynchronous, which plans find out for themselves.
_PREDICATES = (is_async_iterable, assume_not_async_iterable)
_execute_by_core = Executor.execute_operation
_executed = {"by plans": 0, "by graphql-core": 0}


def _execute(self: Executor[Any], serially: bool | None = None) -> Any:
    definitions = (self.operation, *self.fragment_definitions.values())
    conditions = conditions_of(DocumentNode(definitions=definitions))
    if conditions.unknown or _is_customized(self):
        _executed["by graphql-core"] += 1
        return _execute_by_core(self, serially)
    _executed["by plans"] += 1
    try:
        plan = compiled(self, conditions, None)
    except GraphQLError as error:
        return ExecutionResult(None, [error])
    is_mutation = self.operation.operation is OperationType.MUTATION
    return Run(self).start(plan, serially=is_mutation if serially is None else serially)


def _is_customized(executor: Executor[Any]) -> bool:
    """Whether it was told what the engine offers nobody to tell."""
    options = (executor.middleware_manager, executor.abort_signal, executor.hooks)
    return (
        type(executor) not in _STANDARD
        or any(option is not None for option in options)
        or executor.is_async_iterable not in _PREDICATES
    )


def pytest_configure() -> None:
    Executor.execute_operation = _execute  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = _REASONS.keys() - {item.nodeid for item in items}
    if missing:
        raise pytest.UsageError(f"Listed, but not there: {', '.join(sorted(missing))}")
    for item in items:
        if reason := _REASONS.get(item.nodeid):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let a test that is known to differ end, which may wait for what never comes."""
    if item.nodeid in _REASONS:
        signal.signal(signal.SIGALRM, _took_too_long)
        signal.setitimer(signal.ITIMER_REAL, _SECONDS_TO_DIFFER)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _took_too_long(*_: object) -> None:
    raise TimeoutError


def pytest_terminal_summary(terminalreporter: Any) -> None:
    tests = {outcome: len(terminalreporter.stats.get(outcome, ())) for outcome in _OUTCOMES}
    Path(os.environ["FIGURES"]).write_text(json.dumps({"operations": _executed, "tests": tests}))


_OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed")
