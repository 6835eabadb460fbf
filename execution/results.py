"""Results: what an operation came to, ready to be sent, with errors as clients may see them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, GraphQLError

from execution import json
from execution.limits import ANSWER_CHARACTERS
from execution.requests import RequestRefused

PresentError = Callable[[GraphQLError], tuple[str, dict[str, Any]]]
"""Says what a client may know of an error: the message, and extensions with a `code`."""

# graphql-core quotes the exceptions of scalars, which may tell about our insides.
_QUOTED_EXCEPTION = re.compile(r", but encountered error '.*'; found", re.DOTALL)


@dataclass(slots=True, eq=False)
class Result:
    """The response to one operation, or to one event of a subscription.

    Attributes:
        data: what was selected; None when an error reached the root.
        errors: as the client sees them, each with `extensions.code`.
        extensions: about the response as a whole.
        executed: False when the request was refused before its execution began; such a response
            has no entry `data`.
        event_id: names the event of a subscription, for a client that goes on after it.
        passes: True when what hindered the execution passes, as while a store is away.
        body: the response as JSON; written from the others unless given.

    Raises:
        TypeError: the data has no form in JSON.
        ValueError: a number in the data has no form in JSON.
    """

    data: dict[str, Any] | None = None
    errors: Sequence[dict[str, Any]] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)
    executed: bool = True
    event_id: str | None = None
    passes: bool = False
    body: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.body:
            return
        response: dict[str, Any] = {}
        if self.errors:
            response["errors"] = self.errors
        if self.executed:
            response["data"] = self.data
        if self.extensions:
            response["extensions"] = self.extensions
        self.body = json.encode(response)

    @property
    def codes(self) -> list[str]:
        """The codes of its errors, in order."""
        return [error["extensions"]["code"] for error in self.errors]


class Renderer:
    """Makes results.

    Args:
        present_error: says what a client may know of an error.
        event_id: names an event, as the source of a subscription gave it.
        passes: says whether an exception is one that passes, as while a store is away.
    """

    def __init__(
        self,
        present_error: PresentError,
        *,
        event_id: Callable[[Any], str | None] | None = None,
        passes: Callable[[Exception], bool] | None = None,
    ) -> None:
        self._present = present_error
        self._event_id = event_id
        self._passes = passes

    def passes(self, error: Exception) -> bool:
        """Whether an exception is one that passes."""
        return self._passes is not None and self._passes(error)

    def told(
        self,
        event: Any,
        answer: ExecutionResult,
        extensions: Mapping[str, Any],
        characters: int | None = None,
    ) -> Result:
        """The result of an event of a subscription; see `executed`.

        Raises:
            Exception: one that passes left the event incomplete. Who remembered it as told would
                never get what it lacks.
        """
        for error in answer.errors or ():
            cause = error.original_error
            if isinstance(cause, Exception) and self.passes(cause):
                raise cause
        event_id = self._event_id and self._event_id(event)
        return self.executed(answer, extensions, characters, event_id=event_id)

    def executed(
        self,
        answer: ExecutionResult,
        extensions: Mapping[str, Any],
        characters: int | None = None,
        *,
        event_id: str | None = None,
    ) -> Result:
        """The result of an operation that ran, without data when they are too long.

        Args:
            answer: as graphql-core gives it.
            extensions: about the response as a whole.
            characters: how many the data have, see `json.is_longer`; counted unless given.
            event_id: names the event of a subscription.
        """
        answer = _bounded(answer, characters)
        shown = self._shown(answer.errors or ())
        try:
            return Result(answer.data, shown, extensions, event_id=event_id)
        except (TypeError, ValueError) as error:
            unwritable = GraphQLError("The data is no JSON.", original_error=error)
            return Result(None, self._shown([unwritable]), extensions, event_id=event_id)

    def refused(self, errors: Iterable[GraphQLError]) -> Result:
        """The result of an operation that did not run."""
        return Result(errors=self._shown(errors), executed=False)

    def mistaken(self, errors: Iterable[GraphQLError]) -> Result:
        """The result of an operation that did not run because the client made mistakes.

        Such errors have their code in their extensions, `BAD_REQUEST` unless it is there already.
        """
        return self.refused(_without_cause(error) for error in errors)

    def failed(self, error: Exception) -> Result:
        """The result of an operation that did not run because of an exception."""
        if not isinstance(error, RequestRefused):
            shown = self._shown([GraphQLError("The request failed.", original_error=error)])
            return Result(errors=shown, executed=False, passes=self.passes(error))
        extensions = {"code": error.code, **error.extensions}
        return Result(errors=[{"message": error.message, "extensions": extensions}], executed=False)

    def _shown(self, errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
        return [self._show(error) for error in errors]

    def _show(self, error: GraphQLError) -> dict[str, Any]:
        message, extensions = self._present(error)
        shown: dict[str, Any] = {"message": message}
        if error.locations:
            shown["locations"] = [
                {"line": location.line, "column": location.column} for location in error.locations
            ]
        if error.path is not None:
            shown["path"] = error.path
        shown["extensions"] = {"code": "INTERNAL", **extensions}
        return shown


def _bounded(answer: ExecutionResult, characters: int | None) -> ExecutionResult:
    most = ANSWER_CHARACTERS
    if characters is None:
        is_longer = bool(answer.data) and json.is_longer(answer.data, most)
    else:
        is_longer = characters > most
    if not is_longer:
        return answer
    message = f"The answer has more than {most} characters: ask for less at once."
    too_long = GraphQLError(message, extensions={"code": "ANSWER_TOO_LARGE", "most": most})
    return ExecutionResult(None, [too_long, *(answer.errors or ())])


def _without_cause(error: GraphQLError) -> GraphQLError:
    """The client's mistake, without the exception by which a scalar may have found it."""
    return GraphQLError(
        _QUOTED_EXCEPTION.sub(", found", error.message),
        error.nodes,
        error.source,
        error.positions,
        extensions={"code": "BAD_REQUEST", **(error.extensions or {})},
    )
