"""Matchmaking in the small: a model in memory, and the same through the verbs on PostgreSQL."""

from typing import NamedTuple
from uuid import uuid4

import sqlalchemy as sa

from domain import blocks, likes, matches, messages
from domain.pairs import DecisionKind
from domain.refusals import Refusal
from domain.viewer import Viewer
from persistence import models
from persistence.queries import matches as match_queries
from persistence.statements import Statement, one_of, parameter
from tests.support.people import PROFILE

SUPER_LIKES = 2
"""How many super-likes people may give in a day."""


def likes_(kind):
    """Whether what stands is a like."""
    return kind in {"like", "super_like"}


class State(NamedTuple):
    """What stands between people, who are numbers.

    Attributes:
        matches: the pairs that have a match.
        standing: what people have decided about others, by (decider, other).
        blocks: who blocks whom, as (blocker, blocked).
        made: how many matches there have ever been.
    """

    matches: set
    standing: dict
    blocks: set
    made: int


class Model:
    """What must hold, in a few sets and lists; people are numbers."""

    def __init__(self):
        self.standing = {}
        self.log = []
        self.replaced = []
        self.undone = set()
        self.blocks = set()
        self.matches = set()
        self.written = set()
        self.made = 0

    def blocked(self, one, other):
        return bool({(one, other), (other, one)} & self.blocks)

    def act(self, me, other, kind, standing):
        """Log an act, by its number in the log, with what stood of the actor before it."""
        self.replaced.append(self.standing.get((me, other)))
        self.log.append((me, other, kind))
        self.standing[me, other] = standing

    def state(self):
        """What the database must hold, in the form in which `Reality.state` gives it."""
        standing = {pair: kind for pair, kind in self.standing.items() if kind}
        return State(self.matches, standing, self.blocks, self.made)

    def end(self, me, other):
        match = frozenset((me, other))
        self.matches.discard(match)
        self.written.discard(match)

    def like(self, me, other):
        return self.decide(me, other, "like")

    def pass_(self, me, other):
        return self.decide(me, other, "pass")

    def later(self, me, other):
        return self.decide(me, other, "later")

    def super_like(self, me, other):
        return self.decide(me, other, "super_like")

    def decide(self, me, other, kind):
        if me == other:
            return "CANNOT_DECIDE_ON_YOURSELF"
        match = frozenset((me, other))
        if self.blocked(me, other):
            return "PROFILE_NOT_FOUND"
        if match in self.matches:
            return None if likes_(kind) else "ALREADY_MATCHED"
        mine = self.standing.get((me, other))
        if mine == kind or (kind == "like" and likes_(mine)):
            return None
        if kind == "super_like" and self.super_likes(me) >= SUPER_LIKES:
            return "SUPER_LIKE_LIMIT_REACHED"
        self.act(me, other, kind, kind)
        if likes_(kind) and likes_(self.standing.get((other, me))):
            self.matches.add(match)
            self.made += 1
        return None

    def super_likes(self, me):
        """How many super-likes of mine were not taken back."""
        return sum(
            (decider, kind) == (me, "super_like") and number not in self.undone
            for number, (decider, _, kind) in enumerate(self.log)
        )

    def unlike(self, me, other):
        if me == other:
            return "LIKE_NOT_FOUND"
        if self.blocked(me, other):
            return "PROFILE_NOT_FOUND"
        if not likes_(self.standing.get((me, other))):
            return "LIKE_NOT_FOUND"
        self.part(me, other, "unlike", None)
        return None

    def standing_acts(self, me):
        """The numbers of each person's latest act of mine that stands, the latest first."""
        latest = {}
        for number in reversed(range(len(self.log))):
            decider, other, kind = self.log[number]
            if decider == me and kind != "undo" and number not in self.undone:
                latest.setdefault(other, number)
        return [
            number
            for other, number in latest.items()
            if self.log[number][2] == self.standing.get((me, other))
        ]

    def latest_acts(self, me):
        """Whom those acts are about and their kinds, as far as I see them."""
        acts = [self.log[number][1:] for number in self.standing_acts(me)]
        return [(other, kind) for other, kind in acts if not self.blocked(me, other)]

    def undo(self, me, _other=None):
        standing = self.standing_acts(me)
        if not standing or self.blocked(me, self.log[standing[0]][1]):
            return "NOTHING_TO_UNDO"
        number = standing[0]
        other, match = self.log[number][1], frozenset((me, self.log[number][1]))
        restored = self.replaced[number]
        mutual = likes_(restored) and likes_(self.standing.get((other, me)))
        if match in self.written and not mutual:
            return "ALREADY_WRITTEN"
        self.undone.add(number)
        self.act(me, other, "undo", restored)
        if not mutual:
            self.end(me, other)
        elif match not in self.matches:
            self.matches.add(match)
            self.made += 1
        return None

    def part(self, me, other, kind, left="pass"):
        if frozenset((me, other)) in self.matches:
            self.standing[other, me] = left
        self.act(me, other, kind, left)
        self.end(me, other)

    def unmatch(self, me, other):
        if frozenset((me, other)) not in self.matches:
            return "MATCH_NOT_FOUND"
        self.part(me, other, "unmatch")
        return None

    def block(self, me, other):
        if me == other:
            return "CANNOT_BLOCK_YOURSELF"
        if (me, other) in self.blocks:
            return None
        if self.blocked(me, other):
            return "PROFILE_NOT_FOUND"
        self.blocks.add((me, other))
        if likes_(self.standing.get((me, other))):
            self.part(me, other, "block")
        return None

    def unblock(self, me, other):
        if (me, other) not in self.blocks:
            return "PROFILE_NOT_FOUND"
        self.blocks.remove((me, other))
        return None

    def write(self, me, other):
        match = frozenset((me, other))
        if match not in self.matches:
            return "CONVERSATION_NOT_FOUND"
        self.written.add(match)
        return None


class Reality:
    """The same in the database, through the verbs; answers are the codes of refusals."""

    def __init__(self, database):
        self.database = database
        self.viewers = []
        self.ended = {}

    async def arrive(self, number):
        """Let people join who know nobody else."""
        async with self.database.write() as tx:
            for n in range(number):
                name = f"m{n}{uuid4().hex[:20]}"
                account = await tx.add(
                    models.Account, email=f"{name}@example.com", username=name, password_hash=""
                )
                key = account.account_id
                values = {**PROFILE, "onboarded_at": account.created_at}
                await tx.add(models.Profile, profile_id=key, display_name=f"P{n}", **values)
                await tx.add(models.Preferences, profile_id=key)
                self.viewers.append(Viewer(key, uuid4()))
        self.keys = [viewer.profile_id for viewer in self.viewers]

    def number(self, key):
        return self.keys.index(key)

    async def call(self, verb, me, **named):
        try:
            async with self.database.write() as tx:
                await verb(tx, self.viewers[me], **named)
        except Refusal as refusal:
            return refusal.code
        return None

    async def like(self, me, other):
        return await self.call(likes.like_profile, me, profile_id=self.keys[other])

    async def pass_(self, me, other):
        return await self.call(likes.pass_profile, me, profile_id=self.keys[other])

    async def later(self, me, other):
        return await self.decide(me, other, DecisionKind.LATER)

    async def super_like(self, me, other):
        return await self.decide(me, other, DecisionKind.SUPER_LIKE)

    async def decide(self, me, other, decision):
        asked = {"decision": decision, "super_likes_per_day": SUPER_LIKES}
        return await self.call(likes.decide, me, profile_id=self.keys[other], **asked)

    async def undo(self, me, _other=None):
        return await self.call(likes.undo_decision, me)

    async def unlike(self, me, other):
        return await self.call(likes.unlike_profile, me, profile_id=self.keys[other])

    async def block(self, me, other):
        return await self.call(blocks.block_profile, me, profile_id=self.keys[other])

    async def unblock(self, me, other):
        return await self.call(blocks.unblock_profile, me, profile_id=self.keys[other])

    async def unmatch(self, me, other):
        match_id = await self.match_of(me, other)
        return await self.call(matches.unmatch, me, match_id=match_id)

    async def write(self, me, other):
        match_id = await self.match_of(me, other)
        async with self.database.write() as tx:
            row = await tx.get(models.Conversation, match_id=match_id)
        key = row.conversation_id if row else uuid4()
        return await self.call(messages.send_message, me, conversation_id=key, text="Hello")

    async def match_of(self, me, other):
        """The match of two people, or one that they had, or one that nobody has."""
        pair = frozenset((me, other))
        if len(pair) == 2:
            first, second = sorted(self.keys[n] for n in pair)
            row = await self.database.one(match_queries.between, first_id=first, second_id=second)
            if row is not None:
                self.ended[pair] = row.match_id
        return self.ended.get(pair) or uuid4()

    async def rows(self, statement):
        return await self.database.fetch(statement, keys=self.keys)

    async def state(self):
        """What the database holds, having checked that a match is two likes, once and whole."""
        number = self.number
        found = await self.rows(_MATCHES)
        open_ones = [
            frozenset((number(row.first_id), number(row.second_id)))
            for row in found
            if row.ended_at is None
        ]
        assert len(open_ones) == len(set(open_ones))
        standing = {}
        for row in await self.rows(_PAIRS):
            first, second = number(row.first_id), number(row.second_id)
            standing[first, second] = row.first_decision
            standing[second, first] = row.second_decision
        likers = {pair for pair, kind in standing.items() if likes_(kind)}
        assert {frozenset(pair) for pair in likers if pair[::-1] in likers} == set(open_ones)
        assert sorted(row[0] for row in await self.rows(_MADE)) == sorted(
            str(row.match_id) for row in found
        )
        talks = {row.match_id: row.ended_at for row in await self.rows(CONVERSATIONS)}
        assert len(talks) == len(found)
        assert all((talks[row.match_id] is None) == (row.ended_at is None) for row in found)
        blocked = {
            (number(row.blocker_id), number(row.blocked_id)) for row in await self.rows(_BLOCKS)
        }
        decided = {pair: kind for pair, kind in standing.items() if kind}
        return State(set(open_ones), decided, blocked, len(found))

    async def log(self):
        """Every act, in order, as (decider, other, kind)."""
        return [
            (self.number(row.decider_id), self.number(row.candidate_id), row.kind)
            for row in await self.rows(_DECISIONS)
        ]


def _among_these(model, *columns):
    """Every row about the people `keys`."""
    table = model.__table__
    clause = table.select().where(*(one_of(getattr(model, name), "keys") for name in columns))
    return Statement(clause.order_by(*table.primary_key.columns), model)


_MATCHES = _among_these(models.Match, "first_id", "second_id")
_PAIRS = _among_these(models.Pair, "first_id", "second_id")
_DECISIONS = _among_these(models.Decision, "decider_id", "candidate_id")
_BLOCKS = _among_these(models.Block, "blocker_id", "blocked_id")
CONVERSATIONS = Statement(
    sa.select(models.Conversation)
    .join(models.Match, models.Match.match_id == models.Conversation.match_id)
    .where(one_of(models.Match.first_id, "keys")),
    models.Conversation,
)
_MADE = Statement(
    sa.select(models.Fact.body["match_id"].astext).where(
        models.Fact.kind == "MatchMade",
        sa.cast(models.Fact.body["first_id"].astext, sa.Uuid())
        == sa.any_(parameter("keys", sa.ARRAY(sa.Uuid()))),
    )
)
"""The matches of which facts tell that they were made."""
