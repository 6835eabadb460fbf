"""Request rates: bounded in any minute, in all processes together, with or without Redis."""

import math
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from persistence.request_rates import WINDOW_SECONDS, RequestRates


class Clock:
    """A clock that is set by hand, at the beginning of a minute."""

    def __init__(self):
        self.now = 60.0 * 30_000_000

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def process(stores, clock):
    """Makes what several processes have; they exchange counts when a test says so."""
    made = []

    def make(url=stores.redis_url):
        made.append(RequestRates(url, exchange_seconds=3600, clock=clock))
        return made[-1]

    yield make
    for rates in made:
        await rates.close()


def key():
    return f"account:{uuid4()}"


def hits(rates, key, most, number):
    return [rates.hit(key, most) is None for _ in range(number)].count(True)


def failures():
    return REGISTRY.get_sample_value("kith_request_rate_failures_total")


async def test_no_more_than_the_limit_at_once_and_others_are_not_touched(process):
    rates, ada, bob = process(), key(), key()
    assert hits(rates, ada, 5, 20) == 5
    assert hits(rates, bob, 5, 3) == 3


async def test_a_minute_later_all_is_allowed_again_and_half_of_it_halfway(process, clock):
    rates, ada = process(), key()
    assert hits(rates, ada, 10, 20) == 10
    clock.now += WINDOW_SECONDS
    assert hits(rates, ada, 10, 20) == 0
    clock.now += WINDOW_SECONDS / 2
    assert hits(rates, ada, 10, 20) == 5
    clock.now += 2 * WINDOW_SECONDS
    assert hits(rates, ada, 10, 20) == 10


@settings(max_examples=100, deadline=None)
@given(
    most=st.integers(1, 6),
    acts=st.lists(st.tuples(st.floats(0, 90), st.integers(0, 8)), min_size=1, max_size=8),
)
async def test_what_is_left_can_be_sent_and_one_more_when_told(stores, most, acts):
    clock = Clock()
    rates = RequestRates(stores.redis_url, exchange_seconds=3600, clock=clock)
    for pause, number in acts:
        clock.now += pause
        hits(rates, "ada", most, number)
    left, wait = rates.left("ada", most)
    assert rates.left("ada", most) == (left, wait)
    assert (wait is None) == (left == most)
    if wait is not None:
        clock.now += wait
        assert rates.left("ada", most)[0] > left
    left, _ = rates.left("ada", most)
    assert hits(rates, "ada", most, 20) == left
    await rates.close()


@settings(max_examples=200, deadline=None)
@given(
    most=st.integers(1, 6),
    acts=st.lists(st.tuples(st.floats(0, 50), st.integers(1, 8)), max_size=12),
)
async def test_who_waits_as_told_is_let_in_and_nobody_sooner(stores, most, acts):
    clock = Clock()
    rates = RequestRates(stores.redis_url, exchange_seconds=3600, clock=clock)
    for pause, number in acts:
        clock.now += pause
        hits(rates, "ada", most, number)
    if (wait := rates.hit("ada", most)) is not None:
        began = clock.now
        clock.now = began + max(0.0, wait - 1.001)
        assert wait == 1 or rates.hit("ada", most) is not None
        clock.now = began + wait
        assert rates.hit("ada", most) is None
    rates._untold.clear()
    await rates.close()


@settings(max_examples=200, deadline=None)
@given(most=st.integers(1, 6), pauses=st.lists(st.floats(0, 40), max_size=40))
async def test_two_windows_never_hold_more_than_twice_the_limit(stores, most, pauses):
    clock, allowed = Clock(), []
    rates = RequestRates(stores.redis_url, exchange_seconds=3600, clock=clock)
    for pause in pauses:
        clock.now += pause
        if rates.hit("ada", most) is None:
            allowed.append(clock.now)
    windows = [math.floor(moment / WINDOW_SECONDS) for moment in allowed]
    assert all(windows.count(window) <= most for window in windows)
    rates._untold.clear()
    await rates.close()


async def test_processes_know_of_each_other_after_an_exchange(process, clock):
    one, other, ada = process(), process(), key()
    assert hits(one, ada, 10, 6) == 6
    await one.exchange()
    assert hits(other, ada, 10, 1) == 1
    await other.exchange()
    assert hits(other, ada, 10, 20) == 3
    await other.exchange()
    clock.now += WINDOW_SECONDS
    newcomer = process()
    assert hits(newcomer, ada, 10, 1) == 1
    await newcomer.exchange()
    assert hits(newcomer, ada, 10, 20) == 0


async def test_counts_are_exchanged_soon_after_a_request(stores, clock):
    one = RequestRates(stores.redis_url, exchange_seconds=0.01, clock=clock)
    other = RequestRates(stores.redis_url, exchange_seconds=3600, clock=clock)
    ada = key()
    assert hits(one, ada, 3, 2) == 2
    await one._exchanging
    assert hits(one, ada, 3, 1) == 1
    await one.close()
    assert hits(other, ada, 3, 1) == 1
    await other.exchange()
    assert hits(other, ada, 3, 5) == 0
    await other.close()


async def test_without_redis_each_process_counts_alone(process, valkey):
    one, other, ada = process(valkey.url), process(valkey.url), key()
    assert hits(one, ada, 10, 1) == 1
    await one.exchange()
    valkey.stop()
    before = failures()
    assert hits(one, ada, 10, 3) == 3
    await one.exchange()
    assert failures() == before + 1
    assert hits(one, ada, 10, 20) == 6
    valkey.start()
    await one.exchange()
    assert hits(other, ada, 10, 1) == 1
    await other.exchange()
    assert hits(other, ada, 10, 20) == 0


async def test_what_a_slow_redis_may_have_heard_is_not_told_again(process, valkey):
    one, ada = process(valkey.url), key()
    assert hits(one, ada, 10, 1) == 1
    await one.exchange()
    valkey.freeze()
    for _ in range(2):
        assert hits(one, ada, 10, 2) == 2
        await one.exchange()
    valkey.thaw()
    assert hits(one, ada, 10, 1) == 1
    await one.exchange()
    assert hits(one, ada, 10, 20) == 4
