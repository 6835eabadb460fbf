"""The compiler: from a valid operation to a plan of selection sets."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    SKIP,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfoHelpers,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    is_leaf_type,
    visit,
)
from graphql.execution import Executor as CoreExecutor
from graphql.execution.collect_fields import FieldDetailsList, collect_fields, collect_subfields
from graphql.execution.executor import SELECTIONS_NESTED_TOO_DEEPLY, CollectedErrors
from graphql.execution.values import VariableValues
from graphql.pyutils import Path
from strawberry import Schema

from execution.cost import own_price
from execution.leaves import Leaf
from execution.plan import Field, Refused, Selection
from execution.reading import reader_of
from execution.shapes import AbstractOf, ListOf, ObjectOf, Shape

SelectionOf = Callable[[GraphQLObjectType], Selection]
"""Compiles what is selected of objects of a type, once."""

_DEPTH_OF_ROOT_ARGUMENTS = 6
_CONDITIONS = frozenset({"skip", "include"})


@dataclass(frozen=True)
class Conditions:
    """What the shape of an operation depends on, besides its text.

    Attributes:
        variables: the names of the variables of its `@skip` and `@include`.
        unknown: the names of other directives and of variables of fragments, which plans do not
            know.
    """

    variables: tuple[str, ...]
    unknown: tuple[str, ...]

    def values(self, core: CoreExecutor[Any]) -> tuple[Any, ...]:
        """The values of the variables in a run: one plan serves all runs with the same ones."""
        coerced = core.variable_values.coerced
        # Another operation of the document may have a variable of that name and any type.
        return tuple(
            value if isinstance(value := coerced.get(name), bool) else None
            for name in self.variables
        )


def conditions_of(document: DocumentNode) -> Conditions:
    """Find what the shape of a document's operations depends on."""
    visitor = _ConditionVisitor()
    visit(document, visitor)
    return Conditions(tuple(sorted(visitor.variables)), tuple(sorted(visitor.unknown)))


class _ConditionVisitor(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.unknown: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_args: Any) -> None:
        if node.name.value not in _CONDITIONS:
            self.unknown.add(f"@{node.name.value}")
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.variables.add(argument.value.name.value)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_args: Any) -> None:
        if node.variable_definitions:
            self.unknown.add(f"...{node.name.value}")


def variables_below_root(document: DocumentNode) -> tuple[str, ...]:
    """Find the variables of a document, but for those in arguments of its operations' fields."""
    visitor = _VariableVisitor()
    visit(document, visitor)
    return tuple(sorted(visitor.names))


class _VariableVisitor(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable_definition(self, *_args: Any) -> Any:
        return SKIP

    def enter_argument(
        self, _node: Any, _key: Any, _parent: Any, _path: Any, ancestors: list[Any]
    ) -> Any:
        # Document, its definitions, operation, selection set, its selections, field, its arguments.
        at_root = len(ancestors) == _DEPTH_OF_ROOT_ARGUMENTS and isinstance(
            ancestors[2], OperationDefinitionNode
        )
        return SKIP if at_root and isinstance(ancestors[5], FieldNode) else None

    def enter_variable(self, node: VariableNode, *_args: Any) -> None:
        self.names.add(node.name.value)


def compiled(core: CoreExecutor[Any], variables: Conditions, schema: Schema | None) -> Selection:
    """Compile the operation of an executor for the values of its conditions.

    Args:
        core: graphql-core's executor of the operation.
        variables: what the plan depends on.
        schema: where the fields are declared; None when the schema was made without Strawberry.

    Raises:
        GraphQLError: the schema has no such operation, or its selections are nested too deeply.
    """
    root_type = core.schema.get_root_type(core.operation.operation)
    if root_type is None:
        kind = core.operation.operation.value
        raise GraphQLError(f"Schema is not configured to execute {kind} operation.", core.operation)
    kept = detached(core)
    sources, coerced = core.variable_values.sources, core.variable_values.coerced
    names = [name for name in variables.variables if isinstance(coerced.get(name, ""), bool | None)]
    kept.variable_values = VariableValues(
        {name: sources[name] for name in names if name in sources},
        {name: coerced[name] for name in names},
    )
    with suppress(RecursionError):
        return _Compiler(kept, schema).root(root_type)
    # Raised out here, it does not keep the thousand frames of the recursion alive.
    raise GraphQLError(SELECTIONS_NESTED_TOO_DEEPLY, core.operation)


def detached(core: CoreExecutor[Any]) -> CoreExecutor[Any]:
    """Copy an executor without anything of the run that it was made for, so that it may be kept."""
    kept = with_own_state(core)
    kept.context_value = kept.root_value = None
    kept.variable_values = VariableValues({}, {})
    kept.operation_extensions = None  # type: ignore[attr-defined]  # of Strawberry's executor
    kept.async_helpers = GraphQLResolveInfoHelpers(
        gather=kept.gather_async_work, track=kept.track_async_work
    )
    return kept


def with_own_state(core: CoreExecutor[Any]) -> CoreExecutor[Any]:
    """Copy an executor for another run: it shares nothing that a run changes or refers to.

    But for its helpers, which know nothing of a run. Those of its own would refer to it: then only
    the garbage collector could free it, and with it all that the run has loaded.
    """
    # `build_per_event_executor` does this too, by the slow protocol of copying.
    own: CoreExecutor[Any] = object.__new__(type(core))
    own.__dict__ = core.__dict__.copy()
    own.root_value, own.collected_errors = None, CollectedErrors()
    own.pending_incremental_futures, own.background_futures = set(), set()
    return own


@dataclass
class _Compiler:
    """Compiles one operation with the values of its conditions.

    Selection sets of interfaces and unions are compiled when the first object of a type turns up.

    Args:
        core: graphql-core's executor of the operation, whose fields it collects.
        strawberry_schema: where the fields are declared; None when the schema was made without.
    """

    core: CoreExecutor[Any]
    strawberry_schema: Schema | None = None

    def root(self, root_type: GraphQLObjectType) -> Selection:
        """Compile the selection set of the operation."""
        core = self.core
        try:
            collected = collect_fields(
                core.schema,
                core.fragments,
                core.variable_values,
                root_type,
                core.operation,
                core.hide_suggestions,
            )
        except GraphQLError as error:
            return Refused(root_type, error.with_traceback(None))
        return self._selection(root_type, collected.grouped_field_set, None, 0)

    def _selection(
        self,
        of: GraphQLObjectType,
        grouped: dict[str, FieldDetailsList],
        path: Path | None,
        price: int,
    ) -> Selection:
        fields = []
        for response_name, details in grouped.items():
            name = details[0].node.name.value
            definition = self.core.schema.get_field(of, name)
            if definition is None:
                continue
            field_path = Path(path, response_name, of.name)
            own = own_price(self.core.schema, of, name)
            price += own.once
            fields.append(
                Field(
                    response_name=response_name,
                    parent_type=of,
                    definition=definition,
                    nodes=[detail.node for detail in details],
                    path=field_path,
                    read=reader_of(definition, self.strawberry_schema),
                    shape=_shape(
                        definition.type, self._sub_selections(details, field_path, own.each)
                    ),
                )
            )
        return Selection(of, fields, price=price)

    def _sub_selections(self, details: FieldDetailsList, path: Path, price: int) -> SelectionOf:
        known: dict[GraphQLObjectType, Selection] = {}

        def of_type(graphql_type: GraphQLObjectType) -> Selection:
            if graphql_type not in known:
                known[graphql_type] = self._sub_selection(graphql_type, details, path, price)
            return known[graphql_type]

        return of_type

    def _sub_selection(
        self, of: GraphQLObjectType, details: FieldDetailsList, path: Path, price: int
    ) -> Selection:
        core = self.core
        try:
            collected = collect_subfields(
                core.schema,
                core.fragments,
                core.variable_values,
                core.operation,
                of,
                details,
                core.hide_suggestions,
            )
        except GraphQLError as error:
            return Refused(of, error.with_traceback(None))
        return self._selection(of, collected.grouped_field_set, path, price)


def _shape(
    graphql_type: GraphQLOutputType, selection_of: SelectionOf, *, is_nullable: bool = True
) -> Shape:
    if isinstance(graphql_type, GraphQLNonNull):
        return _shape(graphql_type.of_type, selection_of, is_nullable=False)
    if isinstance(graphql_type, GraphQLList):
        return ListOf(_shape(graphql_type.of_type, selection_of), is_nullable=is_nullable)
    if is_leaf_type(graphql_type):
        return Leaf(graphql_type, is_nullable=is_nullable)
    if is_abstract_type(graphql_type):
        return AbstractOf(graphql_type, selection_of, is_nullable=is_nullable)
    selection = selection_of(cast("GraphQLObjectType", graphql_type))
    return ObjectOf(selection, is_nullable=is_nullable)
