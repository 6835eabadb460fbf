"""Second looks: people on whom the viewer decided long ago and who would be worth another look."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from matching.candidates import Candidate, Recommendation
from matching.deck_ranking import Circumstances, built, recommendations
from matching.decks import DeckBuilder
from matching.eligibility import mutually_eligible
from matching.explanations import Reason
from matching.features import Features, features_of
from matching.feedback import standings
from matching.scoring import Score
from matching.weights import active_model
from persistence.queries import deck as queries
from persistence.queries import profiles
from persistence.vectors import Vectors

PASSED_FOR = timedelta(days=30)
"""How long ago somebody must have been passed."""

LIKED_FOR = timedelta(days=14)
"""How long a like must have been without an answer."""

LEAST_SCORE = 50.0
"""What a typical pair scores: who fits less is not worth another look."""

_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Somebody whom the viewer may have missed.

    Attributes:
        recommendation: the person, as well as the two fit now.
        kind: what the viewer decided, as the pair keeps it.
        decided_at: when.
        now: when it is told.
    """

    recommendation: Recommendation
    kind: str
    decided_at: datetime
    now: datetime

    @property
    def profile_id(self) -> UUID:
        """The key of the person."""
        return self.recommendation.profile_id

    @property
    def score(self) -> Score:
        """How well the two fit."""
        return self.recommendation.score

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What the score is made of."""
        return self.recommendation.reasons

    @property
    def embedding_version(self) -> str | None:
        """By which the two texts were compared, None if they were not."""
        return self.recommendation.embedding_version

    @property
    def text(self) -> str:
        """Why the person is told of, in one English sentence."""
        days = (self.now - self.decided_at).days
        ago = f"{days // 30} months" if days >= 2 * 30 else f"{days} days"
        if self.kind == "pass":
            return f"You passed {ago} ago, and fit better than usual."
        return f"You have waited {ago} for an answer to your like, and fit better than usual."


async def second_looks(
    builder: DeckBuilder, viewer: Features, *, size: int, now: datetime
) -> list[SecondLook]:
    """Give whom a viewer passed long ago, or liked without an answer, and fits well.

    Whether the others passed or like the viewer decides nothing, so nothing of it can be told from
    the list; only where the app shows who likes people, those come first.

    Args:
        builder: has the stores.
        viewer: who looks.
        size: how many at most.
        now: the moment, with its time zone.

    Returns:
        The best fits first.
    """
    viewer_id = viewer.profile_id
    until = {"passed_until": now - PASSED_FOR, "liked_until": now - LIKED_FOR}
    rows = await builder.database.fetch(
        queries.missed, viewer_id=viewer_id, limit=_LOOKED_AT, **until
    )
    missed = {row["profile_id"]: row for row in rows}
    vectors = await builder.index()
    found = await _found(builder, viewer, list(missed), vectors, now)
    scored = await _scored(builder, viewer, found, vectors.model_version, now)
    fits = [one for one in scored if one.value > LEAST_SCORE]

    def key(one: Recommendation) -> tuple[bool, float, UUID]:
        is_told = builder.shows_admirers and missed[one.profile_id]["is_admirer"]
        return not is_told, -one.value, one.profile_id

    return [
        SecondLook(one, missed[one.profile_id]["kind"], missed[one.profile_id]["decided_at"], now)
        for one in sorted(fits, key=key)[:size]
    ]


async def _found(
    builder: DeckBuilder, viewer: Features, ids: Sequence[UUID], vectors: Vectors, now: datetime
) -> list[Candidate]:
    """Give those who can be met: visible, and within what both want."""
    rows, similarities = await asyncio.gather(
        builder.database.fetch(profiles.matching_rows, ids=ids, viewer_id=viewer.profile_id),
        builder.similarities(viewer, ids, vectors),
    )
    people: list[Any] = [features_of(row) for row in rows if row.is_discoverable]
    return [
        Candidate(person, similarities.get(person.profile_id))
        for person in people
        if mutually_eligible(viewer, person, now)
    ]


async def _scored(
    builder: DeckBuilder,
    viewer: Features,
    found: Sequence[Candidate],
    embedding_version: str,
    now: datetime,
) -> list[Recommendation]:
    active = await active_model(builder.database)
    people = {one.person.profile_id: one.person for one in found}
    ids = [viewer.profile_id, *people]
    known = await standings(
        builder.database, ids, active=active, now=now, with_appeal=builder.with_appeal
    )
    deck = built(
        viewer,
        found,
        known,
        Circumstances(),
        model=active.model,
        embedding_version=embedding_version,
        now=now,
        good_for=timedelta(),
    )
    return recommendations(deck, viewer, [(n, people[key]) for n, key in enumerate(deck.ids)])
