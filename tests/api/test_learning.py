"""What matching has learned, as people and staff see it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.learning import MatchingReset
from matching import feedback
from matching.refitting import refit
from matching.scoring import PRIOR
from matching.weights import ActiveModel, active_model, forget_active_model
from persistence.vectors import VectorsUnavailable
from tests.support.conversations import write
from tests.support.lessons import lessons
from tests.support.towns import deck

WEIGHTS = "{ viewer { matchingWeights { signal weight personal } } }"
COUNTS = "likesGiven passesGiven likesReceived matches replies profileViews"
INSIGHTS = f"""query($days: Int!) {{ viewer {{ insights(days: $days) {{
    whole {{ since until {COUNTS} }} weeks {{ since until {COUNTS} }} }} }} }}"""
REPORT = """query($days: Int! = 28) { rankingReport(days: $days) { since coverage gini card {
    decisions likes calibrationError engine { auc topLikeRate lift } similarity { auc lift }
    calibration { count predicted observed } } } }"""
HEALTH = """{ matchingHealth { indexSize recallAt20 model shareNeverShown
    refits { version isKept learnedFrom heldOut hasRolledBack likeRate createdAt activatedAt
        retiredAt } } }"""


@pytest.fixture
def database(services):
    """The database; what this process knows of the weights is read anew before and after."""
    forget_active_model(services.database)
    yield services.database
    forget_active_model(services.database)


@pytest.fixture
async def boss(people):
    return await people.join("Boss", is_staff=True)


async def learn(database, decider, candidate):
    async with database.write() as tx:
        await feedback.learn(
            tx, decider.key, candidate.key, active=ActiveModel(), embedding_version="none@1"
        )


async def weights(person):
    rows = (await person.api.ask(WEIGHTS))["viewer"]["matchingWeights"]
    return {row["signal"]: row for row in rows}


async def insights(person, days=28):
    return (await person.api.ask(INSIGHTS, days=days))["viewer"]["insights"]


async def facts(database, kind):
    async with database.write() as tx:
        return await tx.connection.fetch("SELECT * FROM facts WHERE kind = $1", kind)


async def decide(database, decider, likes, passes):
    for person in likes:
        await decider.api.done("likeProfile", profileId=person.id)
        await learn(database, decider, person)
    for person in passes:
        await decider.api.done("passProfile", profileId=person.id)
        await learn(database, decider, person)


async def test_weights_are_those_of_all_and_ones_own(database, people):
    ada = await people.join()
    before = await weights(ada)
    assert {name: row["weight"] for name, row in before.items()} == {
        name: weight.slope for name, weight in PRIOR.weights.items()
    }
    assert {row["personal"] for row in before.values()} == {0.0}
    hikers = [await people.join(interests=["hiking"]) for _ in range(3)]
    others = [await people.join(interests=["chess"]) for _ in range(3)]
    await decide(database, ada, likes=hikers, passes=others)
    after = await weights(ada)
    assert after["interests_shared"]["personal"] > 0
    assert after["interests_shared"]["weight"] == before["interests_shared"]["weight"]
    # Nobody but Ada has learned a taste.
    assert {row["personal"] for row in (await weights(hikers[0])).values()} == {0.0}


async def test_a_reset_forgets_ones_own_weights_and_no_decision(database, people):
    ada, bob, cleo = [await people.join(interests=[word]) for word in ("chess", "chess", "film")]
    await decide(database, ada, likes=[bob], passes=[cleo])
    assert any(row["personal"] for row in (await weights(ada)).values())
    answer = await ada.api.done("resetMatching", "forgottenDecisionCount")
    assert answer["forgottenDecisionCount"] == 2
    assert not any(row["personal"] for row in (await weights(ada)).values())
    query = "{ viewer { likesGiven { totalCount } passesGiven { totalCount } } }"
    given = (await ada.api.ask(query))["viewer"]
    assert (given["likesGiven"]["totalCount"], given["passesGiven"]["totalCount"]) == (1, 1)
    assert len(await facts(database, MatchingReset.__name__)) == 1
    again = await ada.api.done("resetMatching", "forgottenDecisionCount")
    assert again["forgottenDecisionCount"] == 0


async def test_no_score_tells_how_much_somebody_is_liked(database, town):
    ada, bob = await town.join(interests=["chess"]), await town.join(interests=["chess"])
    before = (await deck(ada))["nodes"][0]["score"]
    for _ in range(3):
        admirer = await town.people.join()
        await admirer.api.done("likeProfile", profileId=bob.id)
        await learn(database, admirer, bob)
    (shown,) = (await deck(ada, refresh=True))["nodes"]
    assert shown["profile"]["id"] == bob.id
    assert shown["score"] == before
    await bob.api.done("likeProfile", profileId=ada.id)
    answer = await ada.api.done("likeProfile", "match { compatibilityScore }", profileId=bob.id)
    assert answer["match"]["compatibilityScore"] == pytest.approx(before, abs=0.1)


async def test_an_application_can_leave_appeal_out(services, database, town):
    ada, bob = await town.join(), await town.join()
    viewer, now = await services.builder.viewer(ada.key), datetime.now(UTC)

    async def chance(**settings):
        deck = await replace(services.builder, **settings).deck(viewer, now=now)
        return deck.chances[deck.ids.index(bob.key)]

    before = await chance()
    for _ in range(3):
        admirer = await town.people.join()
        await admirer.api.done("likeProfile", profileId=bob.id)
        await learn(database, admirer, bob)
    assert await chance(with_appeal=False) == pytest.approx(before)
    assert await chance() > before


async def test_a_retried_reset_gets_the_same_answer(database, people):
    ada, bob = await people.join(), await people.join()
    await decide(database, ada, likes=[bob], passes=[])
    once = await ada.api.done("resetMatching", "forgottenDecisionCount", clientMutationId="1")
    again = await ada.api.done("resetMatching", "forgottenDecisionCount", clientMutationId="1")
    assert once == again
    assert len(await facts(database, MatchingReset.__name__)) == 1


async def test_insights_count_what_happened_to_somebody(services, database, people, pair):
    ada, bob, talk = pair
    cleo, dora, finn = [await people.join() for _ in range(3)]
    await ada.api.done("likeProfile", profileId=cleo.id)
    await ada.api.done("passProfile", profileId=dora.id)
    await finn.api.done("likeProfile", profileId=ada.id)
    await write(bob, talk, "Hello", "Are you there?")
    await write(ada, talk, "Yes")
    async with database.write() as tx:
        for viewer in (bob, cleo, dora):
            await feedback.note_shown(tx, viewer.key, [ada.key, finn.key], datetime.now(UTC))
    found = await insights(ada)
    told = {name: found["whole"][name] for name in COUNTS.split()}
    assert told == {
        "likesGiven": 2,
        "passesGiven": 1,
        "likesReceived": 2,
        "matches": 1,
        "replies": 2,
        "profileViews": "FEW",
    }
    assert len(found["weeks"]) == 4
    assert {name: found["weeks"][-1][name] for name in COUNTS.split()} == told
    assert found["weeks"][0]["likesGiven"] == 0
    assert found["weeks"][0]["since"] == found["whole"]["since"]
    assert found["weeks"][-1]["until"] == found["whole"]["until"]
    nothing = (await insights(dora))["whole"]
    assert (nothing["likesGiven"], nothing["profileViews"]) == (0, "NONE")


async def test_insights_go_week_by_week(database, people):
    ada, bob, cleo, dora = [await people.join() for _ in range(4)]
    for person, days in ((bob, 1), (cleo, 9), (dora, 40)):
        await ada.api.done("likeProfile", profileId=person.id)
        then = datetime.now(UTC) - timedelta(days=days)
        async with database.write() as tx:
            for side in ("first", "second"):
                await tx.connection.execute(
                    f"UPDATE pairs SET {side}_decided_at = $1 WHERE {side}_decided_at > $1"  # noqa: S608
                    " AND ($2 IN (first_id, second_id))",
                    then,
                    person.key,
                )
    found = await insights(ada, 10)
    assert [week["likesGiven"] for week in found["weeks"]] == [1, 1]
    assert found["whole"]["likesGiven"] == 2
    assert (await insights(ada, 90))["whole"]["likesGiven"] == 3


async def test_insights_leave_out_who_is_hidden_and_what_the_app_does_not_tell(
    services, database, people, monkeypatch
):
    ada, bob, cleo = [await people.join() for _ in range(3)]
    for person in (bob, cleo):
        await person.api.done("likeProfile", profileId=ada.id)
    await ada.api.done("blockProfile", profileId=bob.id)
    assert (await insights(ada))["whole"]["likesReceived"] == 1
    monkeypatch.setitem(vars(services.settings), "likes_received", "hidden")
    found = await insights(ada)
    assert found["whole"]["likesReceived"] is None
    assert {week["likesReceived"] for week in found["weeks"]} == {None}


@pytest.mark.parametrize("days", [0, -1, 91])
async def test_insights_and_reports_look_back_one_to_ninety_days(people, boss, days):
    for person, query in ((boss, INSIGHTS), (boss, REPORT)):
        answer = await person.api.send(query, days=days)
        assert answer.codes == ["INVALID_INPUT"]


async def test_the_report_judges_by_what_was_foreseen(database, people, boss):
    empty = (await boss.api.ask(REPORT))["rankingReport"]
    assert empty["card"] is None
    assert (empty["coverage"], empty["gini"]) == (0.0, 0.0)
    crowd = await lessons(database, datetime.now(UTC), number=800)
    async with database.write() as tx:
        await feedback.note_shown(tx, crowd[0], [boss.key], datetime.now(UTC))
    report = (await boss.api.ask(REPORT))["rankingReport"]
    card = report["card"]
    assert card["decisions"] == 800
    assert 0 < card["likes"] < 800
    assert 0.5 < card["engine"]["auc"] < 1
    assert card["engine"]["lift"] > 1 > card["similarity"]["lift"] - 0.5
    assert sum(row["count"] for row in card["calibration"]) == 800
    assert 0 < card["calibrationError"] < 0.5
    # Nobody of the crowd has completed the onboarding; Boss alone can be shown.
    assert (report["coverage"], report["gini"]) == (1.0, 0.0)


async def test_coverage_is_of_people_whom_decks_may_show(database, people, boss):
    ada, bob, cleo = [await people.join() for _ in range(3)]
    now = datetime.now(UTC)
    async with database.write() as tx:
        await feedback.note_shown(tx, boss.key, [ada.key, bob.key], now)
        await feedback.note_shown(tx, ada.key, [bob.key, cleo.key], now)
    report = (await boss.api.ask(REPORT))["rankingReport"]
    assert report["coverage"] == pytest.approx(3 / 4)
    for gone in (bob, cleo):
        await gone.api.done("setPreferences", isDiscoverable=False)
    report = (await boss.api.ask(REPORT))["rankingReport"]
    assert (report["coverage"], report["gini"]) == (pytest.approx(1 / 2), pytest.approx(1 / 2))


async def test_health_tells_of_the_rest_while_the_index_is_away(
    people, boss, services, monkeypatch
):
    async def away():
        raise VectorsUnavailable("no index")

    monkeypatch.setattr(services.vectors, "count", away)
    health = (await boss.api.ask(HEALTH))["matchingHealth"]
    assert health["indexSize"] is None
    assert health["model"] == PRIOR.version


async def test_health_tells_of_the_index_the_weights_and_the_unseen(database, people, boss):
    await people.join()
    health = (await boss.api.ask(HEALTH))["matchingHealth"]
    assert health["model"] == PRIOR.version
    assert health["refits"] == []
    assert health["shareNeverShown"] == 1.0
    assert health["indexSize"] >= 0
    await lessons(database, datetime.now(UTC))
    found = await refit(database, datetime.now(UTC))
    async with database.write() as tx:
        await feedback.note_shown(tx, boss.key, [(await people.join()).key], datetime.now(UTC))
    health = (await boss.api.ask(HEALTH))["matchingHealth"]
    assert health["model"] == found.active.version
    assert health["shareNeverShown"] == pytest.approx(2 / 3)
    (told,) = health["refits"]
    assert (told["version"], told["isKept"]) == (found.active.version, True)
    assert told["hasRolledBack"] is False
    assert told["learnedFrom"] + told["heldOut"] == 1_200
    assert told["activatedAt"] is not None is told["retiredAt"] is None


async def test_staff_roll_weights_back_and_forward(database, boss, people):
    await lessons(database, datetime.now(UTC))
    version = (await refit(database, datetime.now(UTC))).active.version
    ada = await people.join()
    slope = (await weights(ada))["interests_shared"]["weight"]
    answer = await boss.api.done("useMatchingModel", "version", version=PRIOR.version)
    assert answer["version"] == PRIOR.version
    assert (await active_model(database)).model is PRIOR
    assert (await weights(ada))["interests_shared"]["weight"] != slope
    await boss.api.done("useMatchingModel", "version", version=version)
    assert (await weights(ada))["interests_shared"]["weight"] == slope
    for unknown in ("refit@2020-01-01", "", "x" * 200, "a\nb"):
        refused = await boss.api.do("useMatchingModel", version=unknown)
        assert refused["code"] == "MATCHING_MODEL_NOT_FOUND"
    assert (await active_model(database)).model.version == version


@pytest.mark.parametrize("query", [REPORT, HEALTH])
async def test_only_staff_look_into_matching(api, people, query):
    ada = await people.join()
    assert (await ada.api.send(query)).codes == ["FORBIDDEN"]
    assert (await api.send(query)).codes == ["UNAUTHENTICATED"]


async def test_only_staff_change_the_weights(database, people):
    await lessons(database, datetime.now(UTC))
    version = (await refit(database, datetime.now(UTC))).active.version
    ada = await people.join()
    call = 'mutation { useMatchingModel(input: { version: "prior@1" }) { __typename } }'
    assert (await ada.api.send(call)).codes == ["FORBIDDEN"]
    assert (await active_model(database)).model.version == version
