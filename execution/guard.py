"""The guard: refuses documents that would be costly to validate or run, in time linear in them.

First the size of what is written is bounded, because parsing and validation take long for what is
large. Then every selection is looked at once, fragments included: what a fragment holds is
measured once and added wherever the fragment is spread.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
)

from execution.limits import Limits

INTROSPECTION = frozenset({"__schema", "__type"})

_CONTAINERS = (dict, list)

# Tokens, and comments. What does not end matches up to where the text does, in linear time.
_TOKEN = re.compile(
    r'''"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?|"(?:[^"\\\n]++|\\.)*+"?|\#[^\r\n]*+'''
    r"""|[_A-Za-z][_0-9A-Za-z]*+|-?[0-9][-+.0-9Ee]*+|\.\.\.|[!$&()\[\]{}:=@|]""",
    re.DOTALL,
)
_NAME_BEGINS = re.compile("[_A-Za-z]")

# What is inside a node besides names and types.
_PARTS = {
    "operation_definition": ("variable_definitions", "directives", "selection_set"),
    "fragment_definition": ("directives", "selection_set"),
    "variable_definition": ("default_value", "directives"),
    "selection_set": ("selections",),
    "field": ("arguments", "directives", "selection_set"),
    "inline_fragment": ("directives", "selection_set"),
    "fragment_spread": ("directives",),
    "directive": ("arguments",),
    "argument": ("value",),
    "object_field": ("value",),
    "list_value": ("values",),
    "object_value": ("fields",),
}

# They only hold others together.
_UNCOUNTED_KINDS = frozenset({"selection_set", "argument", "object_field"})

# Counts grow exponentially with the number of fragments, so they stop here.
_UNCOUNTED = 1_000_000


@dataclass(slots=True)
class Measure:
    """What a selection set comes to once its fragments are spread.

    Attributes:
        depth: levels of fields outside introspection.
        introspection_depth: levels of fields under `__schema` and `__type`.
        fields: fields.
        aliases: fields with an alias.
        root_fields: fields on the first level.
        introspections: fields named `__schema` or `__type`.
    """

    depth: int = 0
    introspection_depth: int = 0
    fields: int = 0
    aliases: int = 0
    root_fields: int = 0
    introspections: int = 0

    def add(self, other: "Measure") -> None:
        """Add what stands beside it on the same level."""
        self.depth = max(self.depth, other.depth)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.fields += other.fields
        self.aliases += other.aliases
        self.root_fields += other.root_fields
        self.introspections += other.introspections

    def add_field(self, below: "Measure | None", *, introspects: bool, aliased: bool) -> None:
        """Add a field on the same level.

        Args:
            below: what it selects; None for a leaf.
            introspects: whether it is `__schema` or `__type`.
            aliased: whether it has an alias.
        """
        self.fields += 1
        self.aliases += aliased
        self.root_fields += 1
        self.introspections += introspects
        depth = 1
        if below is not None:
            self.fields += below.fields
            self.aliases += below.aliases
            self.introspections += below.introspections
            self.introspection_depth = max(self.introspection_depth, below.introspection_depth)
            depth += below.depth
        if introspects:
            self.introspection_depth = max(self.introspection_depth, depth)
            depth = 1
        self.depth = max(self.depth, depth)

    def saturate(self) -> None:
        """Stop counting where it is certain that there are too many."""
        self.fields = min(self.fields, _UNCOUNTED)
        self.aliases = min(self.aliases, _UNCOUNTED)
        self.root_fields = min(self.root_fields, _UNCOUNTED)
        self.introspections = min(self.introspections, _UNCOUNTED)


_NOTHING = Measure()


class Survey:
    """The measures of a document's operations.

    Attributes:
        operations: one measure an operation.
        directives: how many directives the document has.
        visits: how many selections were looked at, for tests of the promise to be linear.

    Raises:
        GraphQLError: fragments spread each other in a circle.
    """

    def __init__(self, document: DocumentNode) -> None:
        self.directives = 0
        self.visits = 0
        self._fragments: dict[str, Measure] = {}
        definitions = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        for name in in_order(definitions):
            self._fragments[name] = self._definition(definitions[name])
        self.operations = [
            self._definition(definition)
            for definition in document.definitions
            if isinstance(definition, OperationDefinitionNode)
        ]

    def _definition(self, node: FragmentDefinitionNode | OperationDefinitionNode) -> Measure:
        self.directives += len(node.directives or ())
        return self._selections(node.selection_set)

    def _selections(self, selection_set: SelectionSetNode) -> Measure:
        total = Measure()
        for selection in selection_set.selections:
            self.visits += 1
            if selection.directives:
                self.directives += len(selection.directives)
            if isinstance(selection, FieldNode):
                inside = selection.selection_set
                total.add_field(
                    self._selections(inside) if inside else None,
                    introspects=selection.name.value in INTROSPECTION,
                    aliased=selection.alias is not None,
                )
            elif isinstance(selection, InlineFragmentNode):
                total.add(self._selections(selection.selection_set))
            elif isinstance(selection, FragmentSpreadNode):
                # An unknown fragment is left to validation, which says that it is unknown.
                total.add(self._fragments.get(selection.name.value, _NOTHING))
        total.saturate()
        return total


def check_text(text: str, limits: Limits) -> None:
    """Refuse a text that would be costly to parse.

    Args:
        text: as the client sent it.
        limits: how long it may be.

    Raises:
        GraphQLError: it has too many characters or tokens, or too long a name (code
            `DOCUMENT_TOO_COMPLEX`, with the limit).
    """
    _at_most("characters", len(text), limits.characters)
    tokens = list(islice(_TOKEN.finditer(text), limits.tokens + 1))
    _at_most("tokens", len(tokens), limits.tokens)
    for token in tokens:
        if token.end() - token.start() > limits.name_letters and _NAME_BEGINS.match(token[0]):
            raise too_complex("name_letters", limits.name_letters)


def check(document: DocumentNode, limits: Limits, *, introspection: bool) -> None:
    """Refuse a document that goes beyond the limits.

    Args:
        document: as parsed, not yet validated.
        limits: how much it may ask for.
        introspection: whether `__schema` and `__type` may be asked for.

    Raises:
        GraphQLError: it asks for too much (code `DOCUMENT_TOO_COMPLEX`, with the limit), for
            the schema when it may not (`INTROSPECTION_DISABLED`), or its fragments spread each
            other in a circle (`GRAPHQL_VALIDATION_FAILED`).
    """
    _at_most("nodes", _size(document, limits.nodes), limits.nodes)
    survey = Survey(document)
    _at_most("operations", len(survey.operations), limits.operations)
    _at_most("directives", survey.directives, limits.directives)
    for measure in survey.operations:
        if measure.introspections and not introspection:
            message = "Introspection is disabled: `__schema` and `__type` cannot be queried."
            raise GraphQLError(message, extensions={"code": "INTROSPECTION_DISABLED"})
        for name in Measure.__slots__:
            _at_most(name, getattr(measure, name), getattr(limits, name))


def check_variables(variables: dict[str, Any] | None, limits: Limits) -> None:
    """Refuse variables that would be costly to coerce.

    Args:
        variables: as JSON gave them.
        limits: how many values they may hold.

    Raises:
        GraphQLError: they hold too many (code `DOCUMENT_TOO_COMPLEX`, with the limit).
    """
    count = 0
    waiting: list[Any] = [variables or {}]
    while waiting:
        container = waiting.pop()
        count += len(container)
        _at_most("variable_values", count, limits.variable_values)
        members = container.values() if isinstance(container, dict) else container
        waiting += [member for member in members if isinstance(member, _CONTAINERS)]


def too_complex(name: str, most: int) -> GraphQLError:
    """The error for a document that goes beyond a limit.

    Args:
        name: of the limit, as an attribute of `Limits`.
        most: its value.
    """
    message = f"The document is too complex: it has more than {most} {name.replace('_', ' ')}."
    if name.endswith("depth"):
        message = f"The document is too complex: its {name.replace('_', ' ')} is more than {most}."
    extensions = {"code": "DOCUMENT_TOO_COMPLEX", "limit": name, "most": most}
    return GraphQLError(message, extensions=extensions)


def _at_most(name: str, number: int, most: int) -> None:
    if number > most:
        raise too_complex(name, most)


def _size(document: DocumentNode, most: int) -> int:
    """Count the nodes of a document, up to the first that is too many."""
    count = 0
    waiting: list[Node] = list(document.definitions)
    while waiting and count <= most:
        node = waiting.pop()
        count += node.kind not in _UNCOUNTED_KINDS
        for name in _PARTS.get(node.kind, ()):
            part = getattr(node, name)
            if isinstance(part, Node):
                waiting.append(part)
            elif part:
                waiting.extend(part)
    return count


def in_order(definitions: dict[str, FragmentDefinitionNode]) -> list[str]:
    """Order fragments so that each comes after those that it spreads."""
    spreads = {
        name: set(_spreads(definition.selection_set)) & definitions.keys()
        for name, definition in definitions.items()
    }
    try:
        return list(TopologicalSorter(spreads).static_order())
    except CycleError as error:
        name = error.args[1][0]
        message = f"Cannot spread fragment '{name}' within itself."
        extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
        raise GraphQLError(message, definitions[name], extensions=extensions) from None


def _spreads(selection_set: SelectionSetNode) -> Iterator[str]:
    waiting = [selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append(selection.selection_set)
