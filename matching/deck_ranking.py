"""Deck ranking: in which order a viewer meets people, and what each score is made of: pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import numpy as np
import orjson
from numpy.typing import NDArray

from matching.candidates import RETRIEVED, Candidate, Recommendation
from matching.exposure import (
    Floats,
    beta_of,
    loads,
    priorities,
    spread_order,
    step_back,
)
from matching.features import Features
from matching.feedback import Standing
from matching.ranking import Crowd, Directions, directions
from matching.reciprocity import mutual_odds
from matching.scoring import Model, value_of
from persistence.decks import Deck, new_deck_id

_HARDLY_SEEN = 1.0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides an order beside how well people fit.

    Attributes:
        admirers: who likes the viewer and has no answer.
        are_shown: whether the viewer may learn who they are.
        partner: with whom the viewer is a best pair of the day, None without one.
        live_conversations: how many each person has, by id; those who have none may be left out.
    """

    admirers: Collection[UUID] = ()
    are_shown: bool = False
    partner: UUID | None = None
    live_conversations: Mapping[UUID, int] = field(default_factory=dict)

    def beside(self, live_conversations: Mapping[UUID, int]) -> Self:
        """Give the same with how many live conversations people have."""
        return replace(self, live_conversations=live_conversations)


def built(
    viewer: Features,
    found: Sequence[Candidate],
    standings: Mapping[UUID, Standing],
    circumstances: Circumstances,
    *,
    model: Model,
    embedding_version: str,
    now: datetime,
    good_for: timedelta,
    availability: str | None = None,
) -> Deck:
    """Order people for a viewer, and freeze what their scores are made of.

    The partner of the day comes first, who likes the viewer next where the viewer may know, then
    everybody by the chance of a match less what they have had of attention: `exposure.priorities`.

    Exact scores know only the viewer's own pickiness and taste: else they would tell who is liked.

    Args:
        viewer: who looks.
        found: who can be shown, everybody once.
        standings: what is known of the viewer and of everybody found.
        circumstances: what else counts.
        model: the weights.
        embedding_version: of the embedding model whose cosines those found come with.
        now: the moment for which it is ranked, with its time zone.
        good_for: after how long who begins anew gets another deck.
        availability: of whom it is, None for all.
    """
    people = sorted(found, key=lambda one: one.person.profile_id)
    learned, told, unlearned = _directions(viewer, people, standings, model, now)
    there, back = map(model.calibration.log_chances, (learned.there, learned.back))
    spread = _spread(people, standings, circumstances, (there, back), now)
    order, rows = _ordered(people, spread, circumstances)
    similarities = _similarities(people)[rows]
    return Deck(
        deck_id=new_deck_id(),
        viewer_id=viewer.profile_id,
        availability=availability,
        built_at=now,
        good_until=now + good_for,
        built_for=fingerprint(viewer),
        embedding_version=embedding_version if np.isfinite(similarities).any() else None,
        model=model.as_dict(),
        keys=b"".join(key.bytes for key in order),
        similarities=similarities,
        experiences=(told.mutual - unlearned.mutual).astype(np.float32)[rows],
        chances=np.exp(there + back).astype(np.float32)[rows],
    )


def _ordered(
    people: Sequence[Candidate], spread: Sequence[int], circumstances: Circumstances
) -> tuple[list[UUID], list[int]]:
    """Give whom the deck holds, and their places among the people."""
    places = {people[index].person.profile_id: index for index in spread}
    order = led(list(places), circumstances)[:RETRIEVED]
    return order, [places[key] for key in order]


def _similarities(people: Sequence[Candidate]) -> NDArray[np.float32]:
    known = [np.nan if one.similarity is None else one.similarity for one in people]
    return np.array(known, dtype=np.float32)


def _directions(
    viewer: Features,
    people: Sequence[Candidate],
    standings: Mapping[UUID, Standing],
    model: Model,
    now: datetime,
) -> tuple[Directions, Directions, Directions]:
    """Give the log-odds with what decisions taught, with what the viewer may see of it, without."""
    crowd = Crowd.of([one.person for one in people])
    similarities = [one.similarity for one in people]
    asked: dict[str, Any] = {"similarities": similarities, "now": now, "model": model}
    of_viewer = standings[viewer.profile_id].learned
    of_people = [standings[one.person.profile_id].learned for one in people]
    return (
        directions(viewer, crowd, of_viewer=of_viewer, of_people=of_people, **asked),
        directions(viewer, crowd, of_viewer=replace(of_viewer, appeal=0.0), **asked),
        directions(viewer, crowd, **asked),
    )


def _spread(
    people: Sequence[Candidate],
    standings: Mapping[UUID, Standing],
    circumstances: Circumstances,
    chances: tuple[Floats, Floats],
    now: datetime,
) -> list[int]:
    """Order people by the chance of a match and by what they have had of attention."""
    keys = [one.person.profile_id for one in people]
    impressions = np.array([standings[key].impressions for key in keys], dtype=np.float64)
    seen = (one.person.last_active_at for one in people)
    idle = [None if at is None else now - at for at in seen]
    steps = [
        step_back(circumstances.live_conversations.get(key, 0), away)
        for key, away in zip(keys, idle, strict=True)
    ]
    beta = beta_of(len(people), likes_lead=circumstances.are_shown)
    back = np.array(steps, dtype=np.float64)
    priority = priorities(*chances, loads(impressions), beta=beta, back=back)
    return spread_order(priority, impressions < _HARDLY_SEEN, beta=beta)


def led(order: Sequence[UUID], circumstances: Circumstances) -> list[UUID]:
    """Let the partner of the day lead an order, and then who likes the viewer, if they may know.

    Args:
        order: everybody once.
        circumstances: who leads.
    """

    def rank(key: UUID) -> int:
        if key == circumstances.partner:
            return 0
        return 1 if circumstances.are_shown and key in circumstances.admirers else 2

    return sorted(order, key=rank)


def recommendations(
    deck: Deck, viewer: Features, shown: Iterable[tuple[int, Features]]
) -> list[Recommendation]:
    """Score people of a deck: by the deck's weights and for its moment.

    So scores stay while both sides stay as they are, whatever is learned meanwhile.

    Args:
        deck: the deck.
        viewer: whose deck it is, as the database says now.
        shown: places in the deck, from 0, and who is there, as the database says now.

    Returns:
        In the order given.
    """
    model, scored = Model.from_dict(deck.model), []
    for place, person in shown:
        cosine = float(deck.similarities[place])
        similarity = None if np.isnan(cosine) else cosine
        odds = mutual_odds(
            viewer,
            person,
            similarity=similarity,
            now=deck.built_at,
            model=model,
        )
        odds = replace(odds, experience=float(deck.experiences[place]))
        version = deck.embedding_version if similarity is not None else None
        scored.append(Recommendation(value_of(odds, model), odds, viewer, person, model, version))
    return scored


def is_good(deck: Deck, viewer: Features, now: datetime) -> bool:
    """Say whether a deck will do for who begins anew.

    Args:
        deck: the deck.
        viewer: whose it is, as the database says now.
        now: the present moment.
    """
    return now < deck.good_until and deck.built_for == fingerprint(viewer)


def fingerprint(viewer: Features) -> str:
    """Give what differs when a viewer's profile, place or wishes differ, and stays otherwise.

    When they were here last is left out: it changes each day.
    """
    still = replace(viewer, last_active_at=None)
    plain = orjson.dumps(still, default=_plain, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(plain, digest_size=12).hexdigest()


def _plain(value: Any) -> Any:
    # Sorted: sets have another order in each process.
    return sorted(value) if isinstance(value, frozenset) else str(value)
