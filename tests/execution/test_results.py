"""Results: how large they may be, and what of their errors is told and logged."""

from graphql import ExecutionResult, GraphQLError

from execution import json
from execution.limits import ANSWER_CHARACTERS
from execution.results import Renderer

NAME = "a" * 100


def test_an_answer_that_is_too_long_keeps_its_other_errors():
    presented = []

    def present(error):
        presented.append(error.original_error)
        return error.message, dict(error.extensions or {"code": "INTERNAL"})

    fault = GraphQLError("failed", path=["other"], original_error=ZeroDivisionError())
    answer = ExecutionResult({"text": "x" * (ANSWER_CHARACTERS + 1), "other": None}, [fault])
    result = Renderer(present).executed(answer, {})
    assert (result.data, result.codes) == (None, ["ANSWER_TOO_LARGE", "INTERNAL"])
    assert result.errors[1]["path"] == ["other"]
    assert presented[1] is fault.original_error


def test_names_count_as_texts_do():
    values = [{f"{NAME}{n}": "" for n in range(30)} for _ in range(100)]
    written = len(json.encode(values))
    assert json.is_longer(values, written - 1)
    assert not json.is_longer(values, written * 2)
