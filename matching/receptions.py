"""Receptions: what is learned about people, brought into the index that decks search."""

from datetime import datetime
from uuid import UUID

from matching.feedback import Standing, standings
from matching.weights import active_model
from persistence.database import Database
from persistence.facets import Reception
from persistence.queries import learning as queries
from persistence.vectors import Vectors

BATCH = 500


async def index_learned(
    database: Database,
    vectors: Vectors,
    *,
    since: datetime,
    now: datetime,
    with_appeal: bool = True,
) -> int:
    """Tell the index what was learned about people; safe to repeat.

    Args:
        database: where it is.
        vectors: the index; who is not in it is left out.
        since: only about whom something was learned since this moment, with its time zone.
        now: the moment for which it counts.
        with_appeal: whether being liked by others counts at all.

    Returns:
        About how many people.

    Raises:
        VectorsUnavailable: the index cannot be reached.
    """
    active, last, told = await active_model(database), UUID(int=0), 0
    while rows := await database.fetch(queries.learned_after, last=last, since=since, limit=BATCH):
        known = await standings(
            database,
            [row["profile_id"] for row in rows],
            active=active,
            now=now,
            with_appeal=with_appeal,
        )
        await vectors.learn({key: _reception(standing) for key, standing in known.items()})
        told += len(rows)
        last = rows[-1]["profile_id"]
    return told


def _reception(standing: Standing) -> Reception:
    learned = standing.learned
    return Reception(learned.appeal, learned.pickiness, standing.impressions)
