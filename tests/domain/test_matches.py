"""Matches: a model in memory and the database agree after whatever people do (P-05, P-06, P-11,
P-15, P-16)."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain import blocks, likes, matches, messages
from domain.matches import MatchStatus
from domain.pairs import DecisionKind
from domain.refusals import Refusal
from domain.viewer import Viewer
from persistence import models
from persistence.database import Database
from persistence.pages import Window
from persistence.queries import conversations, decisions, deck
from persistence.queries import matches as match_queries
from persistence.statements import Statement, one_of
from tests.support.people import PROFILE

A_FEW = 4
someone = st.integers(0, A_FEW - 1)


@pytest.mark.parametrize(
    ("mine", "is_matched", "status"),
    [
        (DecisionKind.LIKE, False, MatchStatus.PENDING),
        (DecisionKind.LIKE, True, MatchStatus.ACCEPTED),
        (DecisionKind.PASS, False, MatchStatus.REJECTED),
    ],
)
def test_the_status_tells_nothing_of_what_the_other_decided_alone(mine, is_matched, status):
    assert matches.status(mine, is_matched=is_matched) is status


class Model:
    """What must hold, in a few sets and lists; people are numbers."""

    def __init__(self):
        self.standing = {}
        self.log = []
        self.blocks = set()
        self.matches = set()
        self.written = set()

    def blocked(self, one, other):
        return bool({(one, other), (other, one)} & self.blocks)

    def act(self, me, other, kind, standing):
        self.log.append((me, other, kind))
        self.standing[me, other] = standing

    def end(self, me, other):
        match = frozenset((me, other))
        self.matches.discard(match)
        self.written.discard(match)

    def decide(self, me, other, kind):
        if me == other:
            return "CANNOT_DECIDE_ON_YOURSELF"
        match = frozenset((me, other))
        if self.blocked(me, other):
            return "PROFILE_NOT_FOUND"
        if kind == "pass" and match in self.matches:
            return "ALREADY_MATCHED"
        if self.standing.get((me, other)) != kind:
            self.act(me, other, kind, kind)
            if kind == self.standing.get((other, me)) == "like":
                self.matches.add(match)
        return None

    def unlike(self, me, other):
        if me == other:
            return "LIKE_NOT_FOUND"
        if self.blocked(me, other):
            return "PROFILE_NOT_FOUND"
        if self.standing.get((me, other)) != "like":
            return "LIKE_NOT_FOUND"
        self.act(me, other, "unlike", None)
        self.end(me, other)
        return None

    def latest_acts(self, me):
        """Each person's latest act of mine that stands, the latest person first."""
        seen = {}
        for decider, other, kind in reversed(self.log):
            if decider == me:
                seen.setdefault(other, kind)
        return [
            (other, kind)
            for other, kind in seen.items()
            if kind == self.standing.get((me, other)) and not self.blocked(me, other)
        ]

    def undo(self, me):
        if not (standing := self.latest_acts(me)):
            return "NOTHING_TO_UNDO"
        other, _ = standing[0]
        if frozenset((me, other)) in self.written:
            return "ALREADY_WRITTEN"
        self.act(me, other, "undo", None)
        self.end(me, other)
        return None

    def part(self, me, other, kind):
        if frozenset((me, other)) in self.matches:
            self.standing[other, me] = "pass"
        self.act(me, other, kind, "pass")
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
        if self.standing.get((me, other)) == "like":
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

    async def arrive(self):
        async with self.database.write() as tx:
            for n in range(A_FEW):
                name = f"m{n}{uuid4().hex[:20]}"
                account = await tx.add(
                    models.Account, email=f"{name}@example.com", username=name, password_hash=""
                )
                key = account.account_id
                onboarded_at = account.created_at
                values = {**PROFILE, "onboarded_at": onboarded_at}
                await tx.add(models.Profile, profile_id=key, display_name=f"P{n}", **values)
                await tx.add(models.Preferences, profile_id=key)
                self.viewers.append(Viewer(key, uuid4()))
        self.keys = [viewer.profile_id for viewer in self.viewers]

    async def call(self, verb, me, **named):
        try:
            async with self.database.write() as tx:
                await verb(tx, self.viewers[me], **named)
        except Refusal as refusal:
            return refusal.code
        return None

    async def match_of(self, me, other):
        """The match of two people, or one that they had, or one that nobody has."""
        pair = frozenset((me, other))
        if len(pair) == 2:
            first, second = sorted(self.keys[n] for n in pair)
            row = await self.database.one(match_queries.between, first_id=first, second_id=second)
            if row is not None:
                self.ended[pair] = row.match_id
        return self.ended.get(pair) or uuid4()

    async def unmatch(self, me, other):
        match_id = await self.match_of(me, other)
        return await self.call(matches.unmatch, me, match_id=match_id)

    async def write(self, me, other):
        match_id = await self.match_of(me, other)
        async with self.database.write() as tx:
            row = await tx.get(models.Conversation, match_id=match_id)
        key = row.conversation_id if row else uuid4()
        return await self.call(messages.send_message, me, conversation_id=key, text="Hello")

    def number(self, key):
        return self.keys.index(key)


def of_these(model, *columns):
    """Every row about these people."""
    table = model.__table__
    clause = table.select().where(*(one_of(getattr(model, name), "keys") for name in columns))
    return Statement(clause.order_by(*table.primary_key.columns), model)


ALL_MATCHES = of_these(models.Match, "first_id", "second_id")
ALL_PAIRS = of_these(models.Pair, "first_id", "second_id")
ALL_DECISIONS = of_these(models.Decision, "decider_id", "candidate_id")


class Matchmaking(RuleBasedStateMachine):
    """A few people who like, pass, undo, unlike, unmatch, block and write."""

    url = ""

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.model = Model()
        database = self.runner.run(
            Database.connect(self.url, read_connections=1, write_connections=1)
        )
        self.real = Reality(database)
        self.runner.run(self.real.arrive())

    def teardown(self):
        self.runner.run(self.real.database.close())
        self.runner.close()

    def compare(self, expected, answering):
        assert self.runner.run(answering) == expected

    @rule(me=someone, other=someone, kind=st.sampled_from(["like", "like", "pass"]))
    def decide(self, me, other, kind):
        verb = {"like": likes.like_profile, "pass": likes.pass_profile}[kind]
        expected = self.model.decide(me, other, kind)
        self.compare(expected, self.real.call(verb, me, profile_id=self.real.keys[other]))

    @rule(me=someone)
    def undo(self, me):
        self.compare(self.model.undo(me), self.real.call(likes.undo_decision, me))

    @rule(me=someone, other=someone)
    def unlike(self, me, other):
        calling = self.real.call(likes.unlike_profile, me, profile_id=self.real.keys[other])
        self.compare(self.model.unlike(me, other), calling)

    @rule(me=someone, other=someone)
    def unmatch(self, me, other):
        self.compare(self.model.unmatch(me, other), self.real.unmatch(me, other))

    @rule(me=someone, other=someone)
    def write(self, me, other):
        self.compare(self.model.write(me, other), self.real.write(me, other))

    @rule(me=someone, other=someone)
    def block(self, me, other):
        calling = self.real.call(blocks.block_profile, me, profile_id=self.real.keys[other])
        self.compare(self.model.block(me, other), calling)

    @rule(me=someone, other=someone)
    def unblock(self, me, other):
        calling = self.real.call(blocks.unblock_profile, me, profile_id=self.real.keys[other])
        self.compare(self.model.unblock(me, other), calling)

    @invariant()
    def the_database_holds_what_the_model_holds(self):
        self.runner.run(self.check_rows())

    @invariant()
    def everybody_sees_what_the_model_says(self):
        for me in range(A_FEW):
            self.runner.run(self.check_view_of(me))

    async def check_rows(self):
        real, keys = self.real, self.real.keys
        number = real.number
        rows = [
            row for row in await real.database.fetch(ALL_MATCHES, keys=keys) if row.ended_at is None
        ]
        found = [frozenset((number(row.first_id), number(row.second_id))) for row in rows]
        assert len(found) == len(set(found))
        assert set(found) == self.model.matches
        standing = {}
        for row in await real.database.fetch(ALL_PAIRS, keys=keys):
            first, second = number(row.first_id), number(row.second_id)
            standing[first, second] = row.first_decision
            standing[second, first] = row.second_decision
        likers = {pair for pair, kind in standing.items() if kind == "like"}
        mutual = {frozenset(pair) for pair in likers if pair[::-1] in likers}
        assert mutual == set(found)
        assert {p: k for p, k in standing.items() if k} == {
            p: k for p, k in self.model.standing.items() if k
        }
        log = await real.database.fetch(ALL_DECISIONS, keys=keys)
        assert [
            (number(row.decider_id), number(row.candidate_id), row.kind) for row in log
        ] == self.model.log

    async def check_view_of(self, me):
        real, model, others = self.real, self.model, set(range(A_FEW)) - {me}
        seen = {"viewer_id": real.keys[me]}
        shown = await real.database.fetch(deck.candidates, ids=real.keys, **seen)
        assert {real.number(row.profile_id) for row in shown} == {
            other
            for other in others
            if not model.standing.get((me, other)) and not model.blocked(me, other)
        }
        mine = {match for match in model.matches if me in match}
        listed = await self.listed(match_queries.of_member, me)
        assert {
            frozenset((real.number(row.first_id), real.number(row.second_id))) for row in listed
        } == mine
        match_ids = [row.match_id for row in listed]
        talks = await real.database.fetch(
            match_queries.conversations_of, match_ids=match_ids, **seen
        )
        assert sorted(row.match_id for row in talks) == sorted(match_ids)
        assert len(await self.listed(conversations.of_member, me)) == len(mine)
        given = {"like": decisions.likes_given, "pass": decisions.passes_given}
        for kind, listing in given.items():
            rows = await self.listed(listing, me)
            expected = [other for other, acted in model.latest_acts(me) if acted == kind]
            assert [real.number(row.candidate_id) for row in rows] == expected

    async def listed(self, listing, me):
        window, owner = Window(limit=10), self.real.keys[me]
        return await self.real.database.fetch(
            listing.page_statement(window),
            **listing.parameters([owner], window),
            viewer_id=owner,
        )


def test_whatever_people_do_a_match_is_two_likes_and_decks_leave_out_the_decided(
    application, settings
):
    class Machine(Matchmaking):
        url = str(settings.database_url)

    run_state_machine_as_test(
        Machine,
        settings=hypothesis_settings(max_examples=20, stateful_step_count=30, deadline=None),
    )
