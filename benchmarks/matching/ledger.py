"""What happens under one policy: who saw whom, who liked whom, and what the product learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.contents import Contents
from benchmarks.matching.people import Floats, Town
from matching import exposure, learning
from matching.learning import Tally, Taste
from matching.scoring import log_odds

_CONVERSATION = timedelta(days=3)
"""How long a match is talked with, where stepping back asks for live conversations."""


@dataclass(frozen=True)
class Learns:
    """What a policy keeps of what happened.

    Attributes:
        people: who is liked, and who likes: appeal and pickiness.
        taste: what each viewer likes.
        attention: who is busy with conversations or away.
    """

    people: bool = False
    taste: bool = False
    attention: bool = False


class Prospects:
    """Whom one viewer may be shown, as a policy knows them; all arrays are in the same order."""

    def __init__(self, ledger: "Ledger", side: int, viewer: int) -> None:
        """Take whom the viewer has not seen."""
        self._ledger, self._side, self._viewer = ledger, side, viewer
        self.people = np.flatnonzero(~ledger.seen[side][viewer])
        self.eligible = len(ledger.world.town.sides[1 - side])

    @property
    def similarity(self) -> Floats:
        """Cosine of the texts."""
        cosine = self._ledger.world.town.similarity
        return (cosine[self._viewer] if self._side == 0 else cosine[:, self._viewer])[self.people]

    @property
    def formula(self) -> Floats:
        """The score of the sources."""
        return self._ledger.world.contents.formula[self._side][self._viewer, self.people]

    @property
    def log_there(self) -> Floats:
        """Logarithm of the chance that the viewer likes them."""
        return self._log_chances(self._odds[0])

    @property
    def log_back(self) -> Floats:
        """Logarithm of the chance that they like the viewer, before they decided."""
        return self._log_chances(self._odds[1])

    @property
    def likes_viewer(self) -> NDArray[np.bool_]:
        """Who likes the viewer already."""
        return self._ledger.liked[1 - self._side][self.people, self._viewer]

    @property
    def load(self) -> Floats:
        """The attention they had, over the mean."""
        impressions = self._ledger.impressions[1 - self._side]
        return exposure.loads(impressions[self.people], mean=float(impressions.mean()))

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Who had hardly any attention."""
        return self._ledger.impressions[1 - self._side][self.people] < 0.5

    @property
    def steps_back(self) -> Floats:
        """How far they step back for now."""
        return self._ledger.steps_back[1 - self._side][self.people]

    @cached_property
    def _odds(self) -> tuple[Floats, Floats]:
        there, back = self._ledger.odds(self._side, self._viewer)
        return there[self.people], back[self.people]

    def _log_chances(self, totals: Floats) -> Floats:
        return self._ledger.world.contents.model.calibration.log_chances(totals)


@dataclass(frozen=True)
class World:
    """What is the same under every policy.

    Attributes:
        town: the people.
        contents: what the product makes of their profiles.
        would_like: whether each would like each if shown, for rows of each side.
        rate: the population's rate of likes, as the product knows it.
    """

    town: Town
    contents: Contents
    would_like: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    rate: float

    @classmethod
    def of(cls, town: Town, contents: Contents, rate: float, random: np.random.Generator) -> Self:
        """Settle by chance who would like whom."""
        one, other = (random.random(chances.shape) < chances for chances in town.likes)
        return cls(town, contents, (one, other), rate)

    @property
    def mutual(self) -> NDArray[np.bool_]:
        """Who would match, rows of the first side."""
        return self.would_like[0] & self.would_like[1].T


class Ledger:
    """One run of a world under one policy."""

    def __init__(self, world: World, learns: Learns) -> None:
        """Begin with nobody seen.

        Args:
            world: what happens in it.
            learns: what is kept of decisions.
        """
        self.world = world
        self._learns = learns
        sizes = [len(side) for side in world.town.sides]
        self.seen = tuple(np.zeros(m.shape, dtype=bool) for m in world.would_like)
        self.liked = tuple(np.zeros(m.shape, dtype=bool) for m in world.would_like)
        self.shown = tuple(np.zeros(size) for size in sizes)
        self.impressions = [np.zeros(size) for size in sizes]
        self._received = [[Tally()] * size for size in sizes]
        self._given = [[Tally()] * size for size in sizes]
        self._tastes = [[Taste()] * size for size in sizes]
        self.appeal = [np.zeros(size) for size in sizes]
        self.pickiness = [np.zeros(size) for size in sizes]
        self._touched: set[tuple[int, int]] = set()
        self._matched_at: list[list[list[datetime]]] = [[[] for _ in range(n)] for n in sizes]
        self.steps_back = [np.zeros(size) for size in sizes]

    @property
    def matches(self) -> NDArray[np.bool_]:
        """The matches so far, rows of the first side."""
        return self.liked[0] & self.liked[1].T

    def odds(self, side: int, viewer: int) -> tuple[Floats, Floats]:
        """Give both directions' log-odds for a viewer and everybody, above a typical pair's."""
        contents, other = self.world.contents, 1 - side
        there = contents.odds[side][viewer] + self.experience(side, viewer)
        back = contents.odds[other][:, viewer] + self.appeal[side][viewer] + self.pickiness[other]
        return there, back

    def experience(self, side: int, viewer: int) -> Floats:
        """Give what was learned of whether a viewer likes each of the others, in log-odds."""
        model = self.world.contents.model
        taste = self._tastes[side][viewer].corrections(model) if self._learns.taste else {}
        personal = self.world.contents.personal(side, viewer, taste)
        return self.appeal[1 - side] + self.pickiness[side][viewer] + personal

    def decide(self, side: int, viewer: int, people: Sequence[int], at: datetime) -> None:
        """Let a viewer see people and decide on each."""
        for candidate in people:
            liked = bool(self.world.would_like[side][viewer, candidate])
            self.seen[side][viewer, candidate] = True
            self.shown[1 - side][candidate] += 1
            self.impressions[1 - side][candidate] += 1.0
            if self._learns.people:
                self._learn(side, viewer, candidate, liked, at)
            self.liked[side][viewer, candidate] = liked
            if liked and self.liked[1 - side][candidate, viewer]:
                self._matched_at[side][viewer].append(at)
                self._matched_at[1 - side][candidate].append(at)

    def next_day(self, now: datetime) -> None:
        """Let impressions fade for a day, and those who are busy or away step back."""
        fade = exposure.decayed(1.0, timedelta(days=1))
        for side, people in enumerate(self.world.town.sides):
            self.impressions[side] *= fade
            if not self._learns.attention:
                continue
            for person, features in enumerate(people.features):
                live = sum(now - at < _CONVERSATION for at in self._matched_at[side][person])
                idle = now - features.last_active_at if features.last_active_at else None
                self.steps_back[side][person] = exposure.step_back(live, idle)

    def _learn(self, side: int, viewer: int, candidate: int, liked: bool, at: datetime) -> None:
        other = 1 - side
        if self._learns.taste:
            self._learn_taste(side, viewer, candidate, liked)
        self._given[side][viewer] = self._given[side][viewer].after(liked, at)
        self._received[other][candidate] = self._received[other][candidate].after(liked, at)
        self._touched |= {(side, viewer), (other, candidate)}

    def settle(self, at: datetime) -> None:
        """Let what was decided since the last time count in what is known of people."""
        for side, person in self._touched:
            received, given = self._received[side][person], self._given[side][person]
            rate = self.world.rate
            self.appeal[side][person] = learning.appeal_of(received, at, rate=rate)
            self.pickiness[side][person] = learning.pickiness_of(given, at, rate=rate)
        self._touched.clear()

    def _learn_taste(self, side: int, viewer: int, candidate: int, liked: bool) -> None:
        contents, taste = self.world.contents, self._tastes[side][viewer]
        measured = contents.measured(side, viewer, candidate)
        odds = log_odds(
            measured,
            contents.model,
            appeal=float(self.appeal[1 - side][candidate]),
            pickiness=float(self.pickiness[side][viewer]),
            personal=taste.corrections(contents.model),
        )
        lesson = learning.lesson_of(
            measured,
            chance=contents.model.calibration.chance(odds.total),
            liked=liked,
            model=contents.model,
        )
        self._tastes[side][viewer] = taste.after(lesson)
