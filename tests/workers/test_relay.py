"""The relay: every fact is carried, in order, whatever fails or dies in between."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from persistence.queries import facts
from tests.support.live import PATIENCE_SECONDS, until
from workers import relay as relays
from workers.relay import BATCH, Relay

NEVER = 3600.0


@dataclass(frozen=True)
class Happened:
    """A fact about somebody."""

    number: int
    account_id: UUID | None = None
    kind: str = "Happened"
    audience: tuple[UUID, ...] = ()

    def body(self):
        return {
            "number": self.number,
            "account_id": str(self.account_id) if self.account_id else None,
        }


class Killed(BaseException):
    """What a process that is killed never handles."""


async def record(database, *facts):
    """Record each in a transaction of its own."""
    for fact in facts:
        async with database.write() as tx:
            tx.record(fact)


async def facts_of(database):
    async with database.write() as tx:
        return await tx.connection.fetch("SELECT * FROM facts ORDER BY fact_id")


async def let_all_wait_no_longer(database):
    async with database.write() as tx:
        await tx.connection.execute("UPDATE facts SET available_at = now()")


def collecting(told):
    async def carry(fact):
        told.append(fact.body["number"])

    return carry


async def test_facts_are_carried_in_order_and_once(database):
    told = []
    relay = Relay(database, collecting(told))
    await record(database, *(Happened(n) for n in range(BATCH + 5)))
    assert await relay.carry_waiting() == BATCH
    assert await relay.carry_waiting() == 5
    assert await relay.carry_waiting() == 0
    assert told == list(range(BATCH + 5))
    assert all(fact["finished_at"] for fact in await facts_of(database))


async def test_facts_of_one_transaction_are_carried_in_their_order(database):
    told = []
    person = uuid4()
    async with database.write() as tx:
        for n in range(20):
            tx.record(Happened(n, person))
    relay = Relay(database, collecting(told))
    while await relay.carry_waiting():
        pass
    assert told == list(range(20))


async def test_relays_side_by_side_carry_nothing_twice(database):
    await record(database, *(Happened(n) for n in range(2 * BATCH)))
    told, both_hold = [], asyncio.Barrier(2)

    async def carry(fact):
        if fact.body["number"] % BATCH == 0:
            await both_hold.wait()
        told.append(fact.body["number"])

    relays = Relay(database, carry), Relay(database, carry)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await asyncio.gather(*(relay.carry_waiting() for relay in relays)) == [BATCH, BATCH]
    assert sorted(told) == list(range(2 * BATCH))


async def test_what_one_relay_carries_holds_up_the_next_about_the_same_person(database):
    person = uuid4()
    await record(database, Happened(1, person), Happened(2, person), Happened(3, uuid4()))
    told, carrying, go_on = [], asyncio.Event(), asyncio.Event()

    async def slowly(fact):
        carrying.set()
        await go_on.wait()
        told.append(fact.body["number"])

    first = asyncio.create_task(Relay(database, slowly).carry_waiting())
    await carrying.wait()
    other = []
    assert await Relay(database, collecting(other)).carry_waiting() == 0
    go_on.set()
    assert await first == 2
    assert await Relay(database, collecting(other)).carry_waiting() == 1
    assert (told, other) == ([1, 3], [2])


async def test_a_failure_is_put_off_seen_and_tried_again_before_what_came_later(database):
    person = uuid4()
    await record(database, Happened(1, person), Happened(2, person), Happened(3, uuid4()))
    told, is_down = [], True

    async def carry(fact):
        if is_down and fact.body["number"] == 1:
            raise OSError("the queue is away")
        told.append(fact.body["number"])

    failures = REGISTRY.get_sample_value("kith_facts_failed_total", {"kind": "Happened"}) or 0
    relay = Relay(database, carry)
    assert await relay.carry_waiting() == 1
    assert told == [3]
    for attempt in range(1, 5):
        failed = (await facts_of(database))[0]
        assert failed["attempt_count"] == attempt
        pause = (failed["available_at"] - failed["recorded_at"]).total_seconds()
        assert pause >= 2 ** (attempt - 1)
        assert await relay.carry_waiting() == 0
        await let_all_wait_no_longer(database)
        if attempt < 4:
            assert await relay.carry_waiting() == 0
    told_of = REGISTRY.get_sample_value("kith_facts_failed_total", {"kind": "Happened"})
    assert told_of == failures + 4
    assert await database.value(facts.oldest_unfinished_seconds) > 0
    is_down = False
    while await relay.carry_waiting():
        pass
    assert told == [3, 1, 2]
    assert await database.value(facts.oldest_unfinished_seconds) is None


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    people=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    fates=st.lists(st.sampled_from(["carried", "failed", "killed"]), max_size=12),
)
async def test_every_fact_is_carried_in_order_though_relays_fail_and_die(database, people, fates):
    keys = [uuid4() for _ in range(4)]
    async with database.write() as tx:
        await tx.connection.execute("TRUNCATE facts")
        for number, person in enumerate(people):
            tx.record(Happened(number, keys[person]))
    told, fate = defaultdict(list), iter(fates)

    async def carry(fact):
        coming = next(fate, "carried")
        if coming == "failed":
            raise OSError("the queue is away")
        told[fact.subject].append(fact.body["number"])
        if coming == "killed":
            raise Killed

    while not all(fact["finished_at"] for fact in await facts_of(database)):
        await let_all_wait_no_longer(database)
        try:
            await Relay(database, carry).carry_waiting()
        except Killed:
            continue
    for person, key in enumerate(keys):
        # Again is allowed, out of order is not: each is first told after all before it.
        assert list(dict.fromkeys(told[key])) == [
            n for n, who in enumerate(people) if who == person
        ]


async def test_a_batch_that_takes_long_ends_early_and_leaves_the_rest(database, monkeypatch):
    monkeypatch.setattr(relays, "_LONGEST_BATCH_SECONDS", -1.0)
    told = []
    relay = Relay(database, collecting(told))
    await record(database, *(Happened(n) for n in range(3)))
    assert [await relay.carry_waiting() for _ in range(4)] == [1, 1, 1, 0]
    assert told == [0, 1, 2]
    assert all(fact["attempt_count"] == 0 for fact in await facts_of(database))


async def test_a_nudge_wakes_the_relay(database):
    told = []
    relay = Relay(database, collecting(told), poll_seconds=NEVER)
    running = asyncio.create_task(relay.run())
    await until(lambda: relay._nudged._waiters)
    await record(database, Happened(1))
    relay.nudge()
    await until(lambda: told == [1])
    relay.stop()
    await asyncio.wait_for(running, PATIENCE_SECONDS)


async def test_without_a_nudge_the_relay_finds_facts_by_itself(database):
    told = []
    relay = Relay(database, collecting(told), poll_seconds=0.01)
    running = asyncio.create_task(relay.run())
    await record(database, Happened(1))
    await until(lambda: told == [1])
    relay.stop()
    await asyncio.wait_for(running, PATIENCE_SECONDS)


async def test_stopping_carries_out_what_waits(database):
    await record(database, *(Happened(n) for n in range(BATCH * 2 + 1)))
    told = []
    relay = Relay(database, collecting(told), poll_seconds=NEVER)
    relay.stop()
    await asyncio.wait_for(relay.run(), PATIENCE_SECONDS)
    assert told == list(range(BATCH * 2 + 1))


async def test_a_relay_outlives_the_outages_of_its_database(database, monkeypatch):
    told, reached = [], database.write

    def away():
        monkeypatch.setattr(database, "write", reached)
        raise ConnectionResetError

    await record(database, Happened(1))
    relay = Relay(database, collecting(told), poll_seconds=0.01)
    monkeypatch.setattr(database, "write", away)
    running = asyncio.create_task(relay.run())
    await until(lambda: told == [1])
    relay.stop()
    await asyncio.wait_for(running, PATIENCE_SECONDS)


async def test_a_fact_that_is_about_nobody_waits_for_nobody(database):
    told = []

    async def carry(fact):
        if fact.body["number"] == 1:
            raise OSError("the queue is away")
        told.append(fact.body["number"])

    await record(database, Happened(1), Happened(2))
    await Relay(database, carry).carry_waiting()
    assert told == [2]
    assert [fact["subject"] for fact in await facts_of(database)] == [None, None]
