"""Cost: what an operation may come to, priced from its text and variables before anything runs.

An object costs 1, as often as its list is long: what a page asks for, or a length assumed for lists
without pages. Plain values cost nothing; one that has to be waited for costs 1, a mutation 10.
A field that is asked for twice is priced twice, so the price is never too low for that. A field
that takes more work than its objects tell declares its own price, as `metadata={"cost": 100}`; the
objects of its list come on top, so that a short list is not a cheap one.

When an operation has run, its actual cost is known, by the same prices: the plan counts the objects
that were really there.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from graphql.execution import Executor as CoreExecutor
from strawberry.types.field import StrawberryField

from execution.guard import INTROSPECTION, in_order
from execution.limits import Limits

MUTATION_COST = 10
INTROSPECTION_COST = 100
"""Of `__schema` or `__type` with all below it, which the guard keeps small."""
DECLARED = "cost"
"""By this name the metadata of a Strawberry field holds the price that it declares."""

_PAGES = ("first", "last")
_KEYS = "ids"
_MOST_VARIANTS = 64


class Prices:
    """The prices of one document's operations, each worked out once for the sizes asked for.

    Args:
        document: valid for the schema.
        schema: says which fields are lists.
        limits: how long pages and lists are.
    """

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, limits: Limits) -> None:
        self._document = document
        self._schema = schema
        self._limits = limits
        self._sized = {
            id(definition): _sized_variables(definition)
            for definition in document.definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        self._known: dict[Any, int] = {}

    def of(self, core: CoreExecutor[Any]) -> int:
        """The price of an operation with its variables.

        Args:
            core: graphql-core's executor of the operation.
        """
        operation, values = core.operation, core.variable_values.coerced
        key = (id(operation), *[_size(values.get(name)) for name in self._sized[id(operation)]])
        price = self._known.get(key)
        if price is None:
            if len(self._known) >= _MOST_VARIANTS:
                self._known.clear()
            price = self.pricer(values).operation(operation)
            self._known[key] = price
        return price

    def pricer(self, variables: Mapping[str, Any]) -> "Pricer":
        """What prices parts of the document with these coerced variables."""
        return Pricer(self._document, self._schema, self._limits, variables)


def too_costly(requested: int, limit: int) -> GraphQLError:
    """The error for an operation that costs more than it may."""
    message = f"The operation costs {requested}, which is more than {limit}: ask for less at once."
    cost = {"requested": requested, "limit": limit}
    return GraphQLError(message, extensions={"code": "COST_EXCEEDED", "cost": cost})


@dataclass(slots=True)
class Price:
    """What a selection set costs for one object.

    An object is of one type only, so of what different types cost the highest counts.

    Attributes:
        once: by the name of the type that it depends on, "" for all: what is there once.
        listed: likewise, one item of each list whose length the field above says.
    """

    once: Counter[str] = field(default_factory=Counter)
    listed: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Price", only: str) -> None:
        """Add what stands beside it, for objects of one type only unless that is ""."""
        for mine, others in ((self.once, other.once), (self.listed, other.listed)):
            if only:
                mine[only] += others[""] + others[only]
            else:
                mine.update(others)

    def total(self, length: int) -> int:
        """The whole, where lists have this length."""
        names = {"", *self.once, *self.listed} - {""}
        own = (self.once[name] + length * self.listed[name] for name in names)
        return self.once[""] + length * self.listed[""] + max(own, default=0)


class Pricer:
    """Prices parts of a document, each fragment once.

    Args:
        document: valid for the schema.
        schema: says which fields are lists.
        limits: how long pages and lists are.
        variables: as coerced.
    """

    def __init__(
        self,
        document: DocumentNode,
        schema: GraphQLSchema,
        limits: Limits,
        variables: Mapping[str, Any],
    ) -> None:
        self.schema = schema
        self._limits = limits
        self.given = _Given(variables)
        self._types: dict[str, GraphQLNamedType] = schema.type_map
        self._fragments: dict[str, tuple[str, Price]] = {}
        definitions = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        for name in in_order(definitions):
            on = definitions[name].type_condition.name.value
            price = self._selections(definitions[name].selection_set, self._types[on])
            self._fragments[name] = (on, price)

    def operation(self, operation: OperationDefinitionNode) -> int:
        """The price of an operation; of a subscription that of one event."""
        root = self.schema.get_root_type(operation.operation)
        if root is None:
            return 0
        return self._selections(operation.selection_set, root).total(self._limits.list_items)

    def field(self, node: FieldNode, parent: Any, length: int) -> int:
        """The price of a field with all below it, for one object of the type that has it.

        Args:
            node: where the document asks for it.
            parent: the type that has it.
            length: of lists that do not say theirs; see `length_below`.
        """
        once, item = self._field(node, parent)
        return once + length * item

    def count(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """How many objects a field has for one that has it; None when the field above says it."""
        is_list = is_list_type(get_nullable_type(definition.type))
        return self._length(node, definition) if is_list else 1

    def length_below(self, node: FieldNode, definition: GraphQLField) -> int:
        """How long the lists right below a field are that do not say it themselves.

        A page says it for the lists of its connection, unless it is the list itself.
        """
        is_list = is_list_type(get_nullable_type(definition.type))
        asked = None if is_list else self._length(node, definition)
        return self._limits.list_items if asked is None else asked

    def _selections(self, selection_set: SelectionSetNode, parent: Any) -> Price:
        total = Price()
        for selection in selection_set.selections:
            if not self.given.includes(selection):
                continue
            if isinstance(selection, FieldNode):
                once, item = self._field(selection, parent)
                total.once[""] += once
                total.listed[""] += item
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inside = self._types[condition.name.value] if condition else parent
                price_inside = self._selections(selection.selection_set, inside)
                total.add(price_inside, self._only(inside, parent))
            elif isinstance(selection, FragmentSpreadNode):
                on, known = self._fragments[selection.name.value]
                total.add(known, self._only(self._types[on], parent))
        return total

    def _only(self, inside: GraphQLNamedType, parent: GraphQLNamedType) -> str:
        return inside.name if is_object_type(inside) and inside is not parent else ""

    def _field(self, node: FieldNode, parent: Any) -> tuple[int, int]:
        """The price of a field, and that of an item of its list if that is of unknown length."""
        own = own_price(self.schema, parent, node.name.value)
        if node.selection_set is None:
            return own.once, 0
        below = self._selections(node.selection_set, get_named_type(own.definition.type))
        each = own.each + below.total(self.length_below(node, own.definition))
        count = self.count(node, own.definition)
        return (own.once, each) if count is None else (own.once + each * count, 0)

    def _length(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """How many items the arguments of a field ask for; None when they do not say."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if _KEYS in definition.args:
            asked = [self.given.size(given.get(_KEYS))]
        elif any(name in definition.args for name in _PAGES):
            asked = [self.given.size(given.get(name)) for name in _PAGES]
        else:
            return None
        sizes = [size for size in asked if size is not None] or [self._limits.page_items]
        # What is out of range is not answered, so it costs no more than the longest page.
        return max(1, min(max(sizes), self._limits.most_page_items))


class _Given:
    """What arguments and conditions come to with the variables of an operation."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables

    def size(self, node: ValueNode | None) -> int | None:
        """The number that a value is, or of the items it has."""
        if isinstance(node, VariableNode):
            return _size(self._variables.get(node.name.value))
        if isinstance(node, IntValueNode):
            return int(node.value)
        return len(node.values) if isinstance(node, ListValueNode) else None

    def includes(self, selection: SelectionNode) -> bool:
        """Whether `@skip` and `@include` let a selection stay."""
        for directive in selection.directives or ():
            skips = directive.name.value == "skip"
            if skips or directive.name.value == "include":
                (condition,) = directive.arguments or ()
                if self._is_true(condition.value) is skips:
                    return False
        return True

    def _is_true(self, node: ValueNode) -> bool:
        if isinstance(node, VariableNode):
            return bool(self._variables.get(node.name.value))
        return isinstance(node, BooleanValueNode) and node.value


class OwnPrice(NamedTuple):
    """What a field costs without what is below it.

    Attributes:
        definition: of the field.
        once: for each object that has it.
        each: for each object that it comes to.
    """

    definition: GraphQLField
    once: int
    each: int


@lru_cache(maxsize=16_384)
def own_price(schema: GraphQLSchema, parent: Any, name: str) -> OwnPrice:
    """What a field costs by itself.

    Args:
        schema: where it is.
        parent: the type that has it.
        name: the field's.

    Raises:
        LookupError: the type has no such field.
    """
    definition = schema.get_field(parent, name)
    if definition is None:
        raise LookupError(f"{parent} has no field {name}.")
    if name in INTROSPECTION:
        return OwnPrice(definition, INTROSPECTION_COST, 0)
    if is_introspection_type(parent):
        return OwnPrice(definition, 0, 0)
    extension = (definition.extensions or {}).get("strawberry-definition")
    declared = extension if isinstance(extension, StrawberryField) else None
    is_leaf = is_leaf_type(get_named_type(definition.type))
    is_list = is_list_type(get_nullable_type(definition.type))
    of_list = 1 if is_list and not is_leaf else 0
    if declared is not None and DECLARED in declared.metadata:
        return OwnPrice(definition, declared.metadata[DECLARED], of_list)
    if parent is schema.mutation_type:
        return OwnPrice(definition, MUTATION_COST, of_list)
    if is_leaf:
        return OwnPrice(definition, 0 if _is_at_hand(declared) else 1, 0)
    return OwnPrice(definition, 0, 1)


def _is_at_hand(declared: StrawberryField | None) -> bool:
    resolver = declared.base_resolver if declared is not None else None
    return resolver is None or not resolver.is_async


def _size(value: Any) -> int | None:
    """What a variable says about lengths and conditions: two values with one size cost the same."""
    if isinstance(value, list | tuple):
        return len(value)
    return value if isinstance(value, int) else None


def _sized_variables(operation: OperationDefinitionNode) -> tuple[str, ...]:
    return tuple(
        definition.variable.name.value
        for definition in operation.variable_definitions or ()
        if _has_size(definition.type)
    )


def _has_size(node: TypeNode) -> bool:
    if isinstance(node, NonNullTypeNode):
        return _has_size(node.type)
    if isinstance(node, NamedTypeNode):
        return node.name.value in {"Int", "Boolean"}
    return isinstance(node, ListTypeNode)
