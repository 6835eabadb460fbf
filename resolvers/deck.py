"""The deck: the people whom the viewer may want to meet, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from dataloaders.connections import DEFAULT_SIZE, MOST, After, First
from domain.availability import Availability
from domain.numbers import count_problems
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from matching import deck_ranking
from matching.candidates import Recommendation
from matching.eligibility import mutually_eligible
from matching.features import Features, Preferences, features_of
from matching.relaxations import Relaxation, relaxations_of
from persistence.decks import Deck
from persistence.pages import BadCursor, CursorCodec, Page
from persistence.showings import Showing
from persistence.vectors import VectorsUnavailable
from resolvers.context import Context

_log = structlog.get_logger("kith.deck")

_LIST = "viewer.deck"

_SPARE = 12
"""How many people more than a page has are read at once."""

_NEW_FOR = timedelta(seconds=2)
"""How old a deck is at most that is as good as the new one that is asked for."""

_BUILDS_PER_MINUTE = 6
"""How many decks a viewer gets within a minute by asking for new ones; then the newest stays."""

_THIN_FOR = timedelta(seconds=2)
"""How long a deck that does not fill a page is good for who begins anew.

Where so few people suit, another one is soon built, and whoever has just joined is soon seen.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a deck.

    Attributes:
        size: of the page.
        place: the deck that is paged through and the place in it before the page, or None.
        availability: only people with this availability.
        refresh: whether a new deck is wanted.
    """

    size: int
    place: tuple[str, int] | None
    availability: Availability | None
    refresh: bool


@dataclass(slots=True)
class DeckPage:
    """A page of a deck, as the GraphQL connection shows it.

    Attributes:
        context: of the operation.
        viewer: whose deck it is.
        deck: the whole deck.
        rows: who is on the page, in the deck's order.
        places: where in the deck they are.
        page: whether there are more around them.
        asked_at: the moment of the request.
        is_noted: whether it is noted that the people on the page were shown.
    """

    context: Context
    viewer: Features
    deck: Deck
    rows: Sequence[Recommendation]
    places: dict[UUID, int]
    page: Page
    asked_at: datetime
    is_noted: bool = False

    def shown(self) -> Sequence[Recommendation]:
        """Give who is on the page, and note that they are shown."""
        if not self.is_noted:
            self.is_noted = True
            self._note(tuple(self.places))
        return self.rows

    def note_asked(self) -> None:
        """Note that the viewer is here, whoever of the page they look at."""
        self._note(())

    def _note(self, ids: tuple[UUID, ...]) -> None:
        version = self.deck.embedding_version
        showing = Showing(self.viewer.profile_id, self.asked_at, ids, version)
        self.context.services.showings.note(showing)

    @property
    def model_version(self) -> str:
        """The version of the weights of its scores."""
        return self.deck.model_version

    @property
    def embedding_version(self) -> str | None:
        """The version of the embedding model that found the nearest."""
        return self.deck.embedding_version

    def cursor_of(self, row: Recommendation) -> str:
        """The cursor of a recommendation: the deck and the place in it."""
        place = (self.deck.deck_id, self.places[row.profile_id])
        return self.context.cursors.encode(_LIST, place)

    async def total(self) -> int:
        """Count whom the deck can show now."""
        ids = self.deck.ids
        return len(await _suited(self.context, self.viewer, self.deck, ids, self.asked_at))

    async def relaxations(self) -> list[Relaxation]:
        """Say which filters to loosen; nothing while the index is away, which counts them."""
        builder, viewer_id = self.context.services.builder, self.viewer.profile_id
        try:
            return await relaxations_of(
                self.viewer,
                vectors=await builder.index(),
                load_profiles=builder.undecided(viewer_id),
                excluded=await builder.decided_by(viewer_id),
                now=self.asked_at,
                availability=self.deck.availability,
            )
        except VectorsUnavailable as error:
            _log.warning("no relaxations without the vector index", reason=str(error))
            return []


@dataclass(frozen=True, slots=True)
class NoDeck:
    """What is shown in place of a deck before the onboarding is complete."""

    rows: Sequence[Recommendation] = ()
    page: Page = field(default_factory=Page)
    model_version: str | None = None
    embedding_version: str | None = None

    def shown(self) -> Sequence[Recommendation]:
        """Give nobody."""
        return self.rows

    async def total(self) -> int:
        """Count nobody."""
        return 0

    async def relaxations(self) -> list[Relaxation]:
        """Say nothing."""
        return []


async def deck(
    context: Context,
    *,
    first: First = None,
    after: After = None,
    availability: Availability | None = None,
    refresh: bool = False,
) -> DeckPage | NoDeck:
    """Give a page of the viewer's deck; none until onboarding is complete.

    Raises:
        InvalidInput: a size outside 1 to 100, a cursor of another list or of a deck that is gone,
            or a cursor together with what begins anew.
    """
    asked = _asked(context.cursors, first, after, availability, refresh)
    viewer = await context.services.builder.viewer(context.signed_in.profile_id)
    if viewer is None:
        return NoDeck()
    now = datetime.now(UTC)
    found, start = await _deck_at(context, viewer, asked, now)
    page = await _page(context, viewer, found, start, size=asked.size, now=now)
    if start == 0 and _is_thin(page, asked):
        found = await _renewed(context, viewer, asked.availability, now, instead_of=found)
        page = await _page(context, viewer, found, 0, size=asked.size, now=now)
    page.note_asked()
    return page


async def deck_for(
    context: Context, *, preferences: Preferences | None = None, size: int = DEFAULT_SIZE
) -> list[Recommendation]:
    """Rank people for the viewer without keeping or noting anything: "what if".

    Args:
        context: of the operation.
        preferences: whom the viewer would want; by default whom they want.
        size: how many recommendations at most.

    Returns:
        As a new deck would begin; empty until onboarding is complete.
    """
    builder, now = context.services.builder, datetime.now(UTC)
    viewer = await builder.viewer(context.signed_in.profile_id)
    if viewer is None:
        return []
    if preferences is not None:
        viewer = replace(viewer, wants=preferences)
    made = await builder.deck(viewer, now=now)
    page = await _page(context, viewer, made, 0, size=size, now=now)
    return list(page.rows)


def _asked(
    cursors: CursorCodec,
    first: int | None,
    after: str | None,
    availability: Availability | None,
    refresh: bool,
) -> Asked:
    place: tuple[str, int] | None = None
    size = DEFAULT_SIZE if first is None else first
    problems = count_problems("first", size, MOST)
    if after is not None:
        try:
            deck_id, at = cursors.decode(_LIST, after)
            place = deck_id, at
        except BadCursor:
            problems.append(
                InvalidField(
                    "after", "after is not a cursor of this list.", InvalidFieldCode.UNKNOWN
                )
            )
        if refresh:
            problems.append(
                InvalidField(
                    "refresh", "Give after or refresh, not both.", InvalidFieldCode.CONFLICTING
                )
            )
    if problems:
        raise InvalidInput(problems)
    return Asked(size, place, availability, refresh)


async def _deck_at(
    context: Context, viewer: Features, asked: Asked, now: datetime
) -> tuple[Deck, int]:
    """Give the deck to page through, and the place in it where the page begins."""
    store, viewer_id = context.services.decks, viewer.profile_id
    if asked.place is not None:
        deck_id, at = asked.place
        named = await store.by_id(viewer_id, deck_id)
        if named is None or named.availability != asked.availability:
            raise InvalidInput.of(
                "after",
                "The deck of this cursor is gone: begin without after.",
                InvalidFieldCode.UNKNOWN,
            )
        return named, at + 1
    found = await store.current(viewer_id, asked.availability)
    is_good = found is not None and deck_ranking.is_good(found, viewer, now)
    if found is not None and is_good and not asked.refresh:
        return found, 0
    if not asked.refresh:
        return await _renewed(context, viewer, asked.availability, now), 0
    made = await store.made_since(viewer_id, now - timedelta(minutes=1))
    if found is not None and is_good and made >= _BUILDS_PER_MINUTE:
        return found, 0
    since = now - _NEW_FOR
    return await _renewed(context, viewer, asked.availability, now, made_since=since), 0


async def _renewed(
    context: Context,
    viewer: Features,
    availability: Availability | None,
    now: datetime,
    *,
    instead_of: Deck | None = None,
    made_since: datetime | None = None,
) -> Deck:
    """Give a new deck, made by one process for all who ask at the same time."""

    def is_good(made: Deck) -> bool:
        return (
            deck_ranking.is_good(made, viewer, now)
            and (instead_of is None or made.deck_id != instead_of.deck_id)
            and (made_since is None or made.built_at >= made_since)
        )

    return await context.services.decks.renewed(
        viewer.profile_id,
        availability,
        build=lambda: context.services.builder.deck(viewer, now=now, availability=availability),
        is_good=is_good,
    )


async def _page(
    context: Context, viewer: Features, found: Deck, start: int, *, size: int, now: datetime
) -> DeckPage:
    """Give a full page, as long as the deck has people who can still be shown."""
    # More than asked for are read: some stand in for those who cannot be shown any more, and one
    # tells whether there are more. Where that is not enough, twice as many are, and so on.
    places: list[tuple[int, Features]] = []
    begin, width = start, size + _SPARE
    while begin < found.size and len(places) <= size:
        ids = found.part(begin, begin + width)
        known = await _suited(context, viewer, found, ids, now)
        places += [(at, known[key]) for at, key in enumerate(ids, begin) if key in known]
        begin, width = begin + width, 2 * width
    shown = places[:size]
    return DeckPage(
        context=context,
        viewer=viewer,
        deck=found,
        rows=deck_ranking.recommendations(found, viewer, shown),
        places={person.profile_id: at for at, person in shown},
        page=Page(has_next=len(places) > size, has_previous=start > 0),
        asked_at=now,
    )


async def _suited(
    context: Context, viewer: Features, found: Deck, ids: Sequence[UUID], now: datetime
) -> dict[UUID, Features]:
    """Give those who can be shown now: visible, undecided, and within what both want."""
    rows = await context.services.builder.undecided(viewer.profile_id)(ids)
    people = (features_of(row) for row in rows)
    return {
        person.profile_id: person
        for person in people
        if mutually_eligible(viewer, person, now)
        and found.availability in (None, person.availability)
    }


def _is_thin(page: DeckPage, asked: Asked) -> bool:
    """Say whether somebody who begins anew is better served by a new deck than by this one."""
    if asked.place is not None or len(page.rows) >= asked.size:
        return False
    age = page.asked_at - page.deck.built_at
    return age > (_THIN_FOR if page.rows else timedelta())
