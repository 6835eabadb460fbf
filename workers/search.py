"""Jobs about search: a search engine beside PostgreSQL is told what is said, and what is gone."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog

from integrations.search_engine import Text
from integrations.vendors import VendorAway, VendorRefused
from persistence.queries import search
from persistence.rows import Row
from workers.celery_app import task
from workers.resources import Resources

_log = structlog.get_logger("kith.search")

_BATCH = 200

_ATTEMPTS = 5


async def tell_engine(resources: Resources, kind: str, ids: Sequence[UUID]) -> None:
    """Bring the search engine up to date with things of a kind; safe to repeat.

    What changes meanwhile is brought up to date too: who writes last has looked at the newest.

    Raises:
        VendorAway, VendorRefused: the engine does not answer, or does not want this.
    """
    engine = resources.integrations.search_engine
    if not engine.is_there:
        return
    seen: list[Text] | None = None
    for _ in range(_ATTEMPTS):
        rows = await resources.database.fetch(search.documents, kind=kind, ids=list(ids))
        texts = sorted(map(_text, rows), key=lambda text: text.subject_id)
        if texts == seen:
            return
        seen = texts
        await engine.put(texts)
        await engine.remove(kind, sorted(set(ids) - {text.subject_id for text in texts}))


async def erase_from_engine(resources: Resources, account_id: UUID) -> None:
    """Let the search engine forget whatever goes with an account; see `tell_engine`."""
    await resources.integrations.search_engine.remove_of(account_id)


@task
async def mirror_in_engine(resources: Resources) -> None:
    """Tell the search engine everything anew, and let it forget the rest; safe to repeat."""
    engine, began = resources.integrations.search_engine, datetime.now(UTC)
    if not engine.is_there:
        return
    after, count = ("", UUID(int=0)), 0
    try:
        while rows := await resources.database.fetch(
            search.documents_after, kind=after[0], subject_id=after[1], limit=_BATCH
        ):
            await engine.put([_text(row) for row in rows])
            after, count = (rows[-1]["kind"], rows[-1]["subject_id"]), count + len(rows)
        await engine.remove_before(began)
    except (VendorAway, VendorRefused) as error:
        # Its next time is soon enough: retries would only pile up.
        _log.warning("search engine not told", reason=str(error))
        return
    _log.info("search engine told", texts=count)


def _text(row: Row) -> Text:
    return Text(row["kind"], row["subject_id"], row["owner_id"], row["title"], row["body"])
