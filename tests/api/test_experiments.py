"""Experiments: versions of the weights compared on people, as staff see them (M21)."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from domain.experiments import ExperimentStarted, ExperimentStopped
from matching import feedback
from matching.experiments import arm_of
from matching.scoring import PRIOR, Model, Weight
from matching.weights import active_model, forget_active_model
from persistence import models
from resolvers import guards, ids

EXPERIMENT = """query($id: ID!) { experiment(id: $id) { id name startedAt stoppedAt arms {
    name version people decisions likes matchesPerPerson lift { ratio low high } } } }"""
START = "mutation($input: StartExperimentInput!) { startExperiment(input: $input) { __typename } }"
STOP = "mutation($input: StopExperimentInput!) { stopExperiment(input: $input) { __typename } }"
DECK = "{ viewer { deck { modelVersion nodes { reasons { signal } } } } }"
RUNNING = "{ matchingHealth { experiment { id } } }"
ARMS = [{"name": "control", "version": PRIOR.version}, {"name": "fresh", "version": "refit@1"}]
FRESH = Model("refit@1", 1.0, {"nearness": Weight(3.0, 0.5)})


@pytest.fixture
async def database(services):
    """The database with a version beside the prior; what this process knows is read anew."""
    database = services.database
    forget_active_model(database)
    async with database.write() as tx:
        await tx.add(
            models.MatchingModel,
            version=FRESH.version,
            weights=FRESH.as_dict(),
            report={"learned_from": 1, "held_out": 1, "rolled_back": None},
            like_rate=0.4,
        )
    yield database
    forget_active_model(database)


@pytest.fixture
async def boss(people):
    return await people.join("Boss", is_staff=True)


async def started(boss):
    answer = await boss.api.done(
        "startExperiment", "experiment { id }", name=" Fresh  weights ", arms=ARMS
    )
    return answer["experiment"]["id"]


async def facts(database, fact):
    async with database.write() as tx:
        sql = "SELECT * FROM facts WHERE kind = $1"
        return await tx.connection.fetch(sql, fact.__name__)


async def show(database, viewer, *people):
    async with database.write() as tx:
        shown = [person.key for person in people]
        await feedback.note_shown(tx, viewer.key, shown, datetime.now(UTC))


async def test_what_staff_do_is_logged_and_what_they_are_refused_is_not(
    database, boss, monkeypatch
):
    lines = []
    log = SimpleNamespace(info=lambda _event, **told: lines.append(told))
    monkeypatch.setattr(guards, "_log", log)
    await started(boss)
    refused = await boss.api.do("startExperiment", name="Another", arms=ARMS[:1])
    assert refused["__typename"] == "InvalidInput"
    await boss.api.done("updateAccount", firstName="Boss")
    (line,) = lines
    assert (line["mutation"], line["account_id"]) == ("start_experiment", str(boss.key))


async def test_everybody_is_ranked_by_the_arm_of_their_key(database, boss):
    before = await active_model(database)
    assert before.for_person(uuid4()) is before
    key = ids.decode(await started(boss), "Experiment")
    active = await active_model(database)
    versions = {arm["name"]: arm["version"] for arm in ARMS}
    people = [uuid4() for _ in range(40)]
    for person in people:
        arm = arm_of(key, person, ["control", "fresh"])
        assert active.for_person(person).model.version == versions[arm]
    used = {active.for_person(person).model.version: person for person in people}
    assert active.for_person(used[FRESH.version]).model == FRESH
    assert active.for_person(used[PRIOR.version]).model is PRIOR
    await boss.api.done("stopExperiment", experimentId=ids.encode("Experiment", key))
    after = await active_model(database)
    assert {after.for_person(person).model.version for person in people} == {PRIOR.version}


async def test_who_was_shown_a_deck_is_exposed_once(database, boss, people):
    ada, bob = await people.join(), await people.join()
    await show(database, bob, ada)
    experiment = await started(boss)
    key = ids.decode(experiment, "Experiment")
    for person in (ada, ada, bob):
        await show(database, person, boss)
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT * FROM experiment_exposures")
    names = [arm["name"] for arm in ARMS]
    assert {row["profile_id"]: row["arm"] for row in rows} == {
        person.key: arm_of(key, person.key, names) for person in (ada, bob)
    }
    assert (await boss.api.ask(RUNNING))["matchingHealth"]["experiment"]["id"] == experiment
    await boss.api.done("stopExperiment", experimentId=experiment)
    await show(database, boss, ada)
    async with database.write() as tx:
        assert len(await tx.connection.fetch("SELECT * FROM experiment_exposures")) == 2
    assert (await boss.api.ask(RUNNING))["matchingHealth"]["experiment"] is None


async def test_an_experiment_tells_what_came_of_its_arms(database, boss, people):
    experiment = await started(boss)
    key = ids.decode(experiment, "Experiment")
    crowd = [await people.join() for _ in range(8)]
    long_ago = datetime.now(UTC) - timedelta(days=1)
    arms = ["control"] * 3 + ["fresh"] * 5
    async with database.write() as tx:
        for person, arm in zip(crowd, arms, strict=True):
            exposure = {"profile_id": person.key, "arm": arm, "exposed_at": long_ago}
            await tx.add(models.ExperimentExposure, experiment_id=key, **exposure)
        await tx.connection.execute("UPDATE experiments SET started_at = $1", long_ago)

    async def match(one, other):
        await crowd[one].api.done("likeProfile", profileId=crowd[other].id)
        await crowd[other].api.done("likeProfile", profileId=crowd[one].id)

    for pair in ((0, 3), (3, 4), (4, 5), (5, 6), (6, 7)):
        await match(*pair)
    active = await active_model(database)
    async with database.write() as tx:
        told = {"active": active, "embedding_version": "none@1"}
        await feedback.learn(tx, crowd[0].key, crowd[3].key, **told)
    told = (await boss.api.ask(EXPERIMENT, id=experiment))["experiment"]
    assert (told["id"], told["name"], told["stoppedAt"]) == (experiment, "Fresh weights", None)
    control, fresh = told["arms"]
    assert (control["name"], control["version"], control["people"]) == ("control", "prior@1", 3)
    assert (control["decisions"], control["likes"], control["lift"]) == (1, 1, None)
    assert control["matchesPerPerson"] == pytest.approx(1 / 3)
    assert fresh["matchesPerPerson"] == pytest.approx(9 / 5)
    assert fresh["lift"]["ratio"] == pytest.approx(27 / 5)
    assert fresh["lift"]["low"] < 27 / 5 < fresh["lift"]["high"]
    await boss.api.done("stopExperiment", experimentId=experiment)
    await match(1, 7)
    stopped = (await boss.api.ask(EXPERIMENT, id=experiment))["experiment"]
    assert stopped["stoppedAt"] is not None
    assert stopped["arms"] == told["arms"]


async def test_one_experiment_runs_at_a_time(database, boss):
    first = await started(boss)
    refused = await boss.api.do("startExperiment", name="Another", arms=ARMS)
    assert (refused["__typename"], refused["code"]) == ("Conflict", "EXPERIMENT_RUNNING")
    for _ in range(2):
        await boss.api.done("stopExperiment", experimentId=first)
    assert len(await facts(database, ExperimentStopped)) == 1
    answers = await asyncio.gather(
        *(boss.api.do("startExperiment", name=f"At once {n}", arms=ARMS) for n in range(4))
    )
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["Conflict"] * 3 + ["StartExperimentSuccess"]
    assert len(await facts(database, ExperimentStarted)) == 2


@pytest.mark.parametrize(
    ("name", "arms", "fields"),
    [
        (" ", ARMS, ["name"]),
        ("x" * 101, ARMS, ["name"]),
        ("Test", ARMS[:1], ["arms"]),
        ("Test", [{"name": f"{n}", "version": PRIOR.version} for n in range(6)], ["arms"]),
        ("Test", [ARMS[0], ARMS[0]], ["arms.1.name"]),
        ("Test", [ARMS[0], {"name": "", "version": PRIOR.version}], ["arms.1.name"]),
        ("Test", [ARMS[0], {"name": "x" * 41, "version": PRIOR.version}], ["arms.1.name"]),
        ("Test", [ARMS[0], {"name": "new", "version": "refit@2"}], ["arms.1.version"]),
    ],
)
async def test_an_experiment_that_makes_no_sense_is_refused(database, boss, name, arms, fields):
    answer = await boss.api.do("startExperiment", name=name, arms=arms)
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == fields
    assert await facts(database, ExperimentStarted) == []


async def test_what_is_no_experiment_is_not_found(database, boss):
    for unknown in (ids.encode("Experiment", uuid4()), boss.id, "x"):
        assert (await boss.api.ask(EXPERIMENT, id=unknown))["experiment"] is None
        answer = await boss.api.do("stopExperiment", experimentId=unknown)
        assert answer["code"] == "EXPERIMENT_NOT_FOUND"


async def test_experiments_are_for_staff(api, database, boss, people):
    experiment = await started(boss)
    ada = await people.join()
    calls = (
        (EXPERIMENT, {"id": experiment}),
        (START, {"input": {"name": "Another", "arms": ARMS}}),
        (STOP, {"input": {"experimentId": experiment}}),
    )
    for query, variables in calls:
        assert (await ada.api.send(query, **variables)).codes == ["FORBIDDEN"]
        assert (await api.send(query, **variables)).codes == ["UNAUTHENTICATED"]
    assert await facts(database, ExperimentStopped) == []


async def test_a_deck_is_ranked_by_the_arm_of_its_viewer(database, boss, town):
    names = [arm["name"] for arm in ARMS]
    await town.join()
    people = [await town.join() for _ in range(4)]
    key = ids.decode(await started(boss), "Experiment")
    for person in people:
        page = (await person.api.ask(DECK))["viewer"]["deck"]
        arm = names.index(arm_of(key, person.key, names))
        assert page["modelVersion"] == ARMS[arm]["version"]
        signals = {reason["signal"] for reason in page["nodes"][0]["reasons"]}
        assert ("age_closeness" in signals) == (arm == 0)
