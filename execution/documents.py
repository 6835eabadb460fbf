"""Documents: from the text a client sent to what may be executed, or the reasons why it may not."""

import math
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FloatValueNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    ValidationRule,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from execution import guard
from execution.limits import Limits

_MAX_ERRORS = 20


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


_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule, FiniteNumbersRule)


class DocumentRefused(Exception):
    """A document that cannot be executed; each error has its code in its extensions."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is valid for the schema.

    Attributes:
        node: its syntax tree.
        operations: the type of each operation by its name, None for one without.
    """

    node: DocumentNode
    operations: dict[str | None, OperationType]

    def operation_type(self, name: str | None) -> OperationType | None:
        """The type of the operation to run, or None when the name does not select one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        return self.operations.get(name)


def read_document(
    text: str, schema: GraphQLSchema, limits: Limits, *, introspection: bool
) -> Document:
    """Parse a document, refuse it when it asks for too much, and validate it.

    Args:
        text: as the client sent it.
        schema: what it is validated against.
        limits: how much it may ask for.
        introspection: whether it may ask for the schema; where it may not, errors also make no
            suggestions, which would tell names of the schema.

    Raises:
        DocumentRefused: it is wrong or asks for too much.
    """
    try:
        node = _parse(text, limits)
        guard.check(node, limits, introspection=introspection)
    except GraphQLError as error:
        raise DocumentRefused([error]) from None
    errors = validate(
        schema, node, _RULES, max_errors=_MAX_ERRORS, hide_suggestions=not introspection
    )
    if errors:
        for invalid in errors:
            invalid.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
        raise DocumentRefused(errors)
    operations = {
        definition.name.value if definition.name else None: definition.operation
        for definition in node.definitions
        if isinstance(definition, OperationDefinitionNode)
    }
    return Document(node, operations)


def _parse(text: str, limits: Limits) -> DocumentNode:
    if len(text) > limits.characters:
        raise guard.too_complex("characters", limits.characters)
    try:
        return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLSyntaxError as error:
        # So end the messages for a document that is too large, and only those.
        if error.message.endswith("Parsing aborted."):
            limit = "depth" if "nested" in error.message else "tokens"
            raise guard.too_complex(limit, getattr(limits, limit)) from None
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
        raise
