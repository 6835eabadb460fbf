"""Reading for many viewers at once: one statement, decided for each of them by itself."""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from operator import is_
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors

from persistence.rows import Row, columns_of
from persistence.statements import Asking, Statement

_VIEWERS, _PLACE = "joint_viewers", "joint_place"


@cache
def for_viewers(statement: Statement) -> Statement:
    """Make the statement that answers for each of `viewer_ids` what the given one does for one.

    Each row comes once for all viewers that get it at the same place of their answers, with their
    keys as `joint_viewers`.

    Args:
        statement: reads, has the parameter `viewer_id`, and no part that is common to all rows.
    """
    viewer = sa.literal_column("joint_viewer.viewer_id", sa.Uuid())

    def for_each(element: Any, **_: Any) -> Any:
        is_viewer = isinstance(element, sa.BindParameter) and element.key == "viewer_id"
        return viewer if is_viewer else None

    clause: Any = statement.clause
    answer = visitors.replacement_traverse(clause, {}, for_each).subquery("joint_answer")
    place = sa.func.row_number().over().label(_PLACE)
    columns = columns_of(statement.row.model, answer)
    placed = sa.select(*columns, place).lateral("joint_placed")
    keys = sa.bindparam("viewer_ids", type_=postgresql.ARRAY(sa.Uuid), required=True)
    viewers = (
        sa.func.unnest(keys)
        .table_valued(sa.column("viewer_id", sa.Uuid))
        .render_derived(name="joint_viewer")
    )
    together = (
        sa.select(*placed.c, sa.func.array_agg(viewers.c.viewer_id).label(_VIEWERS))
        .join_from(viewers, placed, sa.true())
        .group_by(*placed.c)
        .order_by(placed.c[_PLACE])
    )
    return statement.with_clause(together)


class JointAnswers:
    """What statements have answered for viewers, each asked for once.

    Args:
        database: answers them.
    """

    def __init__(self, database: Asking) -> None:
        self.database = database
        self._known: dict[Any, dict[UUID, list[Row]]] = {}

    async def of(
        self, statement: Statement, viewer_ids: Collection[UUID], parameters: Mapping[str, Any]
    ) -> Mapping[UUID, list[Row]]:
        """The rows of each viewer; those who get the same have the same row objects.

        Args:
            statement: see `for_viewers`.
            viewer_ids: who asks.
            parameters: the others.
        """
        key = (statement, *((name, _hashable(parameters[name])) for name in sorted(parameters)))
        known = self._known.setdefault(key, {})
        if missing := [each for each in dict.fromkeys(viewer_ids) if each not in known]:
            rows = await self.database.fetch(
                for_viewers(statement), **parameters, viewer_ids=missing
            )
            known |= {each: [] for each in missing}
            for row in rows:
                for viewer_id in row[_VIEWERS]:
                    known[viewer_id].append(row)
        return known


class JointReads(Asking):
    """Reads on behalf of one viewer, for all others as well.

    Args:
        answers: where the answers come from.
        viewer_ids: tells for whom.
        keep: is told after each answer for whom it is the same.
    """

    def __init__(
        self,
        answers: JointAnswers,
        *,
        viewer_ids: Callable[[], Collection[UUID]],
        keep: Callable[[Callable[[UUID], bool]], None],
    ) -> None:
        self._answers = answers
        self._viewer_ids = viewer_ids
        self._keep = keep

    async def fetch(self, statement: Statement, **parameters: Any) -> list[Row]:
        """Run one reading statement and answer its rows; one without a viewer is for all."""
        speaker = parameters.pop("viewer_id", None)
        if speaker is None:
            return await self._answers.database.fetch(statement, **parameters)
        answers = await self._answers.of(statement, self._viewer_ids(), parameters)
        mine = answers[speaker]
        self._keep(lambda viewer_id: _are_same(answers[viewer_id], mine))
        return mine


def _are_same(some: list[Row], others: list[Row]) -> bool:
    return len(some) == len(others) and all(map(is_, some, others))


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list | tuple) else value
