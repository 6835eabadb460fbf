"""Rows: what a statement answers, read by attribute, knowing the model they come from."""

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any, ClassVar, cast

import asyncpg
import sqlalchemy as sa


class Row(asyncpg.Record):  # type: ignore[misc]  # asyncpg ships no types
    """One row, its columns read as attributes.

    GraphQL types are views of rows, so a row must answer ``row.content`` and tell its model.
    """

    model: ClassVar[type | None] = None

    @classmethod
    def column_getter(cls, name: str) -> Callable[[Any], Any]:
        """A faster way to read a column of many rows than by attribute."""
        return itemgetter(name)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the row has no column {name!r}") from None


@cache
def row_class(model: type) -> type[Row]:
    """Give the row class of a model, so that a row can tell which GraphQL type shows it."""
    return cast("type[Row]", type(f"{model.__name__}Row", (Row,), {"model": model}))


@cache
def key_of(model: Any) -> str:
    """Name the column that is the primary key of a model."""
    (column,) = sa.inspect(model).primary_key
    name: str = column.name
    return name


def columns_of(model: type | None, table: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """Give the columns of a subquery that has rows of a model, without its `Unselected` ones.

    SQLAlchemy leaves those out of ``select(Model)`` by itself, but not once it is a subquery.
    """
    return [column for column in table.c if column.key not in unselected_of(model)]


@cache
def unselected_of(model: Any) -> frozenset[str]:
    """Name the `Unselected` columns of a model, if it is one."""
    if model is None:
        return frozenset()
    return frozenset(column.key for column in sa.inspect(model).column_attrs if column.deferred)
