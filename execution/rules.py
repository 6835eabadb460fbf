"""Rules by which documents are validated: those of graphql-core and Strawberry, in bounded time."""

import math
from contextlib import suppress
from functools import cache
from itertools import count
from typing import Any

from graphql import (
    SKIP,
    ASTValidationRule,
    FloatValueNode,
    GraphQLError,
    GraphQLInputType,
    IntValueNode,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    ValidationRule,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VisitorAction,
    specified_rules,
)
from graphql.utilities import validate_input_literal
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

_MOST_ERRORS_OF_A_VALUE = 3


class FiniteNumbersRule(ValidationRule):
    """A number literal must not be so large that it would be read as infinity."""

    def enter_int_value(self, node: IntValueNode, *_args: Any) -> None:
        """Check an integer, which may stand for a float."""
        self._check(node)

    def enter_float_value(self, node: FloatValueNode, *_args: Any) -> None:
        """Check a float."""
        self._check(node)

    def _check(self, node: IntValueNode | FloatValueNode) -> None:
        if math.isinf(float(node.value)):
            self.report_error(GraphQLError("This number is out of range.", node))


class _Enough(Exception):
    pass


class BoundedValuesRule(ValuesOfCorrectTypeRule):
    """Tells the first things that are wrong with a value: each message may hold the whole of it."""

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        """Check a value with all that is in it."""
        numbers = count(1)

        def on_error(error: GraphQLError, _path: list[str | int]) -> None:
            self.report_error(error)
            if next(numbers) == _MOST_ERRORS_OF_A_VALUE:
                raise _Enough

        if input_type:
            hides = self.context.hide_suggestions
            with suppress(_Enough):
                validate_input_literal(node, input_type, on_error, hide_suggestions=hides)
        return SKIP


@cache
def rules(comparisons: int) -> tuple[type[ASTValidationRule], ...]:
    """The rules of a valid document.

    Args:
        comparisons: how many steps it may take to check that fields of the same name agree; a
            document that takes more is refused with graphql-core's message for that.
    """

    class BoundedOverlapRule(OverlappingFieldsCanBeMergedRule):
        """Compares fields of the same name, whose number of pairs is quadratic."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.rule_context.remaining_complexity_budget = comparisons

    bounded: dict[type[ASTValidationRule], type[ASTValidationRule]] = {
        OverlappingFieldsCanBeMergedRule: BoundedOverlapRule,
        ValuesOfCorrectTypeRule: BoundedValuesRule,
    }
    return (
        *(bounded.get(rule, rule) for rule in specified_rules),
        MaybeNullValidationRule,
        OneOfInputValidationRule,
        FiniteNumbersRule,
    )
