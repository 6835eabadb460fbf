"""Columns: what one field came to for every object of a level, with the errors on the way."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from graphql import FieldNode


class Failed:
    """The one value `FAILED`: a null where the type has none, so that what holds it is null."""

    def __repr__(self) -> str:
        return "FAILED"


FAILED = Failed()


class FieldError:
    """What went wrong with one field of one object.

    Attributes:
        row: the object's place in its column.
        path: from there to the place of the error: names of fields and indexes of lists.
        error: what a resolver or the completion of its value raised.
        nodes: the field in the document.
    """

    __slots__ = ("error", "nodes", "path", "row")

    def __init__(
        self, row: int, path: tuple[str | int, ...], error: Exception, nodes: list[FieldNode]
    ) -> None:
        self.row = row
        self.path = path
        self.error = error
        self.nodes = nodes

    def under(self, row: int, *prefix: str | int) -> "FieldError":
        """The same error, seen from a place further up."""
        return FieldError(row, (*prefix, *self.path), self.error, self.nodes)


class Column:
    """Completed values, one for each object.

    Attributes:
        values: as they go into the response; `FAILED` only where `errors` says why.
        errors: in the order of the rows.
    """

    __slots__ = ("errors", "values")

    def __init__(self, values: list[Any], errors: Sequence[FieldError] = ()) -> None:
        self.values = values
        self.errors = errors


def joined(
    names: Sequence[str], columns: Sequence[Column], make_rows: Callable[..., list[Any]], size: int
) -> Column:
    """Put the columns of a selection set together to one column of objects.

    An object with a failed field is failed. Its fields count in the order of the document: what
    follows the one that failed is as if it had not run.

    Args:
        names: the response names of the fields.
        columns: one for each name, each of `size` rows.
        make_rows: makes the objects; see `row_maker`.
        size: how many objects.
    """
    rows = make_rows(size, *[column.values for column in columns])
    for column in columns:
        if column.errors:
            return _failed(names, columns, rows)
    return Column(rows)


def _failed(names: Sequence[str], columns: Sequence[Column], rows: list[Any]) -> Column:
    size = len(rows)
    errors: list[list[FieldError]] = [[] for _ in range(size)]
    for name, column in zip(names, columns, strict=True):
        for error in column.errors:
            if rows[error.row] is not FAILED:
                errors[error.row].append(error.under(error.row, name))
        for row, value in enumerate(column.values):
            if value is FAILED:
                rows[row] = FAILED
    return Column(rows, [error for of_row in errors for error in of_row])


@lru_cache(maxsize=2048)
def row_maker(names: tuple[str, ...]) -> Callable[..., list[dict[str, Any]]]:
    """Make the function that turns columns of values into objects with these names.

    It is compiled once for each set of names, because a dict display is the fastest way to make
    an object.
    """
    if not names:
        return lambda size: [{} for _ in range(size)]
    columns = [f"c{n}" for n in range(len(names))]
    values = [f"v{n}" for n in range(len(names))]
    fields = ", ".join(f"{name!r}: {value}" for name, value in zip(names, values, strict=True))
    each = f"zip({', '.join(columns)})" if len(names) > 1 else columns[0]
    source = f"lambda size, {', '.join(columns)}: [{{{fields}}} for {', '.join(values)} in {each}]"
    # The names of a valid document are letters, digits and underscores, and quoted besides.
    maker: Callable[..., list[dict[str, Any]]] = eval(source, {"zip": zip})  # noqa: S307
    return maker
