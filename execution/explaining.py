"""Explaining operations without running them: their plans for people, their prices for clients."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    is_object_type,
    print_ast,
)
from strawberry.types.field import StrawberryField

from execution.cost import Pricer
from execution.documents import Document, DocumentRefused, read_document
from execution.executor import Executor
from execution.guard import Survey
from execution.limits import Limits
from execution.plan import Field, Selection
from execution.requests import OperationRequest
from execution.results import Result
from execution.shapes import AbstractOf, ListOf, ObjectOf, Shape
from execution.shares import Shares

BATCH = "batch"

_MOST_FIELDS = 20
_MOST_INT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Step:
    """One field of a plan, or the objects of one type among several.

    Attributes:
        text: what is asked, with its arguments and type; or the type after `on`.
        way: how the field is read: `attribute`, `batch`, `function`, `graphql-core`; empty for
            a type.
        source: what it is read from: the attribute's or the function's name.
        cost: of the field with all below it, for one object that has it; 0 for a type.
        below: what is selected of it.
    """

    text: str
    way: str
    source: str
    cost: int
    below: tuple["Step", ...]

    @property
    def depth(self) -> int:
        """How many levels of fields it has, itself included."""
        return bool(self.way) + max((step.depth for step in self.below), default=0)

    def all(self) -> Iterator["Step"]:
        """Itself and all below it."""
        yield self
        for step in self.below:
            yield from step.all()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an operation runs.

    Attributes:
        title: its type and name.
        steps: its fields.
        cost: of the whole, with the variables given.
        unknown: what plans do not know in it, so that graphql-core runs it.
    """

    title: str
    steps: tuple[Step, ...]
    cost: int
    unknown: tuple[str, ...]

    @property
    def depth(self) -> int:
        """How many levels of fields it has."""
        return max((step.depth for step in self.steps), default=0)

    def batches(self) -> Counter[str]:
        """The batch functions, and for how many fields each is called."""
        every = (each for step in self.steps for each in step.all())
        return Counter(each.source for each in every if each.way == BATCH)


def explain(
    text: str,
    schema: strawberry.Schema,
    limits: Limits,
    *,
    variables: dict[str, Any] | None = None,
    operation_name: str | None = None,
) -> Explanation:
    """Compile and price an operation without running it.

    Args:
        text: the document.
        schema: what it asks.
        limits: how much it may ask for; its cost is told even when it is too high.
        variables: as JSON gave them.
        operation_name: which operation of the document is meant.

    Raises:
        DocumentRefused: the document is wrong or asks for too much, or its variables are wrong.
    """
    core_schema = schema._schema  # noqa: SLF001 - Strawberry offers no other way to it
    document = read_document(text, core_schema, limits, introspection=True)
    core = schema.execution_context_class.build(
        core_schema,
        document.node,
        raw_variable_values=variables,
        operation_name=operation_name,
    )
    if isinstance(core, list):
        raise DocumentRefused(core)
    try:
        plan = document.plans.get(core, schema)
    except GraphQLError as error:
        raise DocumentRefused([error]) from None
    pricer = document.prices.pricer(core.variable_values.coerced)
    name = core.operation.name.value if core.operation.name else "(anonymous)"
    return Explanation(
        title=f"{core.operation.operation.value} {name}",
        steps=_Explainer(pricer, core.fragments).selection(plan, limits.list_items),
        cost=document.prices.of(core),
        unknown=document.plans.unknown,
    )


@dataclass(frozen=True, slots=True)
class FieldCost:
    """What one field adds to the price of an operation.

    Attributes:
        field: its schema coordinate, like `Viewer.matches`.
        cost: for all objects that have it, without what is below it.
    """

    field: str
    cost: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What an operation would cost; numbers end at the largest `Int` of GraphQL.

    Attributes:
        requested: what it would cost at most.
        limit: what an operation of who asks may cost.
        is_allowed: whether it costs no more than that.
        depth: how many levels of fields it has.
        fields: what costs most in it, the dearest first.
    """

    requested: int
    limit: int
    is_allowed: bool
    depth: int
    fields: tuple[FieldCost, ...]


class NotQuoted(Exception):
    """An operation that has no price because it is wrong.

    Args:
        part: what is wrong: its `document`, `operationName` or `variables`.
        errors: as a client that sends it would see them.
    """

    def __init__(self, part: str, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.part = part
        self.errors = errors


class Quotes:
    """Prices operations that are not run, by the rules and limits of those that are.

    What is asked about is read, refused and remembered like what is sent to be run.

    Args:
        executor: what would run them.
        limits: its limits.
    """

    def __init__(self, executor: Executor, limits: Limits) -> None:
        # Only this and the executor itself need its parts.
        self._core = executor._core  # noqa: SLF001
        self._documents = executor._documents  # noqa: SLF001
        self._render = executor._render  # noqa: SLF001
        self._limits = limits

    def __call__(self, request: OperationRequest, context: Any) -> Quote:
        """Price an operation.

        Args:
            request: as it would be sent.
            context: of who would send it.

        Raises:
            NotQuoted: it would be refused for another reason than its price.
        """
        document = self._documents.get(request)
        if isinstance(document, Result):
            raise NotQuoted("document", document.errors)
        core = self._core.build(document, request, None)
        if isinstance(core, list):
            is_named = document.operation(request.operation_name) is not None
            errors = self._render.mistaken(core).errors
            raise NotQuoted("variables" if is_named else "operationName", errors)
        cost, limit = document.prices.of(core), self._core.budget(context)
        pricer = document.prices.pricer(core.variable_values.coerced)
        shares = Shares(pricer, document.node).of(core.operation, self._limits.list_items)
        return Quote(
            requested=min(cost, _MOST_INT),
            limit=min(limit, _MOST_INT),
            is_allowed=cost <= limit,
            depth=_depth_of(document, core.operation),
            fields=tuple(
                FieldCost(field, min(share, _MOST_INT))
                for field, share in shares.most_common(_MOST_FIELDS)
                if share
            ),
        )


def _depth_of(document: Document, operation: OperationDefinitionNode) -> int:
    measures = zip(document.operations.values(), Survey(document.node).operations, strict=True)
    return next(measure.depth for each, measure in measures if each is operation)


class _Explainer:
    def __init__(self, pricer: Pricer, fragments: dict[str, Any]) -> None:
        self._pricer = pricer
        self._fragments = fragments

    def selection(self, plan: Selection, length: int) -> tuple[Step, ...]:
        return tuple(self._field(field, length) for field in plan.fields)

    def _field(self, field: Field, length: int) -> Step:
        way, source = _way_of(field)
        costs = [self._pricer.field(node, field.parent_type, length) for node in field.nodes]
        return Step(
            text=_text_of(field),
            way=way,
            source=source,
            cost=sum(costs),
            below=self._below(field.shape, field),
        )

    def _below(self, shape: Shape, field: Field) -> tuple[Step, ...]:
        length = self._pricer.length_below(field.nodes[0], field.definition)
        while isinstance(shape, ListOf):
            shape = shape.item
        if isinstance(shape, ObjectOf):
            return self.selection(shape.selection, length)
        if isinstance(shape, AbstractOf):
            return tuple(self._types(shape, field, length))
        return ()

    def _types(self, shape: AbstractOf, field: Field, length: int) -> Iterator[Step]:
        """The types that the document names, and one that stands for all others."""
        select = shape._selection_of  # noqa: SLF001 - only runs and explanations need it
        schema = self._pricer.schema
        named = {name for node in field.nodes for name in self._conditions(node.selection_set)}
        possible = schema.get_possible_types(shape.type)
        others: list[GraphQLObjectType] = [each for each in possible if each.name not in named]
        for each in possible:
            if each.name in named:
                yield Step(f"on {each.name}", "", "", 0, self.selection(select(each), length))
        if others and (below := self.selection(select(others[0]), length)):
            count = f"{len(others)} other types, like " if len(others) > 1 else ""
            yield Step(f"on {count}{others[0].name}", "", "", 0, below)

    def _conditions(self, selection_set: SelectionSetNode | None) -> Iterator[str]:
        for selection in selection_set.selections if selection_set else ():
            if isinstance(selection, FragmentSpreadNode):
                definition = self._fragments[selection.name.value].definition
                yield from self._named(definition.type_condition, definition.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                yield from self._named(selection.type_condition, selection.selection_set)

    def _named(self, condition: Any, selection_set: SelectionSetNode) -> Iterator[str]:
        if condition and is_object_type(self._pricer.schema.get_type(condition.name.value)):
            yield condition.name.value
        yield from self._conditions(selection_set)


def _text_of(field: Field) -> str:
    node: FieldNode = field.nodes[0]
    arguments = ", ".join(map(print_ast, node.arguments or ()))
    alias = f"{node.alias.value}: " if node.alias else ""
    called = f"{field.name}({arguments})" if arguments else field.name
    return f"{alias}{called}: {field.definition.type}"


def _way_of(field: Field) -> tuple[str, str]:
    """How the compiled plan reads a field, and from what."""
    declared = (field.definition.extensions or {}).get("strawberry-definition")
    # Each way is a function made by the function of `execution.reading` that is named for it.
    made_by = field.read.__qualname__.partition(".")[0]
    if not isinstance(declared, StrawberryField) or made_by == "read_by_core":
        return "graphql-core", ""
    if made_by == "by_attribute":
        return "attribute", declared.python_name
    if made_by == "by_batch":
        return BATCH, declared.metadata["batch"].name
    resolver = declared.base_resolver
    function = declared.metadata.get("resolver") or (resolver.wrapped_func if resolver else None)
    return "function", f"{function.__module__}.{function.__qualname__}" if function else ""
