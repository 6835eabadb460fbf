"""Rate limits: a moving window that is never exceeded, and never a reason to lock people out."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from persistence import rate_limits
from persistence.rate_limits import RateLimits

# Sixteenths of a second add up without rounding, so the model can say what happens at an edge.
TICK = 1 / 16


@pytest.fixture
async def limits(stores):
    limits = RateLimits(stores.redis_url)
    yield limits
    await limits.close()


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 1_000_000_000.0

    def __call__(self):
        return self.now


class Model:
    """A moving window in four lines."""

    def __init__(self, most, window):
        self.most, self.window = most, window
        self.hits = []

    def wait(self, now):
        """After how many seconds one more is allowed; None for now."""
        inside = [hit for hit in self.hits if hit >= now - self.window]
        return inside[-self.most] + self.window - now if len(inside) >= self.most else None


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    most=st.integers(1, 5),
    window=st.integers(1, 60),
    acts=st.lists(
        st.tuples(st.integers(0, 30 * 16), st.sampled_from(["hit", "hit", "check"])), max_size=30
    ),
)
async def test_it_allows_what_a_plain_moving_window_allows(limits, most, window, acts):
    model, clock, key = Model(most, window), Clock(), str(uuid4())
    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(time, "time", clock)
        for ticks, act in acts:
            clock.now += ticks * TICK
            expected = model.wait(clock.now)
            ask = limits.hit if act == "hit" else limits.check
            wait = await ask("test", key, most, window)
            assert (wait is None) == (expected is None)
            if expected is not None:
                # Whole seconds, long enough and not a second too long.
                assert expected <= wait <= max(1, expected + 1)
            elif act == "hit":
                model.hits.append(clock.now)


async def test_many_at_once_do_not_get_more_than_the_limit(limits):
    key = str(uuid4())
    answers = await asyncio.gather(*(limits.hit("test", key, 7, 60) for _ in range(50)))
    assert answers.count(None) == 7


async def test_everybody_and_everything_is_counted_apart(limits):
    one, other = str(uuid4()), str(uuid4())
    assert await limits.hit("test", one, 1, 60) is None
    assert await limits.hit("test", one, 1, 60) is not None
    assert await limits.hit("test", other, 1, 60) is None
    assert await limits.hit("another", one, 1, 60) is None


async def test_processes_count_together(limits, stores):
    key, elsewhere = str(uuid4()), RateLimits(stores.redis_url)
    assert await limits.hit("test", key, 1, 60) is None
    assert await elsewhere.check("test", key, 1, 60) is not None
    await elsewhere.close()


async def test_what_is_left_is_told_without_counting_and_when_more_will_be(limits):
    key = str(uuid4())
    assert await limits.left("test", key, 3, 60) == (3, None)
    before = datetime.now(UTC)
    await limits.hit("test", key, 3, 60)
    await limits.hit("test", key, 3, 60)
    for _ in range(5):
        left, at = await limits.left("test", key, 3, 60)
        assert left == 1
        # A moment to write, and Redis counts in fewer digits.
        assert timedelta(seconds=59) < at - before < timedelta(seconds=65)
    assert await limits.hit("test", key, 3, 60) is None
    assert (await limits.left("test", key, 3, 60))[0] == 0


def failures():
    return REGISTRY.get_sample_value("kith_rate_limit_failures_total") or 0


@pytest.mark.parametrize("harm", ["stop", "freeze"])
async def test_without_redis_everything_is_allowed_and_counted_as_a_failure(
    valkey, harm, monkeypatch
):
    limits = RateLimits(valkey.url)
    assert await limits.hit("test", "ada", 1, 600) is None
    assert await limits.hit("test", "ada", 1, 600) is not None
    getattr(valkey, harm)()
    before = failures()
    for _ in range(5):
        assert await limits.hit("test", "ada", 1, 600) is None
        assert await limits.check("test", "ada", 1, 600) is None
        assert await limits.left("test", "ada", 1, 600) is None
    assert failures() == before + 10
    with pytest.raises((ConnectionError, OSError)):
        await limits.ping()
    if harm == "stop":
        valkey.start()
    else:
        valkey.thaw()
    monkeypatch.setattr(rate_limits, "_PAUSE_SECONDS", 0.0)
    limits._paused_until = 0.0
    assert await limits.hit("test", "bob", 1, 600) is None
    assert await limits.hit("test", "bob", 1, 600) is not None
    await limits.ping()
    getattr(valkey, harm)()
    assert await limits.left("test", "bob", 1, 600) is None
    await limits.close()
