"""Weights in use: read once for all who ask, anew after some seconds, and never from a failure."""

import asyncio
from types import SimpleNamespace
from uuid import UUID

import pytest

from matching.scoring import PRIOR, Model, Weight
from matching.weights import ActiveModel, active_model, forget_active_model
from persistence import fresh
from persistence.queries import experiments, matching_models
from persistence.statements import executed

FRESH = Model("refit@1", 1.0, {"nearness": Weight(3.0, 0.5)})


class Store:
    """Answers what is in use, and counts how often it was asked."""

    def __init__(self):
        self.reads = 0
        self.told = SimpleNamespace(weights=FRESH.as_dict(), like_rate=0.4)
        self.running = None
        self.known = []
        self.failure = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def one(self, statement):
        if statement is experiments.running:
            return self.running
        assert statement is matching_models.population
        self.reads += 1
        if (counted := executed.get()) is not None:
            counted.append("population")
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.told

    async def fetch(self, _statement, versions):
        return [row for row in self.known if row.version in versions]


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(fresh, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


async def test_all_who_ask_at_once_wait_for_one_statement(clock):
    store = Store()
    answers = await asyncio.gather(*(active_model(store) for _ in range(5)))
    assert answers == [ActiveModel(FRESH, 0.4)] * 5
    assert store.reads == 1


async def test_it_is_read_anew_after_five_seconds_or_when_it_has_changed(clock):
    store = Store()
    await active_model(store)
    store.told.like_rate = 0.5
    clock.now += 4.9
    assert (await active_model(store)).like_rate == 0.4
    clock.now += 0.2
    assert (await active_model(store)).like_rate == 0.5
    store.told.like_rate = 0.6
    forget_active_model(store)
    assert (await active_model(store)).like_rate == 0.6
    assert store.reads == 3


async def test_a_failure_reaches_who_asks_and_is_not_kept(clock):
    store = Store()
    store.failure = OSError("away")
    with pytest.raises(OSError, match="away"):
        await active_model(store)
    store.failure = None
    assert (await active_model(store)).model == FRESH


async def test_who_gives_up_does_not_take_the_answer_from_others(clock):
    store = Store()
    store.gate.clear()
    first, second = (asyncio.create_task(active_model(store)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    store.gate.set()
    assert (await second).model == FRESH
    assert store.reads == 1


async def test_no_operation_is_told_of_the_statement(clock):
    texts = []
    token = executed.set(texts)
    try:
        await active_model(Store())
    finally:
        executed.reset(token)
    assert texts == []


async def test_until_a_refit_there_is_the_prior(clock):
    store = Store()
    store.told = SimpleNamespace(weights=None, like_rate=None)
    active = await active_model(store)
    assert active == ActiveModel()
    assert active.model is PRIOR
    assert active.like_rate == pytest.approx(PRIOR.calibration.chance(0.0))


async def test_while_an_experiment_runs_everybody_has_the_weights_of_their_arm(clock):
    store = Store()
    arms = [{"name": "a", "version": PRIOR.version}, {"name": "b", "version": FRESH.version}]
    store.running = SimpleNamespace(experiment_id=UUID(int=7), arms=arms)
    store.known = [SimpleNamespace(version=FRESH.version, weights=FRESH.as_dict())]
    store.told.weights = None
    active = await active_model(store)
    assert active.model is PRIOR
    mine = {n: active.for_person(UUID(int=n)) for n in range(20)}
    assert {one.model.version for one in mine.values()} == {PRIOR.version, FRESH.version}
    assert all(one.like_rate == 0.4 and one.trial is None for one in mine.values())
    # What is somebody's own stays theirs.
    assert mine[3].for_person(UUID(int=4)) is mine[3]
