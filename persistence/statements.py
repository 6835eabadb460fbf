"""Statements: SQLAlchemy Core, compiled once, run by asyncpg as prepared statements."""

from abc import ABC, abstractmethod
from contextvars import ContextVar
from functools import cache, cached_property, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.orm import InstrumentedAttribute

from persistence.rows import Row, row_class

_DIALECT = PGDialect_asyncpg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

executed: ContextVar[list[str] | None] = ContextVar("executed", default=None)
"""The SQL texts that the present operation ran, when somebody asked to know them."""


class Statement:
    """One question to the database: named parameters in, rows of one kind out.

    Args:
        clause: SQLAlchemy Core; its bind parameters are the statement's parameters. Lists go in
            with ``= ANY(...)`` (see `one_of`), never with ``IN``, so that the text stays the same.
        model: the model whose rows it answers, or None for rows of no model.
    """

    def __init__(self, clause: sa.Executable, model: type | None = None) -> None:
        self.clause = clause
        self.row = row_class(model) if model is not None else Row

    def with_clause(self, clause: sa.Executable) -> "Statement":
        """Another statement that answers rows of the same kind."""
        other = Statement(clause)
        other.row = self.row
        return other

    @cached_property
    def _compiled(self) -> sa.Compiled:
        return self.clause.compile(dialect=_DIALECT)  # type: ignore[attr-defined,no-any-return]

    @cached_property
    def sql(self) -> str:
        """The text, with ``$1`` style parameters."""
        return str(self._compiled)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        compiled: Any = self._compiled
        return tuple(compiled.positiontup or ())

    @cached_property
    def _values(self) -> dict[str, Any]:
        """The parameters that have a value of their own."""
        compiled: Any = self._compiled
        binds = compiled.bind_names.items()
        return {name: bind.effective_value for bind, name in binds if not bind.required}

    def arguments(self, parameters: dict[str, Any]) -> list[Any]:
        """Put named parameters into the statement's positions.

        Raises:
            TypeError: a parameter is missing, or one is given that the statement does not have.
        """
        names, given = self._names, {**self._values, **parameters}
        try:
            values = [given[name] for name in names]
        except KeyError:
            missing = [name for name in names if name not in given]
            raise TypeError(f"missing parameters {missing} for: {self.sql}") from None
        if len(given) > len(values):
            unknown = sorted(given.keys() - set(names))
            raise TypeError(f"unknown parameters {unknown} for: {self.sql}")
        if (texts := executed.get()) is not None:
            texts.append(self.sql)
        return values


class Asking(ABC):
    """Somebody who can run statements."""

    @abstractmethod
    async def fetch(self, statement: Statement, **parameters: Any) -> list[Row]:
        """Run a statement and answer its rows."""

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        """Run a statement and answer its first row, or None."""
        rows = await self.fetch(statement, **parameters)
        return rows[0] if rows else None

    async def value(self, statement: Statement, **parameters: Any) -> Any:
        """Run a statement and answer the first column of its first row, or None."""
        row = await self.one(statement, **parameters)
        return row[0] if row is not None else None


def one_of(column: InstrumentedAttribute[Any], name: str) -> sa.ColumnElement[bool]:
    """Say that the column is one of the list given as parameter `name`."""
    array = sa.bindparam(name, type_=postgresql.ARRAY(column.type), required=True)
    return column == sa.any_(array)


def parameter(name: str, like: Any) -> sa.BindParameter[Any]:
    """Declare the parameter `name`, of the type of a column, or of a SQLAlchemy type."""
    type_ = like if isinstance(like, sa.types.TypeEngine) else like.type
    return sa.bindparam(name, type_=type_, required=True)


@cache
def alias(model: Any, name: str) -> sa.Alias:
    """Give the table of a model another name.

    Made once for each name, because an alias copies all columns, and there are some hundred
    statements. So a question that is asked within another one takes a name of its own: SQLAlchemy
    would take what both name alike to be of the outer one.

    Args:
        model: whose table it is.
        name: as it stands in the text.
    """
    return model.__table__.alias(name)  # type: ignore[no-any-return]


# Bounded, as clients choose which columns they change.
@lru_cache(maxsize=1_000)
def adding(model: Any, columns: tuple[str, ...]) -> Statement:
    """Insert one row of the model, given these columns, and answer it whole."""
    table = sa.inspect(model).local_table
    values = {name: parameter(name, table.c[name]) for name in columns}
    return Statement(sa.insert(table).values(values).returning(table), model)


@lru_cache(maxsize=1_000)
def changing(model: Any, key: tuple[str, ...], columns: tuple[str, ...]) -> Statement:
    """Update the columns of the row with this key and answer it whole."""
    table = sa.inspect(model).local_table
    values = {name: parameter(name, table.c[name]) for name in columns}
    clause = sa.update(table).where(*_equal(table, key)).values(values).returning(table)
    return Statement(clause, model)


@cache
def removing(model: Any, key: tuple[str, ...]) -> Statement:
    """Delete the row with this key and answer what it was."""
    table = sa.inspect(model).local_table
    return Statement(sa.delete(table).where(*_equal(table, key)).returning(table), model)


@cache
def getting(model: Any, key: tuple[str, ...], *, lock: bool) -> Statement:
    """Read the row with this key, locked until the transaction ends when `lock`."""
    table = sa.inspect(model).local_table
    clause = sa.select(table).where(*_equal(table, key))
    return Statement(clause.with_for_update() if lock else clause, model)


def _equal(table: sa.Table, key: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == parameter(f"key_{name}", table.c[name]) for name in key]
