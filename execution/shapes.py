"""Shapes: how the raw values of a field become what the response holds, a whole column at once.

The rules are those of "Value Completion" in the GraphQL specification, and the messages those of
graphql-core.
"""

from collections.abc import Callable
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    Undefined,
)
from graphql.pyutils import inspect, is_async_iterable, is_awaitable, is_iterable

from execution.columns import FAILED, Column, FieldError
from execution.completing import Completing, column_of, then, together
from execution.json import AROUND
from execution.values import Kind, awaited, kind_of, odd_kinds

if TYPE_CHECKING:
    from execution.plan import Field, Selection
    from execution.runtime import Run

_LISTS = {list}


class Shape:
    """How values of one type are completed.

    Attributes:
        is_nullable: whether the type has null.
    """

    def __init__(self, *, is_nullable: bool) -> None:
        self.is_nullable = is_nullable
        self.null = None if is_nullable else FAILED

    def complete(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        """Complete raw values.

        Args:
            run: the operation that runs.
            field: whose values they are.
            raws: what it was resolved to; exceptions stand for themselves.
        """
        odd = odd_kinds(raws)
        if not odd:
            return self._settled(self._complete_plain(run, field, raws))
        if Kind.AWAITABLE in odd:
            return self._complete_awaited(run, field, raws)
        return self._complete_mixed(run, field, raws)

    def _complete_plain(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        """Complete values that are neither null nor exceptions nor awaitables."""
        raise AssertionError(f"{type(self).__name__} does not say how")  # pragma: no cover

    async def _complete_awaited(self, run: "Run", field: "Field", raws: list[Any]) -> Column:
        values = await awaited(raws)
        if not (odd := odd_kinds(values)):
            return await column_of(self._settled(self._complete_plain(run, field, values)))
        if Kind.AWAITABLE in odd:
            # Who answers an awaitable of an awaitable gets no more than graphql-core gives.
            values = [_not_twice(value) if is_awaitable(value) else value for value in values]
        return await column_of(self._complete_mixed(run, field, values))

    def _complete_mixed(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        places: list[int] = []
        errors: list[FieldError] = []
        values: list[Any] = [self.null] * len(raws)
        for row, raw in enumerate(raws):
            if isinstance(raw, Exception):
                errors.append(FieldError(row, (), raw, field.nodes))
            elif raw is not None and raw is not Undefined:
                places.append(row)
            elif not self.is_nullable:
                errors.append(FieldError(row, (), field.null_error(), field.nodes))
        inner = self._settled(self._complete_plain(run, field, [raws[row] for row in places]))

        def spread(column: Column) -> Column:
            for row, value in zip(places, column.values, strict=True):
                values[row] = value
            errors.extend(error.under(places[error.row]) for error in column.errors)
            return Column(values, sorted(errors, key=_row))

        return then(inner, spread)

    def _settled(self, completing: Completing) -> Completing:
        return then(completing, self._nulled) if self.is_nullable else completing

    @staticmethod
    def _nulled(column: Column) -> Column:
        if column.errors:
            column.values = [None if value is FAILED else value for value in column.values]
        return column


class ListOf(Shape):
    """Lists: all their items are one column of the shape inside."""

    def __init__(self, item: Shape, *, is_nullable: bool) -> None:
        super().__init__(is_nullable=is_nullable)
        self.item = item

    def complete(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        """Complete raw values; see `Shape.complete`."""
        if set(map(type, raws)) == _LISTS:
            return self._settled(self._complete_lists(run, field, raws))
        return super().complete(run, field, raws)

    def _complete_plain(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        if set(map(type, raws)) == _LISTS:
            return self._complete_lists(run, field, raws)
        if any(is_async_iterable(raw) for raw in raws):
            return self._complete_collected(run, field, raws)
        return self._complete_items(run, field, [_items(field, raw) for raw in raws])

    async def _complete_collected(self, run: "Run", field: "Field", raws: list[Any]) -> Column:
        lists = [
            await self._collected(raw) if is_async_iterable(raw) else _items(field, raw)
            for raw in raws
        ]
        return await column_of(self._complete_items(run, field, lists))

    async def _collected(self, raw: Any) -> list[Any] | Exception:
        items = []
        try:
            iterator = aiter(raw)
            async for item in iterator:
                items.append(item)
                if not self.item.is_nullable and (item is None or isinstance(item, Exception)):
                    # The list is null, whatever follows; and nothing may ever follow.
                    if close := getattr(iterator, "aclose", None):
                        await close()
                    break
        except Exception as error:  # noqa: BLE001 - whatever an iterable raises
            return error
        return items

    def _complete_items(
        self, run: "Run", field: "Field", lists: list[list[Any] | Exception]
    ) -> Completing:
        failures = [
            FieldError(row, (), found, field.nodes)
            for row, found in enumerate(lists)
            if isinstance(found, Exception)
        ]
        readable = [[] if isinstance(found, Exception) else found for found in lists]
        completing = self._complete_lists(run, field, readable)
        if not failures:
            return completing

        def mark(column: Column) -> Column:
            for failure in failures:
                column.values[failure.row] = FAILED
            return Column(column.values, sorted([*column.errors, *failures], key=_row))

        return then(completing, mark)

    def _complete_lists(self, run: "Run", field: "Field", lists: list[list[Any]]) -> Completing:
        flat = lists[0] if len(lists) == 1 else list(chain.from_iterable(lists))
        lengths = list(map(len, lists))
        run.characters += AROUND * len(flat)
        completing = self.item.complete(run, field, flat)
        return then(completing, lambda column: _regrouped(column, lengths))


def _regrouped(column: Column, lengths: list[int]) -> Column:
    if len(lengths) == 1 and not column.errors:
        return Column([column.values])
    rest = iter(column.values)
    lists: list[Any] = [list(islice(rest, length)) for length in lengths]
    if not column.errors:
        return Column(lists)
    starts: list[tuple[int, int]] = []
    for row, length in enumerate(lengths):
        starts.extend((row, index) for index in range(length))
    # What follows an item that failed its list is as if it had not been completed.
    last = [_first_failed(items) for items in lists]
    errors = []
    for error in column.errors:
        row, index = starts[error.row]
        if index <= last[row]:
            errors.append(error.under(row, index))
    values = [FAILED if last[row] < len(items) else items for row, items in enumerate(lists)]
    return Column(values, errors)


def _first_failed(items: list[Any]) -> int:
    return next((index for index, item in enumerate(items) if item is FAILED), len(items))


class ObjectOf(Shape):
    """Objects of one type: their selection set runs once for all of them."""

    def __init__(self, selection: "Selection", *, is_nullable: bool) -> None:
        super().__init__(is_nullable=is_nullable)
        self.selection = selection

    def complete(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        """Complete raw values; see `Shape.complete`."""
        if self.selection.known_classes.issuperset(map(type, raws)):
            return self._settled(self.selection.complete(run, raws))
        return super().complete(run, field, raws)

    def _complete_plain(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        return complete_objects(run, field, self.selection, raws)


class AbstractOf(Shape):
    """Objects of an interface or a union: each type's selection set runs once for its objects."""

    def __init__(
        self,
        graphql_type: GraphQLAbstractType,
        selection_of: Callable[[GraphQLObjectType], "Selection"],
        *,
        is_nullable: bool,
    ) -> None:
        super().__init__(is_nullable=is_nullable)
        self.type = graphql_type
        self._selection_of = selection_of

    def _complete_plain(self, run: "Run", field: "Field", raws: list[Any]) -> Completing:
        resolve_type = self.type.resolve_type or run.type_resolver
        info = run.info(field)
        names: list[Any] = []
        for raw in raws:
            try:
                names.append(resolve_type(raw, info, self.type))
            except Exception as error:  # noqa: BLE001 - whatever a type resolver raises
                names.append(error)
        if any(map(is_awaitable, names)):
            return self._complete_named_later(run, field, raws, names)
        return self._complete_named(run, field, raws, names)

    async def _complete_named_later(
        self, run: "Run", field: "Field", raws: list[Any], names: list[Any]
    ) -> Column:
        return await column_of(self._complete_named(run, field, raws, await awaited(names)))

    def _complete_named(
        self, run: "Run", field: "Field", raws: list[Any], names: list[Any]
    ) -> Completing:
        values: list[Any] = [FAILED] * len(raws)
        errors: list[FieldError] = []
        places: dict[GraphQLObjectType, list[int]] = {}
        for row, (raw, name) in enumerate(zip(raws, names, strict=True)):
            try:
                places.setdefault(run.runtime_type(field, self.type, raw, name), []).append(row)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with the name
                errors.append(FieldError(row, (), error, field.nodes))
        groups = [
            complete_objects(run, field, self._selection_of(of), [raws[row] for row in rows])
            for of, rows in places.items()
        ]

        def scatter(columns: list[Column]) -> Column:
            for rows, column in zip(places.values(), columns, strict=True):
                for row, value in zip(rows, column.values, strict=True):
                    values[row] = value
                errors.extend(error.under(rows[error.row]) for error in column.errors)
            return Column(values, sorted(errors, key=_row))

        if all(type(group) is Column for group in groups):
            return scatter(groups)  # type: ignore[arg-type]  # all are columns
        return _scattered_later(groups, scatter)


async def _scattered_later(
    groups: list[Completing], scatter: Callable[[list[Column]], Column]
) -> Column:
    return scatter(await together(groups))


def complete_objects(
    run: "Run", field: "Field", selection: "Selection", raws: list[Any]
) -> Completing:
    """Complete objects of one type, none of them null.

    Args:
        run: the operation that runs.
        field: whose values they are.
        selection: what is wanted of each.
        raws: the objects.
    """
    is_type_of = selection.type.is_type_of
    classes = set(map(type, raws))
    if is_type_of is None:
        selection.known_classes.update(each for each in classes if kind_of(each) is Kind.PLAIN)
        return selection.complete(run, raws)
    if getattr(is_type_of, "tells_by_class", False):
        if classes <= selection.known_classes:
            return selection.complete(run, raws)
        # One object of each class speaks for all of its class.
        speakers = list({type(raw): raw for raw in raws}.values())
        if all(is_type_of(speaker, run.info(field)) for speaker in speakers):
            selection.known_classes.update(classes)
            return selection.complete(run, raws)
    verdicts = [_verdict(is_type_of, raw, run, field) for raw in raws]
    if any(map(is_awaitable, verdicts)):
        return _complete_judged_later(run, field, selection, raws, verdicts)
    return _complete_judged(run, field, selection, raws, verdicts)


def _verdict(is_type_of: Any, raw: Any, run: "Run", field: "Field") -> Any:
    try:
        return is_type_of(raw, run.info(field))
    except Exception as error:  # noqa: BLE001 - whatever it raises
        return error


async def _complete_judged_later(
    run: "Run", field: "Field", selection: "Selection", raws: list[Any], verdicts: list[Any]
) -> Column:
    return await column_of(_complete_judged(run, field, selection, raws, await awaited(verdicts)))


def _complete_judged(
    run: "Run", field: "Field", selection: "Selection", raws: list[Any], verdicts: list[Any]
) -> Completing:
    if all(verdict is True for verdict in verdicts):
        return selection.complete(run, raws)
    values: list[Any] = [FAILED] * len(raws)
    errors: list[FieldError] = []
    places: list[int] = []
    for row, (raw, verdict) in enumerate(zip(raws, verdicts, strict=True)):
        if isinstance(verdict, Exception):
            errors.append(FieldError(row, (), verdict, field.nodes))
        elif verdict:
            places.append(row)
        else:
            message = f"Expected value of type '{selection.type}' but got: {inspect(raw)}."
            errors.append(FieldError(row, (), GraphQLError(message, field.nodes), field.nodes))

    def spread(column: Column) -> Column:
        for row, value in zip(places, column.values, strict=True):
            values[row] = value
        errors.extend(error.under(places[error.row]) for error in column.errors)
        return Column(values, sorted(errors, key=_row))

    return then(selection.complete(run, [raws[row] for row in places]), spread)


def _row(error: FieldError) -> int:
    return error.row


def _items(field: "Field", raw: Any) -> list[Any] | Exception:
    if not is_iterable(raw):
        return GraphQLError(
            f"Expected Iterable, but did not find one for field '{field.parent_type}.{field.name}'."
        )
    try:
        return list(raw)
    except Exception as error:  # noqa: BLE001 - whatever an iterable raises
        return error


def _not_twice(value: Any) -> Exception:
    if hasattr(value, "close"):
        value.close()
    return TypeError(f"Expected a value, but an awaitable gave another one: {inspect(value)}.")
