"""Search: what a client looks for, in pages whose order stays."""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
import structlog
from prometheus_client import Counter

from dataloaders import events, places, posts, profiles
from dataloaders.connections import DEFAULT_SIZE, MOST, After, First
from domain import search as rules
from domain import text_entities, texts
from domain.numbers import count_problems
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from domain.search import SearchKind
from execution.declarations import Batch
from integrations.embeddings import EmbeddingsUnavailable
from integrations.search_engine import NullSearchEngine, SearchEngine
from integrations.vendors import VendorAway, VendorRefused
from matching.meaning import near_in_meaning
from persistence.database import TookTooLong
from persistence.findings import Thing, new_finding_id
from persistence.pages import BadCursor, Page
from persistence.queries import messages
from persistence.queries import search as queries
from persistence.rows import Row
from persistence.search_log import Searched
from persistence.statements import Statement
from persistence.vectors import VectorsUnavailable
from resolvers.context import Context

_log = structlog.get_logger("kith.search")
_unmeant = Counter(
    "kith_search_without_vectors_total", "Searches by words alone, the vectors being away."
)

_LIST = "search"
_POSTGRESQL = NullSearchEngine.name

_NOTED_LENGTH = 400

_MOST_MEANT = 50
"""How many things are found at most by what they mean."""

_PATIENCE_SECONDS = 3.0
"""How long a statement of a search may take; it is refused then, and PostgreSQL stops it."""

BY_KIND: dict[str, Batch] = {
    SearchKind.PEOPLE: profiles.by_ids,
    SearchKind.POSTS: posts.by_ids,
    SearchKind.EVENTS: events.by_ids,
    SearchKind.PLACES: places.by_ids,
}
"""How to load what was found."""

Query = Annotated[
    str,
    strawberry.argument(
        description=(
            "What to look for, 1 to 200 characters; accents and capitals do not matter. "
            '`"so much"` wants words in a row, `or` one of two, `-word` excludes beside a word '
            "that is wanted."
        )
    ),
]
Kinds = Annotated[
    list[SearchKind] | None,
    strawberry.argument(description="What to look for; everything if unsaid."),
]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for.

    Attributes:
        query: the words, cleaned.
        kinds: the kinds, each once, in the order of their names.
    """

    query: str
    kinds: tuple[SearchKind, ...]

    @property
    def digest(self) -> str:
        """What tells it from other searches, for cursors."""
        text = "\n".join([*self.kinds, self.query])
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, as the GraphQL connection shows it.

    Attributes:
        context: of the operation.
        sought: what was looked for.
        finding_id: names the order of the results.
        things: all results, in their order.
        rows: those on the page.
        page: whether there are more around them.
    """

    context: Context
    sought: Sought
    finding_id: str
    things: Sequence[Thing]
    rows: Sequence[Row]
    page: Page

    def cursor_of(self, row: Row) -> str:
        """The cursor of a result: the search and its place in it."""
        place = (self.finding_id, self.sought.digest, row["place"])
        return self.context.cursors.encode(_LIST, place)

    async def total(self) -> int:
        """Count the results that the viewer may see now."""
        count: int = await self.context.database.value(
            queries.count, viewer_id=self.context.viewer_id, **_given(self.things)
        )
        return count


async def search(
    context: Context,
    *,
    query: Query,
    kinds: Kinds = None,
    first: First = None,
    after: After = None,
) -> Found:
    """Things of several kinds by their words and what they mean, the best first, at most 200.

    What is written with a wrong letter is found by its title or name, where nothing has the words.
    The order is made once and then stays: following `endCursor` within 15 minutes neither repeats
    nor skips anything; later the search is made anew and goes on at the same place. What is new is
    found by its words at once and by its meaning within seconds; `extensions.search.vectors` is
    false where only words were looked for, because the rest was away.
    """
    sought = Sought(rules.cleaned(query), _kinds(kinds))
    size, place = _window(context, sought, first, after)
    finding_id, start = place or (new_finding_id(), 0)
    viewer_id = context.signed_in.profile_id
    findings = context.services.findings
    things = await findings.get(viewer_id, finding_id) if place else None
    if things is None:
        started = time.perf_counter()
        things = await _find(context, sought)
        if place is None and sought.kinds:
            _note(context, sought, len(things), time.perf_counter() - started)
        if len(things) > size:
            await findings.keep(viewer_id, finding_id, things)
    asked = {**_given(things), "query": sought.query, "after": start, "limit": size + 1}
    rows = await _asked(context, queries.page, **asked) if things else []
    page = Page(has_next=len(rows) > size, has_previous=start > 0)
    return Found(context, sought, finding_id, things, rows[:size], page)


async def suggestions(
    context: Context,
    *,
    prefix: Annotated[
        str,
        strawberry.argument(description="What was typed so far, 1 to 100 characters."),
    ],
    first: Annotated[
        int, strawberry.argument(description="How many at most, 1 to 20; 10 if unsaid.")
    ] = 10,
) -> list[Row]:
    """What somebody who types may be looking for: people, events and places by name, and hashtags.

    Those that begin with it come first, then those that have it or nearly have it. A quarter of
    them at most are hashtags, unless other names do not fill the rest, and all where it begins
    with #.

    Raises:
        InvalidInput: an empty or too long prefix, or another number than 1 to 20.
    """
    typed = texts.clean(prefix)
    problems = texts.length_problems("prefix", typed, least=1, most=rules.PREFIX_LENGTH)
    problems += count_problems("first", first, rules.MOST_SUGGESTED)
    if problems:
        raise InvalidInput(problems)
    tag = text_entities.plain_tag(typed)
    rows = await _asked(context, queries.suggested, prefix=typed, tag=tag, limit=first)
    if typed.startswith(("#", "\uff03")):
        return [row for row in rows if row["subject_id"] is None]
    distinct: dict[Any, Row] = {}
    for row in rows:
        distinct.setdefault((row["kind"], row["subject_id"] or row["title"]), row)
    found = list(distinct.values())
    return rules.mixed(found, lambda row: row["subject_id"] is None, most=first)


async def subject_of(context: Context, row: Row) -> Row | None:
    """Give what was found; None when it was hidden from the viewer just now, or is a hashtag."""
    if row["subject_id"] is None:
        return None
    subject: Row | None = await context.load(BY_KIND[row["kind"]], row["subject_id"])
    return subject


def _note(context: Context, sought: Sought, result_count: int, seconds: float) -> None:
    searched = Searched(
        profile_id=context.signed_in.profile_id,
        query=sought.query.casefold()[:_NOTED_LENGTH],
        result_count=result_count,
        duration_ms=round(seconds * 1_000),
        searched_at=datetime.now(UTC),
    )
    context.services.search_log.note(searched)


def _kinds(kinds: Iterable[SearchKind] | None) -> tuple[SearchKind, ...]:
    return tuple(sorted(SearchKind if kinds is None else set(kinds)))


def _window(
    context: Context, sought: Sought, first: int | None, after: str | None
) -> tuple[int, tuple[str, int] | None]:
    """Give how many results are wanted, and after which place of which order.

    Raises:
        InvalidInput: a size outside 1 to 100, or a cursor of something else.
    """
    size = DEFAULT_SIZE if first is None else first
    problems = count_problems("first", size, MOST)
    place = None
    if after is not None:
        try:
            finding_id, digest, start = context.cursors.decode(_LIST, after)
            place = (str(finding_id), int(start))
        except BadCursor:
            digest = None
        if digest != sought.digest:
            problems.append(
                InvalidField(
                    "after", "after is not a cursor of this search.", InvalidFieldCode.UNKNOWN
                )
            )
    if problems:
        raise InvalidInput(problems)
    return size, place


async def _find(context: Context, sought: Sought) -> list[Thing]:
    if not sought.kinds:
        return []
    if not await context.database.value(messages.is_searchable, query=sought.query):
        raise InvalidInput.of("query", "query excludes words without wanting one beside them.")
    engine = context.services.integrations.search_engine
    (worded, driver), meant = await asyncio.gather(
        _worded(context, sought, engine), _meant(context, sought)
    )
    context.told["search"] = {
        "driver": driver,
        "fallback": driver != engine.name,
        "vectors": meant is not None,
    }
    # What does not come from PostgreSQL may be hidden from the viewer, or gone.
    unseen = [*(worded if driver != _POSTGRESQL else ()), *(meant or ())]
    if unseen:
        seen = set(_things(await _asked(context, queries.shown, **_given(unseen))))
        meant = [thing for thing in meant or () if thing in seen]
        if driver != _POSTGRESQL:
            worded = [thing for thing in worded if thing in seen]
    return rules.fused([worded, meant or ()])


async def _worded(
    context: Context, sought: Sought, engine: SearchEngine
) -> tuple[list[Thing], str]:
    """Give what has the words, and who has found it: PostgreSQL where the engine does not."""
    if engine.is_there:
        try:
            found = await engine.find(sought.query, sought.kinds, most=rules.MOST_FOUND)
        except (VendorAway, VendorRefused) as error:
            _log.warning("PostgreSQL searches instead", reason=str(error))
        else:
            return [Thing(*each) for each in found], engine.name
    asked = {"query": sought.query, "kinds": list(sought.kinds), "limit": rules.MOST_FOUND}
    return _things(await _asked(context, queries.found, **asked)), _POSTGRESQL


async def _meant(context: Context, sought: Sought) -> list[Thing] | None:
    """Give what means the same, seen or not; None when that cannot be found out now."""
    services = context.services
    near = near_in_meaning(
        services.database,
        services.vectors,
        services.embedder,
        sought.kinds,
        sought.query,
        most=_MOST_MEANT,
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return [Thing(*found) for found in await near]
    except (VectorsUnavailable, EmbeddingsUnavailable, TimeoutError) as error:
        _unmeant.inc()
        _log.warning("search by words alone", reason=str(error) or type(error).__name__)
        return None


def _things(rows: Iterable[Row]) -> list[Thing]:
    return [Thing(row["kind"], row["subject_id"]) for row in rows]


async def _asked(context: Context, statement: Statement, **asked: Any) -> list[Row]:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await context.database.fetch(statement, viewer_id=context.viewer_id, **asked)
    except (TookTooLong, TimeoutError):
        raise InvalidInput.of("query", "query takes too long: want rarer words.") from None


def _given(things: Sequence[Thing]) -> dict[str, list[str] | list[UUID]]:
    return {
        "given_kinds": [thing.kind for thing in things],
        "given_ids": [thing.subject_id for thing in things],
    }
