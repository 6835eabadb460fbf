"""Decks as properties: whatever happens while somebody pages on two processes, between pages or at
the same time, nobody comes twice, nobody is left out, and whoever is shown suits both sides (M6,
M10, P-11)."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.eligibility import mutually_eligible
from matching.features import features_of
from matching.indexing import index_profiles
from persistence.decks import Decks, connect
from persistence.queries import profiles
from resolvers.context import Context
from resolvers.deck import deck

WISHES = st.sampled_from([[], ["woman"], ["man"], ["woman", "man"]])
PERSON = st.tuples(st.sampled_from(["woman", "man"]), WISHES)
ACTS = st.sampled_from(
    [
        "likeProfile",
        "passProfile",
        "blockProfile",
        "undoDecision",
        "hide",
        "join",
        "restart",
        "wish",
    ]
)
# The size of a page, the process that serves it, what happens to whom, and whether it happens at
# the same time or afterwards.
STEP = st.tuples(st.integers(1, 2), st.integers(0, 1), ACTS, st.integers(0, 99), st.booleans())
LAST = (3, 0, "restart", 0, False)
STEPS = st.lists(STEP, min_size=4, max_size=8)
OTHERS = st.lists(PERSON, min_size=6, max_size=9)


class SameForAll:
    """Embeds every text alike."""

    async def embed(self, texts):
        return np.full((len(texts), 384), 384**-0.5, dtype=np.float32)


class World:
    """A few people, and two processes that serve them."""

    def __init__(self, people, processes):
        self.people, self.processes = people, processes
        self.services = processes[0]
        self.others = []

    async def begin(self, viewer, others):
        async with self.services.database.write() as tx:
            await tx.connection.execute("TRUNCATE accounts CASCADE")
        self.viewer = await self.join(*viewer)
        self.others = [await self.join(*other) for other in others]
        await self.index([self.viewer, *self.others])

    async def join(self, gender, genders):
        return await self.people.join(gender=gender, preferences={"genders": genders})

    async def index(self, people):
        services, keys = self.services, [person.key for person in people]
        await index_profiles(services.database, services.vectors, SameForAll(), keys)

    async def end(self):
        await self.services.vectors.delete([one.key for one in (self.viewer, *self.others)])

    async def page(self, process, size, after):
        services = self.processes[process]
        context = Context(
            services=services,
            database=services.database,
            cursors=services.cursors,
            viewer=self.viewer.viewer,
        )
        return await deck(context, first=size, after=after)

    async def eligible(self):
        """Whom the viewer can be shown, of everybody, asked of the database alone."""
        undecided = self.services.builder.undecided(self.viewer.key)
        found = await undecided([person.key for person in self.others])
        (own,) = await self.services.database.fetch(
            profiles.matching_rows, ids=[self.viewer.key], viewer_id=self.viewer.key
        )
        viewer, now = features_of(own), datetime.now(UTC)
        people = [features_of(row) for row in found]
        return {one.profile_id for one in people if mutually_eligible(viewer, one, now)}

    async def happen(self, act, number):
        other = self.others[number % len(self.others)]
        if act == "join":
            self.others.append(await self.join("woman", []))
            await self.index(self.others[-1:])
        elif act == "restart":
            for services in self.processes:
                services.decks._near.drop(self.viewer.key)
        elif act == "hide":
            await other.api.done("setPreferences", isDiscoverable=False)
        elif act == "wish":
            await other.api.done("setPreferences", genders=["nonbinary"])
        elif act == "undoDecision":
            await self.viewer.api.send("mutation { undoDecision(input: {}) { __typename } }")
        else:
            name = f"{act[0].upper()}{act[1:]}Input"
            await self.viewer.api.send(
                f"mutation ($input: {name}!) {{ {act}(input: $input) {{ __typename }} }}",
                input={"profileId": other.id},
            )


@pytest.fixture
async def world(services, people):
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(connect(services.settings.redis_url))
        other = replace(services, decks=await stack.enter_async_context(Decks(redis)))
        yield World(people, [services, other])


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(viewer=PERSON, others=OTHERS, steps=STEPS)
async def test_paging_shows_everybody_who_suits_once_whatever_happens(world, viewer, others, steps):
    await world.begin(viewer, others)
    try:
        seen, after, script = [], None, iter(steps)
        always = suiting = await world.eligible()
        while True:
            size, process, act, number, at_once = next(script, LAST)
            page, _ = await asyncio.gather(
                world.page(process, size, after),
                world.happen(act, number) if at_once else asyncio.sleep(0),
            )
            shown = [row.profile_id for row in page.rows]
            before, suiting = suiting, await world.eligible()
            assert set(shown) <= before | suiting
            always &= suiting
            seen += shown
            if not page.page.has_next:
                break
            assert len(shown) == size
            after = page.cursor_of(page.rows[-1])
            if not at_once:
                await world.happen(act, number)
                suiting = await world.eligible()
                always &= suiting
        assert len(seen) == len(set(seen))
        assert always <= set(seen)
    finally:
        await world.end()
