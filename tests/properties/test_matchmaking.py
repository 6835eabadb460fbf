"""Likes and matches: a model and the database agree after whatever people do, one by one
(P-05, P-06, P-11, P-15, P-16)."""

import asyncio

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from persistence.database import Database
from persistence.pages import Window
from persistence.queries import conversations, decisions, deck
from persistence.queries import matches as match_queries
from tests.properties.matchmaking import Model, Reality, likes_

A_FEW = 4
someone = st.integers(0, A_FEW - 1)
# Likes twice, or few would match.
VERBS = (
    *("like", "like", "pass_", "later", "super_like", "undo"),
    *("unlike", "unmatch", "write", "block", "unblock"),
)


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
        self.runner.run(self.real.arrive(A_FEW))

    def teardown(self):
        self.runner.run(self.real.database.close())
        self.runner.close()

    @rule(verb=st.sampled_from(VERBS), me=someone, other=someone)
    def act(self, verb, me, other):
        expected = getattr(self.model, verb)(me, other)
        assert self.runner.run(getattr(self.real, verb)(me, other)) == expected
        self.runner.run(self.check({me, other}))

    async def check(self, concerned):
        assert await self.real.state() == self.model.state()
        assert await self.real.log() == self.model.log
        for me in concerned:
            await self.check_view_of(me)

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
        given = {
            decisions.likes_given: {"like", "super_like"},
            decisions.passes_given: {"pass"},
            decisions.later_pile: {"later"},
        }
        for listing, kinds in given.items():
            rows = await self.listed(listing, me)
            expected = [other for other, acted in model.latest_acts(me) if acted in kinds]
            assert [real.number(row.candidate_id) for row in rows] == expected
        received = await self.listed(decisions.likes_received, me)
        assert {real.number(row.profile_id): row.kind for row in received} == {
            other: kind
            for other in others
            if likes_(kind := model.standing.get((other, me)))
            and model.standing.get((me, other)) in {None, "later"}
            and not model.blocked(me, other)
        }

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
