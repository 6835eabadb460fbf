"""Leaves: how the raw values of scalars and enums become what the response holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from types import NoneType
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect

from execution.columns import FAILED, Column, FieldError
from execution.completing import Completing
from execution.shapes import Shape

if TYPE_CHECKING:
    from execution.plan import Field
    from execution.runtime import Run

_INT_MOST = 2**31 - 1
_TEXTS: frozenset[type] = frozenset({str})
_SHORT: frozenset[type] = frozenset({bool, int, float})


class Leaf(Shape):
    """Scalars and enums.

    The function that writes one value of a scalar may have another as its attribute `of_all`, which
    writes a list of them in less time. What that raises is found out again one by one.
    """

    def __init__(self, graphql_type: GraphQLLeafType, *, is_nullable: bool) -> None:
        super().__init__(is_nullable=is_nullable)
        self._type = graphql_type
        self._passes = _PASSING.get(graphql_type)
        self._coerce: Callable[[Any], Any] = graphql_type.coerce_output_value
        self._coerce_all: Callable[[list[Any]], list[Any]] = getattr(
            self._coerce, "of_all", self._coerce_each
        )

    def complete(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        """Complete raw values; see `Shape.complete`."""
        passes = self._passes
        if passes is not None:
            present: Sequence[Any] | None = None
            classes = set(map(type, raws))
            if classes == passes.classes:
                present = raws
            elif self.is_nullable and classes <= passes.classes_or_null:
                present = [raw for raw in raws if raw is not None]
            if present is not None and (characters := passes.characters(present)) is not None:
                run.characters += characters
                return Column(raws)
        return super().complete(run, field, raws)

    def _complete_plain(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        try:
            values = self._coerce_all(raws)
        except Exception:  # noqa: BLE001 - told apart one by one
            return self._one_by_one(run, field, raws)
        classes = set(map(type, values))
        if classes == _TEXTS:
            run.characters += _length(values)
        elif NoneType in classes or type(Undefined) in classes:
            return self._one_by_one(run, field, raws)
        elif not classes <= _SHORT:
            run.is_measured = False
        return Column(values)

    def _coerce_each(self, raws: list[Any]) -> list[Any]:
        return list(map(self._coerce, raws))

    def _one_by_one(self, run: "Run", field: "Field", raws: list[Any]) -> Column:
        run.is_measured = False
        values: list[Any] = []
        errors: list[FieldError] = []
        for row, raw in enumerate(raws):
            try:
                values.append(self._checked(raw))
            except Exception as error:  # noqa: BLE001 - whatever a scalar raises
                values.append(FAILED)
                errors.append(FieldError(row, (), error, field.nodes))
        return Column(values, errors)

    def _checked(self, raw: Any) -> Any:
        value = self._coerce(raw)
        if value is None or value is Undefined:
            raise TypeError(
                f"Expected `{inspect(self._type)}.coerce_output_value({inspect(raw)})`"
                f" to return non-nullable value, returned: {inspect(value)}"
            )
        return value


@dataclass(frozen=True)
class _Passing:
    """Values of a built-in scalar that are already what the response holds.

    Attributes:
        classes: what they are.
        characters: how many texts have; None when values of these classes do not pass after all.
    """

    classes: frozenset[type]
    characters: Callable[[Sequence[Any]], int | None]

    @property
    def classes_or_null(self) -> frozenset[type]:
        return self.classes | {NoneType}


def _length(texts: Sequence[str]) -> int:
    return sum(map(len, texts))


def _none(_values: Sequence[bool]) -> int:
    return 0


def _in_range(values: Sequence[int]) -> int | None:
    if not values or (min(values) >= -_INT_MOST - 1 and max(values) <= _INT_MOST):
        return 0
    return None


def _finite(values: Sequence[float]) -> int | None:
    return 0 if all(map(isfinite, values)) else None


_PASSING: dict[Any, _Passing] = {
    GraphQLString: _Passing(_TEXTS, _length),
    GraphQLID: _Passing(_TEXTS, _length),
    GraphQLBoolean: _Passing(frozenset({bool}), _none),
    GraphQLInt: _Passing(frozenset({int}), _in_range),
    GraphQLFloat: _Passing(frozenset({float}), _finite),
}
