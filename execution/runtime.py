"""Runs: one operation, or one event of a subscription, on its way through a plan."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import (
    ExecutionResult,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLResolveInfo,
)
from graphql.error import located_error
from graphql.execution import Executor as CoreExecutor
from strawberry.types.field import StrawberryField

from execution.columns import FAILED, Column, FieldError
from execution.declarations import Loaders, Question

if TYPE_CHECKING:
    from execution.plan import Field, Selection


class Run:
    """What one run of a plan knows and has loaded.

    Args:
        core: graphql-core's executor of the same operation: schema, variables, context, root.
        make_info: makes Strawberry's `Info` of graphql-core's; None without Strawberry.

    Attributes:
        cost: what all objects that were completed so far have cost; see `execution.cost`.
        characters: about how many they have in JSON, names and texts; see `json.is_longer`.
        is_measured: whether `characters` tells all; not where a scalar gave other than texts,
            numbers and truth values.
    """

    def __init__(
        self, core: CoreExecutor[Any], make_info: Callable[..., Any] | None = None
    ) -> None:
        self._core = core
        self._make_info = make_info
        self.cost = self.characters = 0
        self.is_measured = True
        self.variable_values = core.variable_values
        self.hide_suggestions = core.hide_suggestions
        self.field_resolver = core.field_resolver
        self.type_resolver = core.type_resolver
        self._company = getattr(core.context_value, "company", None)
        self._infos: dict[Field, Any] = {}
        self._strawberry_infos: dict[Field, Any] = {}

    async def execute(self, selection: "Selection", *, serially: bool) -> ExecutionResult:
        """Run a selection set on the root value.

        Args:
            selection: of the root type.
            serially: whether its fields run one after the other.
        """
        started = self.start(selection, serially=serially)
        return started if isinstance(started, ExecutionResult) else await started

    def start(
        self, selection: "Selection", *, serially: bool
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """The same as `execute`, without anything to await when nothing in it waits."""
        complete = selection.complete_serially if serially else selection.complete
        completing = complete(self, [self._core.root_value])
        return _result(completing) if isinstance(completing, Column) else _result_of(completing)

    def answers(self, question: Question, keys: Sequence[Any]) -> Awaitable[list[Any]]:
        """Load keys through a batch function; an exception stands for what has none."""
        return self._loaders.answers(question, self._core.context_value, keys)

    def depends_on_context(self) -> None:
        """Say that something is read by whoever knows the context: others may read another."""
        if self._company is not None:
            self._company.part()

    @cached_property
    def _loaders(self) -> Loaders:
        loaders: Loaders | None = getattr(self._core.context_value, "loaders", None)
        return loaders if loaders is not None else Loaders()

    def info(self, field: "Field") -> GraphQLResolveInfo[Any]:
        """What the resolvers of a field are told, the same for all objects of its level.

        Its `path` has no indexes of lists.
        """
        info = self._infos.get(field)
        if info is None:
            info = self._core.build_resolve_info(
                field.definition, field.nodes, field.parent_type, field.path
            )
            self._infos[field] = info
        return info

    def strawberry_info(self, field: "Field", declared: StrawberryField) -> Any:
        """The same as Strawberry's `Info`."""
        info = self._strawberry_infos.get(field)
        if info is None:
            if self._make_info is None:
                raise RuntimeError(f"{field.parent_type}.{field.name} needs a Strawberry schema.")
            info = self._make_info(_raw_info=self.info(field), _field=declared)
            self._strawberry_infos[field] = info
        return info

    def runtime_type(
        self, field: "Field", abstract: GraphQLAbstractType, raw: Any, name: Any
    ) -> GraphQLObjectType:
        """The type of an object of an interface or a union.

        Args:
            field: whose value it is.
            abstract: the interface or union.
            raw: the object.
            name: what the type resolver answered or raised.

        Raises:
            GraphQLError: the name is of no such type.
        """
        if isinstance(name, Exception):
            raise name
        details = [_Details(node) for node in field.nodes]
        return self._core.ensure_valid_runtime_type(
            name,
            abstract,
            details,  # type: ignore[arg-type]  # only the nodes are read
            self.info(field),
            raw,
        )


class _Details:
    """A field node as graphql-core wants it."""

    def __init__(self, node: Any) -> None:
        self.node = node


async def _result_of(completing: Awaitable[Column]) -> ExecutionResult:
    return _result(await completing)


def _result(column: Column) -> ExecutionResult:
    (data,) = column.values
    errors = [_located(error) for error in column.errors]
    return ExecutionResult(None if data is FAILED else data, errors or None)


def _located(error: FieldError) -> Any:
    if not error.path:
        return error.error  # of the operation itself
    return located_error(error.error, error.nodes, list(error.path))
