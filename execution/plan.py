"""Plans: what an operation does, compiled once: selection sets, their fields, how each is read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, Union

from graphql import FieldNode, GraphQLError, GraphQLField, GraphQLObjectType
from graphql.pyutils import Path

from execution.columns import FAILED, Column, FieldError, joined, row_maker
from execution.shapes import Completing, Shape

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
        fixed_arguments: the arguments that the field's batch function gets in every run, once
            they are known; None while they are not, or when they depend on the run.
    """

    __slots__ = (
        "definition",
        "fixed_arguments",
        "name",
        "nodes",
        "parent_type",
        "path",
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
        self.fixed_arguments: Mapping[str, Any] | None = None

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


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection set on objects of one type.

    Attributes:
        type: the type.
        fields: in the order of the response.
        price: what one of the objects costs, without the objects below it.
        known_classes: those whose objects are of the type, as far as they have turned up.
    """

    type: GraphQLObjectType
    fields: Sequence[Field]
    price: int = dataclass_field(default=0, kw_only=True)
    known_classes: set[Any] = dataclass_field(default_factory=set, init=False)

    def complete(self, run: "Run", objects: list[Any]) -> Completing:
        """Read and complete all fields of these objects, those that wait all at once."""
        run.cost += self.price * len(objects)
        return run.together(
            [field.complete(run, objects) for field in self.fields],
            lambda columns: self._joined(columns, len(objects)),
        )

    def complete_serially(self, run: "Run", roots: list[Any]) -> Completing:
        """Read and complete the fields of one object one after the other, as mutations do.

        Args:
            run: the operation that runs.
            roots: the object, alone.
        """
        run.cost += self.price
        columns: list[Column] = []
        for field in self.fields:
            completing = field.complete(run, roots)
            if not isinstance(completing, Column):
                return self._complete_rest_serially(run, roots, columns, completing)
            columns.append(completing)
            if completing.values == [FAILED]:
                break
        return self._joined(columns, 1)

    async def _complete_rest_serially(
        self, run: "Run", roots: list[Any], columns: list[Column], waiting: Awaitable[Column]
    ) -> Column:
        columns.append(await waiting)
        for field in self.fields[len(columns) :]:
            if columns[-1].values == [FAILED]:
                break
            completing = field.complete(run, roots)
            columns.append(completing if isinstance(completing, Column) else await completing)
        return self._joined(columns, 1)

    def _joined(self, columns: list[Column], size: int) -> Column:
        names = tuple(field.response_name for field in self.fields[: len(columns)])
        return joined(names, columns, row_maker(names), size)


@dataclass(frozen=True, slots=True)
class Refused(Selection):
    """A selection set whose fields cannot be told, because one of its conditions is null.

    Attributes:
        error: says which.
    """

    error: GraphQLError

    def complete(self, run: "Run", objects: list[Any]) -> Column:
        """Fail for each of these objects."""
        nodes: Any = self.error.nodes
        errors = [FieldError(row, (), self.error, nodes) for row in range(len(objects))]
        return Column([FAILED] * len(objects), errors)

    def complete_serially(self, run: "Run", roots: list[Any]) -> Column:
        """Fail."""
        return self.complete(run, roots)
