"""Variables: those that are plainly right are taken as they are; graphql-core judges the others."""

from collections.abc import Collection, Mapping
from types import NoneType
from typing import Any, NamedTuple

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    VariableDefinitionNode,
    get_nullable_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

MOST_ERRORS = 50

# What JSON has for them that is taken as it is.
_KINDS: dict[Any, type] = {
    GraphQLBoolean: bool,
    GraphQLID: str,
    GraphQLInt: int,
    GraphQLString: str,
}


class _Scalar(NamedTuple):
    """A variable of one of these types."""

    name: str
    signature: GraphQLVariableSignature
    kinds: frozenset[type]
    may_lack: bool


class Variables:
    """The variables of an operation, whose types are looked up once.

    Args:
        schema: where their types are.
        definitions: of the operation, which is valid for the schema.
        hide_suggestions: whether errors keep the names of the schema to themselves.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        definitions: Collection[VariableDefinitionNode],
        *,
        hide_suggestions: bool = False,
    ) -> None:
        self._schema = schema
        self._definitions = definitions
        self._hide_suggestions = hide_suggestions
        self._known = [_scalar(get_variable_signature(schema, each)) for each in definitions]

    def of(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """The values that a client gives, or what is wrong with them."""
        return self.plain(given) or get_variable_values(
            self._schema,
            self._definitions,
            given,
            max_errors=MOST_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )

    def plain(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The values as graphql-core would coerce them, or None where it takes more to know."""
        sources, coerced = {}, {}
        for known in self._known:
            if known is None:
                return None
            name, signature, kinds, may_lack = known
            if name in given:
                value = given[name]
                kind = type(value)
                if kind not in kinds:
                    return None
                if kind is int and not GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT:
                    return None
                sources[name] = VariableValueSource(signature, value)
                coerced[name] = value
            elif may_lack:
                sources[name] = VariableValueSource(signature)
            else:
                return None
        return VariableValues(sources, coerced)


def _scalar(signature: GraphQLVariableSignature | GraphQLError) -> _Scalar | None:
    if isinstance(signature, GraphQLError):
        return None
    kind = _KINDS.get(get_nullable_type(signature.type))
    if kind is None:
        return None
    is_nullable = not isinstance(signature.type, GraphQLNonNull)
    kinds = {kind, NoneType} if is_nullable else {kind}
    may_lack = is_nullable and signature.default is None
    return _Scalar(signature.name, signature, frozenset(kinds), may_lack)
