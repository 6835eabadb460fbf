"""Plans: what an operation does, compiled once: selection sets, their fields, how each is read."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Union

from graphql import FieldNode, GraphQLError, GraphQLField, GraphQLObjectType
from graphql.pyutils import Path

from execution.arguments import KeptArguments
from execution.columns import FAILED, Column, FieldError, joined, row_maker
from execution.completing import Completing, together
from execution.declarations import Question
from execution.json import AROUND
from execution.shapes import Shape

if TYPE_CHECKING:
    from execution.runtime import Run

Raws = Union[list[Any], Awaitable[list[Any]]]  # noqa: UP007 - evaluated at import
Read = Callable[["Run", "Field", list[Any]], Raws]
"""Reads a field of all objects of a level: raw values, with exceptions in place of those that
could not be read."""


class Field:
    """One field of a selection set.

    Attributes:
        response_name: its alias or name.
        name: its name in the schema.
        parent_type: the type that has it.
        definition: what the schema says of it.
        nodes: where the document asks for it.
        path: the response names that lead to it, without the indexes of lists.
        read: gives the raw values.
        shape: completes them.
        kept_arguments: what is known of its arguments from the first run on; None when every
            run reads them anew.
        question: what its batch function is asked with, once that is known to be the same in all
            runs; else None.
    """

    __slots__ = (
        "definition",
        "kept_arguments",
        "name",
        "nodes",
        "parent_type",
        "path",
        "question",
        "read",
        "response_name",
        "shape",
    )

    def __init__(
        self,
        *,
        response_name: str,
        parent_type: GraphQLObjectType,
        definition: GraphQLField,
        nodes: list[FieldNode],
        path: Path,
        read: Read,
        shape: Shape,
    ) -> None:
        self.response_name = response_name
        self.name = nodes[0].name.value
        self.parent_type = parent_type
        self.definition = definition
        self.nodes = nodes
        self.path = path
        self.read = read
        self.shape = shape
        self.kept_arguments: KeptArguments | None = None
        self.question: Question | None = None

    def complete(self, run: "Run", objects: list[Any]) -> Completing:
        """Read the field of these objects and complete what was read."""
        raws = self.read(run, self, objects)
        if type(raws) is list:
            return self.shape.complete(run, self, raws)
        return self._complete_later(run, raws)  # type: ignore[arg-type]  # it is no list

    async def _complete_later(self, run: "Run", reading: Awaitable[list[Any]]) -> Column:
        completing = self.shape.complete(run, self, await reading)
        return completing if type(completing) is Column else await completing  # type: ignore[misc]

    def null_error(self) -> Exception:
        """What a null comes to where the type has none."""
        return TypeError(
            f"Cannot return null for non-nullable field {self.parent_type}.{self.name}."
        )


class Selection:
    """A selection set on objects of one type.

    Args:
        graphql_type: the type.
        fields: in the order of the response.
        price: what one of the objects costs, without the objects below it.

    Attributes:
        type: the type.
        fields: in the order of the response.
        known_classes: those whose objects are of the type, as far as they have turned up.
    """

    __slots__ = ("_characters", "_make_rows", "_names", "_price", "fields", "known_classes", "type")

    def __init__(
        self, graphql_type: GraphQLObjectType, fields: Sequence[Field], *, price: int = 0
    ) -> None:
        self.type = graphql_type
        self.fields = tuple(fields)
        self.known_classes: set[type] = set()
        self._price = price
        self._names = tuple(field.response_name for field in self.fields)
        self._characters = len("".join(self._names)) + AROUND * len(self._names)
        self._make_rows = row_maker(self._names)

    def complete(self, run: "Run", objects: list[Any]) -> Completing:
        """Read and complete all fields of these objects, those that wait all at once."""
        size = len(objects)
        run.cost += self._price * size
        run.characters += self._characters * size
        columns: list[Any] = [field.complete(run, objects) for field in self.fields]
        for column in columns:
            if type(column) is not Column:
                return self._complete_later(columns, size)
        return joined(self._names, columns, self._make_rows, size)

    async def _complete_later(self, columns: list[Any], size: int) -> Column:
        return joined(self._names, await together(columns), self._make_rows, size)

    def complete_serially(self, run: "Run", roots: list[Any]) -> Completing:
        """Read and complete the fields of one object one after the other, as mutations do.

        Args:
            run: the operation that runs.
            roots: the object, alone.
        """
        run.cost += self._price
        run.characters += self._characters
        columns: list[Column] = []
        for field in self.fields:
            completing = field.complete(run, roots)
            if not isinstance(completing, Column):
                return self._complete_rest_serially(run, roots, columns, completing)
            columns.append(completing)
            if completing.values == [FAILED]:
                break
        return self._joined(columns)

    async def _complete_rest_serially(
        self, run: "Run", roots: list[Any], columns: list[Column], waiting: Awaitable[Column]
    ) -> Column:
        columns.append(await waiting)
        for field in self.fields[len(columns) :]:
            if columns[-1].values == [FAILED]:
                break
            completing = field.complete(run, roots)
            columns.append(completing if isinstance(completing, Column) else await completing)
        return self._joined(columns)

    def _joined(self, columns: list[Column]) -> Column:
        """Put the columns of the first fields of one object together."""
        names = self._names[: len(columns)]
        return joined(names, columns, row_maker(names), 1)


class Refused(Selection):
    """A selection set whose fields cannot be told, because one of its conditions is null.

    Args:
        graphql_type: the type of the objects.
        error: says which.
    """

    __slots__ = ("_error",)

    def __init__(self, graphql_type: GraphQLObjectType, error: GraphQLError) -> None:
        super().__init__(graphql_type, ())
        self._error = error

    def complete(self, run: "Run", objects: list[Any]) -> Column:
        """Fail for each of these objects."""
        nodes: Any = self._error.nodes
        errors = [FieldError(row, (), self._error, nodes) for row in range(len(objects))]
        return Column([FAILED] * len(objects), errors)

    def complete_serially(self, run: "Run", roots: list[Any]) -> Column:
        """Fail."""
        return self.complete(run, roots)
