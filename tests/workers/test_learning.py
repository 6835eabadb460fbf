"""Jobs that learn: from each decision, day by day from all, and into the index."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from domain.learning import reset_matching, use_matching_model
from domain.refusals import NotFound
from matching import feedback, refitting
from matching.receptions import index_learned
from matching.refitting import refit
from matching.scoring import PRIOR, Model
from matching.weights import ActiveModel, active_model, forget_active_model
from persistence import models
from persistence.facets import Facets, Order, Search
from persistence.queries import learning as queries
from persistence.queries import matching_models
from persistence.vectors import ProfilePoint
from tests.support.lessons import crowd, lessons
from tests.workers.test_jobs import all_carried
from workers import learning

NOW = datetime.now(UTC)


@pytest.fixture
def database(services):
    """The database; what this process knows of the weights is read anew before and after."""
    forget_active_model(services.database)
    yield services.database
    forget_active_model(services.database)


async def memory(database, person):
    (row,) = await database.fetch(queries.learned_by_ids, ids=[person.key])
    return row


async def rows(database, table):
    async with database.write() as tx:
        return await tx.connection.fetch(f"SELECT * FROM {table}")  # noqa: S608


async def use(database, version):
    async with database.write() as tx:
        return await use_matching_model(tx, version)


async def test_a_decision_teaches_and_its_undo_takes_it_back(services, database, people, running):
    ada, bob = await people.join(), await people.join(interests=["chess"])
    async with running() as relay:
        await ada.api.done("likeProfile", profileId=bob.id)
        relay.nudge()
        await all_carried(database)
        given, received = await memory(database, ada), await memory(database, bob)
        assert given.likes_given == given.decisions_given > 0
        assert received.likes_received == received.decisions_received == given.likes_given
        assert given.decisions_received == received.decisions_given == 0
        assert given.taste["decisions"] == 1
        assert set(given.taste["lessons"]) <= set(PRIOR.weights)
        (lesson,) = await rows(database, "lessons")
        assert (lesson["is_like"], lesson["model_version"]) == (True, PRIOR.version)
        assert lesson["signals"]["interests_shared"] == 0.0
        assert lesson["signals"]["age_closeness"] == 1.0
        assert 0 < lesson["chance"] < 1
        await ada.api.done("undoDecision")
        relay.nudge()
        await all_carried(database)
    given, received = await memory(database, ada), await memory(database, bob)
    assert given.decisions_given == received.decisions_received == 0
    assert given.taste == {"decisions": 0, "lessons": {}}
    assert [row["is_counted"] for row in await rows(database, "lessons")] == [False]


async def test_decisions_that_no_fact_told_of_are_learned_later(database, people, running):
    ada, bob, cleo, dora = [await people.join() for _ in range(4)]
    await ada.api.done("likeProfile", profileId=bob.id)
    await bob.api.done("passProfile", profileId=ada.id)
    await ada.api.done("decide", profileId=cleo.id, decision="LATER")
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM facts")
        for side in ("first", "second"):
            await tx.connection.execute(
                f"UPDATE pairs SET {side}_decided_at = now() - interval '2 hours'"  # noqa: S608
                f" WHERE {side}_decision IS NOT NULL"
            )
    # Of this one the fact may still be on its way.
    await ada.api.done("passProfile", profileId=dora.id)
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM facts")
    async with running():
        for _ in range(2):
            await asyncio.to_thread(learning.learn_missed.delay)
    learned = {(row["decider_id"], row["candidate_id"]) for row in await rows(database, "lessons")}
    assert learned == {(ada.key, bob.key), (bob.key, ada.key)}


async def test_what_is_learned_of_somebody_goes_with_them(services, database, people, running):
    ada, bob = await people.join(), await people.join()
    async with running() as relay:
        await ada.api.done("passProfile", profileId=bob.id)
        relay.nudge()
        await all_carried(database)
        assert len(await rows(database, "learned")) == 2
        before = [row for row in await rows(database, "learned") if row["profile_id"] == ada.key]
        assert before[0]["decisions_given"] > 0
        await bob.api.done("deleteAccount", password="correct horse battery")
        relay.nudge()
        await all_carried(database)
    assert await rows(database, "lessons") == []
    # What she decided stays hers, without a word of on whom, and nothing takes it back.
    assert await rows(database, "learned") == before
    active = ActiveModel()
    async with database.write() as tx:
        learned = await feedback.learn(
            tx, ada.key, bob.key, active=active, embedding_version="none@1"
        )
    assert not learned


async def test_a_reset_forgets_the_taste_and_not_what_others_learned(services, database, people):
    ada, bob, cleo = [await people.join() for _ in range(3)]
    version = services.vectors.model_version

    async def tell(other):
        async with database.write() as tx:
            keys = (ada.key, other.key)
            return await feedback.learn(tx, *keys, active=ActiveModel(), embedding_version=version)

    await ada.api.done("likeProfile", profileId=bob.id)
    assert await tell(bob)
    assert not await tell(bob)
    async with database.write() as tx:
        await reset_matching(tx, ada.viewer)
    given = await memory(database, ada)
    assert (given.taste, given.decisions_given) == ({}, 0)
    assert (await memory(database, bob)).decisions_received > 0
    await ada.api.done("passProfile", profileId=cleo.id)
    assert await tell(cleo)
    before = await memory(database, ada)
    assert before.taste["decisions"] == 1
    await ada.api.done("unlikeProfile", profileId=bob.id)
    assert await tell(bob)
    # What was forgotten is not taken back a second time.
    assert (await memory(database, ada)).taste == before.taste
    assert (await memory(database, bob)).decisions_received == 0


async def test_a_reset_forgets_also_what_was_not_learned_yet(services, database, people):
    ada, bob, cleo = [await people.join() for _ in range(3)]

    async def learn(other):
        async with database.write() as tx:
            keys = (ada.key, other.key)
            await feedback.learn(tx, *keys, active=ActiveModel(), embedding_version="none@1")

    await ada.api.done("likeProfile", profileId=bob.id)
    async with database.write() as tx:
        assert await reset_matching(tx, ada.viewer) == 0
    await ada.api.done("likeProfile", profileId=cleo.id)
    await learn(bob)
    given = await memory(database, ada)
    assert (given.taste.get("decisions", 0), given.decisions_given) == (0, 0)
    assert (await memory(database, bob)).decisions_received > 0
    await learn(cleo)
    given = await memory(database, ada)
    assert given.taste["decisions"] == 1
    assert given.decisions_given > 0
    await ada.api.done("unlikeProfile", profileId=bob.id)
    await learn(bob)
    assert (await memory(database, ada)).taste == given.taste


async def test_a_reset_tells_of_decisions_that_counted(services, database, people):
    ada, bob = await people.join(), await people.join()
    for mutation in ("passProfile", "undoDecision"):
        asked = {"profileId": bob.id} if mutation == "passProfile" else {}
        await ada.api.done(mutation, **asked)
        async with database.write() as tx:
            keys = (ada.key, bob.key)
            await feedback.learn(tx, *keys, active=ActiveModel(), embedding_version="none@1")
    assert len(await rows(database, "lessons")) == 1
    async with database.write() as tx:
        assert await reset_matching(tx, ada.viewer) == 0


async def test_the_weights_follow_the_decisions_and_come_into_use_if_they_do_better(database):
    await lessons(database, NOW)
    found = await refit(database, NOW)
    assert found.report.is_kept
    assert found.rolled_back is None
    assert found.report.fitted.auc > found.report.current.auc
    active = await active_model(database)
    assert active.model.version == found.active.version == f"refit@{NOW:%Y-%m-%d}"
    assert active.model.weights["interests_shared"].slope > PRIOR.weights["interests_shared"].slope
    kept = await rows(database, "lessons")
    assert active.like_rate == pytest.approx(np.mean([row["is_like"] for row in kept]), abs=0.01)
    assert await refit(database, NOW) is None
    (row,) = await rows(database, "matching_models")
    assert Model.from_dict(row["weights"]) == found.active
    assert row["report"]["fitted"]["auc"] == found.report.fitted.auc


async def test_weights_that_do_worse_are_told_of_and_not_used(database):
    # They go by what the prior expects, and are too few to know better.
    prior = {name: 2 * weight.slope for name, weight in PRIOR.weights.items()}
    await lessons(database, NOW, number=150, days=9, slopes=prior, seed=4)
    found = await refit(database, NOW)
    assert not found.report.is_kept
    assert (await active_model(database)).model is PRIOR
    (row,) = await rows(database, "matching_models")
    assert (row["weights"], row["activated_at"]) == (None, None)
    assert row["report"]["is_kept"] is False
    with pytest.raises(NotFound):
        await use(database, row["version"])


async def test_a_version_that_does_worse_in_use_gives_way_to_the_one_before(database):
    then = NOW - timedelta(days=5)
    backwards = Model.from_dict(
        {**PRIOR.as_dict(), "version": "refit@bad", "weights": {"nearness": [0.0, 0.5]}}
    )
    async with database.write() as tx:
        await tx.add(
            models.MatchingModel,
            version="refit@bad",
            weights=backwards.as_dict(),
            report={},
            like_rate=0.4,
            created_at=then,
            activated_at=then,
        )
    prior = {name: 2 * weight.slope for name, weight in PRIOR.weights.items()}
    await lessons(database, NOW, number=400, days=4, slopes=prior)
    assert (await active_model(database)).model == backwards
    found = await refit(database, NOW)
    assert found.active is PRIOR
    own, other = found.rolled_back
    assert other.auc > own.auc
    assert (await active_model(database)).model is PRIOR
    assert await database.one(matching_models.active) is None


async def test_two_refits_at_once_are_one(database):
    await lessons(database, NOW)
    found = await asyncio.gather(refit(database, NOW), refit(database, NOW))
    (kept,) = [each for each in found if each is not None]
    (row,) = await rows(database, "matching_models")
    assert row["version"] == kept.report.version
    assert (await active_model(database)).model == kept.active


async def test_what_staff_choose_meanwhile_stays(database, monkeypatch):
    then, loop, found = NOW - timedelta(days=1), asyncio.get_running_loop(), refitting._found
    await lessons(database, NOW)
    await refit(database, then)

    def interrupted(*arguments):
        asyncio.run_coroutine_threadsafe(use(database, None), loop).result()
        return found(*arguments)

    monkeypatch.setattr(refitting, "_found", interrupted)
    assert await refit(database, NOW) is None
    assert await database.one(matching_models.active) is None
    assert len(await rows(database, "matching_models")) == 1


async def test_a_version_is_judged_by_enough_decisions_of_people_who_liked_and_passed(database):
    then = NOW - timedelta(hours=1)
    await lessons(database, NOW)
    await refit(database, then)
    # There are only some 3 decisions since; then many, all of them likes.
    found = await refit(database, NOW + timedelta(days=1))
    assert found.rolled_back is None
    async with database.write() as tx:
        await tx.connection.execute("UPDATE matching_models SET activated_at = '2020-01-01'")
        await tx.connection.execute("UPDATE lessons SET is_like = true")
    found = await refit(database, NOW + timedelta(days=2))
    assert (found.rolled_back, found.report.is_kept) == (None, False)


async def test_nothing_is_fitted_before_anybody_has_decided(database):
    assert await refit(database, NOW) is None
    assert await rows(database, "matching_models") == []


async def test_one_version_is_in_use_whoever_changes_it(database):
    await lessons(database, NOW)
    found = await refit(database, NOW)
    await use(database, None)
    forget_active_model(database)
    assert (await active_model(database)).model is PRIOR
    row = await use(database, found.active.version)
    assert row.version == found.active.version
    with pytest.raises(NotFound):
        await use(database, "refit@never")
    forget_active_model(database)
    assert (await active_model(database)).model == found.active


async def test_impressions_count_once_a_day_and_fade(database):
    ada, bob, cleo = await crowd(database, 3)

    async def show(viewer, *ids, at=NOW):
        async with database.write() as tx:
            return await feedback.note_shown(tx, viewer, ids, at)

    assert await show(ada, bob, cleo, ada) == {bob, cleo}
    assert await show(ada, bob) == set()
    assert await show(cleo, bob) == {bob}
    week = timedelta(days=7)
    assert await show(ada, bob, at=NOW + week) == {bob}
    known = await feedback.standings(
        database, [ada, bob, cleo], active=ActiveModel(), now=NOW + week
    )
    assert known[bob].impressions == pytest.approx(2 / 2 + 1)
    assert known[cleo].impressions == pytest.approx(1 / 2)
    assert known[ada] == feedback.Standing()
    assert len(await rows(database, "impressions")) == 4


async def test_the_index_is_told_what_was_learned(services, database, people):
    ada, bob, cleo = [await people.join() for _ in range(3)]
    vectors = services.vectors
    everybody = [ada.key, bob.key, cleo.key]
    unit = np.full(services.embedder.dimensions, services.embedder.dimensions**-0.5, np.float32)
    await vectors.upsert([ProfilePoint(key, unit, Facets()) for key in everybody])
    try:
        await ada.api.done("likeProfile", profileId=cleo.id)
        await ada.api.done("passProfile", profileId=bob.id)
        for key in (bob.key, cleo.key):
            async with database.write() as tx:
                pair = (ada.key, key)
                await feedback.learn(tx, *pair, active=ActiveModel(), embedding_version="none@1")
        told = await index_learned(database, vectors, since=NOW - timedelta(days=1), now=NOW)
        assert told == 3
        search = Search(ada.key, Facets(), NOW, order=Order.LIKELIEST)
        assert [hit.profile_id for hit in await vectors.search(search)] == [cleo.key, bob.key]
        later = datetime.now(UTC) + timedelta(days=1)
        assert await index_learned(database, vectors, since=later, now=later) == 0
    finally:
        await vectors.delete(everybody)
