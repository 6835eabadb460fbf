"""Plans of a document: each of its operations compiled once for the values of its conditions."""

from functools import cached_property
from typing import Any

from graphql import DocumentNode
from graphql.execution import Executor as CoreExecutor
from strawberry import Schema

from execution.compiler import compiled, conditions_of, variables_below_root
from execution.plan import Selection

_MOST_VARIANTS = 32


class Plans:
    """The plans of one document.

    Args:
        document: valid for the schema.

    Attributes:
        unknown: what the document has that plans do not know, like custom directives; graphql-core
            must execute it when there is any.
    """

    def __init__(self, document: DocumentNode) -> None:
        self._document = document
        self._conditions = conditions_of(document)
        self._plans: dict[Any, Selection] = {}
        self.unknown = self._conditions.unknown

    @cached_property
    def variables_of_events(self) -> tuple[str, ...]:
        """The variables on which more depends than arguments of root fields of operations."""
        return variables_below_root(self._document)

    def get(self, core: CoreExecutor[Any], schema: Schema | None) -> Selection:
        """The plan of an operation for a run.

        Args:
            core: graphql-core's executor of the operation.
            schema: where its fields are declared; None when made without Strawberry.

        Raises:
            GraphQLError: the schema has no such operation.
        """
        name = core.operation.name.value if core.operation.name else None
        key = (name, *self._conditions.values(core))
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MOST_VARIANTS:
                self._plans.clear()
            plan = self._plans[key] = compiled(core, self._conditions, schema)
        return plan
