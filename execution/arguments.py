"""Arguments: what a field is asked with, coerced as graphql-core does, and kept where it can be."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    VariableNode,
    is_non_null_type,
    is_required_argument,
)
from graphql.execution.values import get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry import Schema
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.schema.schema_converter import get_arguments
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

if TYPE_CHECKING:
    from execution.plan import Field
    from execution.runtime import Run

_IMMUTABLE = frozenset({bool, int, float, str, NoneType, type(Undefined)})
_NONE: Mapping[str, Any] = {}


class _Variable(NamedTuple):
    """An argument that is a variable.

    Attributes:
        argument: by which name the field gets it.
        name: of the variable.
        is_nullable: whether the argument may be null.
        is_required: whether it may not be left out.
        default: what it is when the variable is left out; Undefined when it is then left out, too.
    """

    argument: str
    name: str
    is_nullable: bool
    is_required: bool
    default: Any


class KeptArguments:
    """The arguments of a field as far as they are the same in all runs of a plan.

    Args:
        fixed: those that are; nobody can change their values.
        variables: the others.
    """

    __slots__ = ("_variables", "fixed")

    def __init__(self, fixed: dict[str, Any], variables: Sequence[_Variable]) -> None:
        self.fixed = fixed
        self._variables = tuple(variables)

    @property
    def are_all(self) -> bool:
        """Whether there are no others."""
        return not self._variables

    def with_variables(self, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """All arguments of a run; None when one is missing or null that may not be.

        Args:
            values: the variables of the run, coerced.
        """
        if not self._variables:
            return self.fixed
        arguments = dict(self.fixed)
        for variable in self._variables:
            value = values.get(variable.name, Undefined)
            if value is None and not variable.is_nullable:
                return None
            if value is Undefined:
                if variable.is_required:
                    return None
                value = variable.default
            if value is not Undefined:
                arguments[variable.argument] = value
        return arguments


def arguments_of(run: "Run", field: "Field") -> Mapping[str, Any]:
    """The field's arguments as graphql-core coerces them; they may be those of other runs, too.

    Raises:
        GraphQLError: one of them is missing or wrong.
    """
    if not field.definition.args and not field.nodes[0].arguments:
        return _NONE
    if field.kept_arguments is not None:
        arguments = field.kept_arguments.with_variables(run.variable_values.coerced)
        if arguments is not None:
            return arguments
    coerced = get_argument_values(
        field.definition, field.nodes[0], run.variable_values, None, run.hide_suggestions
    )
    if field.kept_arguments is None:
        field.kept_arguments = _kept(field, coerced)
    return coerced


def _kept(field: "Field", coerced: Mapping[str, Any]) -> KeptArguments | None:
    """What can be kept of coerced arguments; None when a value may vary, or may be changed."""
    variables: list[_Variable] = []
    for node in field.nodes[0].arguments or ():
        if isinstance(node.value, VariableNode):
            variables.append(_variable(node.name.value, node.value, field.definition))
        elif isinstance(node.value, ListValueNode | ObjectValueNode):
            return None
    varying = {variable.argument for variable in variables}
    fixed = {name: value for name, value in coerced.items() if name not in varying}
    kept = (*fixed.values(), *(variable.default for variable in variables))
    return KeptArguments(fixed, variables) if all(map(_is_immutable, kept)) else None


def _variable(name: str, value: VariableNode, definition: GraphQLField) -> _Variable:
    argument = definition.args[name]
    return _Variable(
        argument=argument.out_name or name,
        name=value.name.value,
        is_nullable=not is_non_null_type(argument.type),
        is_required=is_required_argument(argument),
        default=coerce_default_value(argument),
    )


def _is_immutable(value: Any) -> bool:
    return type(value) in _IMMUTABLE or isinstance(value, Enum)


ReadArguments = Callable[["Run", "Field"], dict[str, Any]]


def arguments_reader(declared: StrawberryField, schema: Schema) -> ReadArguments:
    """What gives the arguments of a field by their Python names, a dictionary of its own each time.

    Args:
        declared: the field.
        schema: where it is.
    """
    names = _names_of_leaves(declared, schema)

    def read_leaves(run: "Run", field: "Field") -> dict[str, Any]:
        given = arguments_of(run, field)
        return {names[name]: value for name, value in given.items()} if names else {}

    def read(run: "Run", field: "Field") -> dict[str, Any]:
        _, arguments = get_arguments(
            field=declared,
            source=None,
            info=run.strawberry_info(field, declared),
            kwargs=dict(arguments_of(run, field)),
            config=schema.config,
            scalar_registry=schema.schema_converter.scalar_registry,
        )
        return arguments

    return read if names is None else read_leaves


def _names_of_leaves(declared: StrawberryField, schema: Schema) -> dict[str, str] | None:
    """The Python names of arguments by their names in GraphQL.

    None when there are others than scalars and enums, whose values Strawberry passes on as they
    are.
    """
    config, converter = schema.config, schema.schema_converter
    names: dict[str, str] = {}
    for argument in declared.arguments:
        type_ = argument.type
        if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
            type_ = type_.of_type
        is_leaf = isinstance(type_, StrawberryEnumDefinition) or is_scalar(
            type_, converter.scalar_registry
        )
        if type_ is GlobalID or not is_leaf:
            return None
        names[config.name_converter.from_argument(argument)] = argument.python_name
    return names
