"""Shares: what each field adds to the price of an operation, for who wants to make it cheaper."""

from collections import Counter
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from execution.cost import Pricer, own_price
from execution.guard import in_order


class Shares:
    """What each field of each type adds to the price of an operation, however often it is asked.

    Of fragments on different types all are added, though the price counts the dearest only; where
    there are none, the shares add up to the price. Each fragment is looked at once, after all
    that spread it, with the number of objects that it is spread for.

    Args:
        pricer: says what single fields cost.
        document: valid for the schema.
    """

    def __init__(self, pricer: Pricer, document: DocumentNode) -> None:
        self._pricer = pricer
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        # For how many objects, and how many items their lists have together.
        self._spread_for = {name: [0, 0] for name in self._fragments}
        self._shares: Counter[str] = Counter()

    def of(self, operation: OperationDefinitionNode, list_items: int) -> Counter[str]:
        """The shares of one operation, by schema coordinates like `Viewer.matches`.

        Args:
            operation: of the document.
            list_items: how long a list at the root is.
        """
        root = self._pricer.schema.get_root_type(operation.operation)
        self._selections(operation.selection_set, root, 1, list_items)
        for name in reversed(in_order(self._fragments)):
            fragment = self._fragments[name]
            on = self._pricer.schema.type_map[fragment.type_condition.name.value]
            self._selections(fragment.selection_set, on, *self._spread_for[name])
        return self._shares

    def _selections(
        self, selection_set: SelectionSetNode, parent: Any, objects: int, items: int
    ) -> None:
        for selection in selection_set.selections:
            if not self._pricer.given.includes(selection):
                continue
            if isinstance(selection, FieldNode):
                self._field(selection, parent, objects, items)
            elif isinstance(selection, InlineFragmentNode):
                on = selection.type_condition
                inside = self._pricer.schema.type_map[on.name.value] if on else parent
                self._selections(selection.selection_set, inside, objects, items)
            elif isinstance(selection, FragmentSpreadNode):
                spread_for = self._spread_for[selection.name.value]
                spread_for[0] += objects
                spread_for[1] += items

    def _field(self, node: FieldNode, parent: Any, objects: int, items: int) -> None:
        own = own_price(self._pricer.schema, parent, node.name.value)
        coordinate = f"{parent.name}.{node.name.value}"
        self._shares[coordinate] += own.once * objects
        if node.selection_set is None:
            return
        count = self._pricer.count(node, own.definition)
        found = items if count is None else objects * count
        self._shares[coordinate] += own.each * found
        items = found * self._pricer.length_below(node, own.definition)
        self._selections(node.selection_set, get_named_type(own.definition.type), found, items)
