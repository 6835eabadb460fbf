"""The reader: what a batch function may use to answer for a viewer."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.viewer import Viewer
from execution.declarations import Batch, Loaders
from execution.telling import Company
from persistence.database import Database
from persistence.pages import CursorCodec
from persistence.rows import Row


@dataclass(kw_only=True)
class Reader:
    """Reads on behalf of one viewer, for one operation or one event of a subscription.

    Attributes:
        database: where rows come from; no connection is held between statements.
        cursors: makes and reads the cursors of lists.
        viewer: who looks; None when nobody is signed in.
        loaders: the batch functions of this operation.
        company: those for whom it reads, the viewer among them, when these are several.
    """

    database: Database
    cursors: CursorCodec
    viewer: Viewer | None
    loaders: Loaders = field(default_factory=Loaders)
    company: Company | None = None

    @property
    def viewer_id(self) -> UUID | None:
        """The key of the viewer's profile, as visibility asks for it."""
        return self.viewer.profile_id if self.viewer else None

    async def load(self, batch: Batch, key: Any, **arguments: Any) -> Any:
        """Load one key through a batch function, together with the others of its level."""
        return await self.loaders.load(batch, self, key, **arguments)

    async def load_many(self, batch: Batch, keys: Sequence[Any], **arguments: Any) -> list[Any]:
        """Load keys through a batch function.

        Raises:
            Exception: the first that the batch function answered or raised.
        """
        values = await self.loaders.load_many(batch, self, keys, arguments)
        for value in values:
            if isinstance(value, Exception):
                raise value
        return values


def in_order(keys: Sequence[Hashable], rows: Iterable[Row], key: str) -> list[Row | None]:
    """Put rows into the order of their keys, None where there is no row.

    Args:
        keys: the keys asked for.
        rows: at most one for each key.
        key: the column that holds it.
    """
    by_key = {row[key]: row for row in rows}
    return list(map(by_key.get, keys))


def values_in_order(
    keys: Sequence[Hashable], rows: Iterable[Row], key: str, value: str, default: Any
) -> list[Any]:
    """Put one column of rows into the order of their keys, `default` where there is no row."""
    by_key = {row[key]: row[value] for row in rows}
    return [by_key.get(wanted, default) for wanted in keys]


def lists_in_order(keys: Sequence[Hashable], rows: Iterable[Row], key: str) -> list[list[Row]]:
    """Sort rows into one list for each key, in the order of the keys; rows keep their order."""
    by_key: dict[Hashable, list[Row]] = {wanted: [] for wanted in keys}
    for row in rows:
        by_key[row[key]].append(row)
    return [by_key[wanted] for wanted in keys]
