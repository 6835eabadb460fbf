"""Vendors: asked again when that may help, left alone while they are broken."""

import logging
import time

import pytest
import structlog
from prometheus_client import REGISTRY
from purgatory.domain import model

from integrations import vendors
from integrations.vendors import HttpVendor, VendorAway, VendorRefused
from tests.support.vendors import HttpServer

SECRET = "key-4711"


class Replies:
    """Answers one after the other, then the last one for ever."""

    def __init__(self, *replies):
        self.replies = list(replies)

    def __call__(self, _asked):
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture
def pauses():
    """The pauses that were made, in seconds; nobody waits for them."""
    return []


@pytest.fixture
async def vendor(pauses):
    async def sleep(seconds):
        pauses.append(seconds)

    vendor = HttpVendor("tested", sleep=sleep)
    yield vendor
    await vendor.close()


async def asked(vendor, server):
    headers = {"Authorization": SECRET}
    return await vendor.call(lambda: vendor.post(server.url, headers=headers, json={}))


def outcomes():
    return {
        outcome: REGISTRY.get_sample_value(
            "kith_vendor_calls_total", {"vendor": "tested", "outcome": outcome}
        )
        or 0
        for outcome in ("ok", "away", "left_alone")
    }


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_who_is_busy_is_asked_again_a_little_later(vendor, pauses, status):
    async with HttpServer(Replies((status, {}, {}), (status, {}, {}), (200, {}, {}))) as server:
        assert (await asked(vendor, server)).status_code == 200
    first, second = pauses
    assert 0.25 <= first <= 0.5
    assert 0.5 <= second <= 1.0


async def test_who_names_a_pause_is_given_it(vendor, pauses):
    async with HttpServer(Replies((429, {"Retry-After": "7"}, {}), (200, {}, {}))) as server:
        await asked(vendor, server)
    assert pauses == [7.0]


async def test_a_long_pause_is_left_to_the_queue(vendor, pauses):
    async with HttpServer(Replies((503, {"Retry-After": "900"}, {}))) as server:
        with pytest.raises(VendorAway) as told:
            await asked(vendor, server)
        assert len(server.asked) == 1
    assert told.value.pause == 900
    assert pauses == []


async def test_who_stays_away_is_asked_three_times_and_nothing_is_quoted(vendor):
    async with HttpServer(Replies((500, {}, {"error": SECRET}))) as server:
        with pytest.raises(VendorAway) as told:
            await asked(vendor, server)
        assert len(server.asked) == 3
    assert str(told.value) == "tested is busy: it answers 500."


async def test_a_server_that_is_not_there_is_away(vendor):
    async with HttpServer(Replies((200, {}, {}))) as gone:
        pass
    with pytest.raises(VendorAway, match=r"tested is away: ConnectError\."):
        await asked(vendor, gone)


@pytest.fixture
def logged(monkeypatch):
    """What vendors log, whatever level the tests before this one have set."""
    ours = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    # The module's own has kept what was configured where it was first used.
    monkeypatch.setattr(vendors, "_log", structlog.get_logger("kith.vendors"))
    with structlog.testing.capture_logs() as lines:
        yield lines
    structlog.configure(**ours)


async def test_who_fails_five_times_is_left_alone_and_then_tried(vendor, monkeypatch, logged):
    before, clock = outcomes(), [time.time()]
    monkeypatch.setattr(model.time, "time", lambda: clock[0])
    answers = Replies(*[(500, {}, {})] * 5, (200, {}, {}))
    async with HttpServer(answers) as server:
        for _ in range(3):
            with pytest.raises(VendorAway):
                await asked(vendor, server)
        assert len(server.asked) == 5
        assert gauge() == 1
        clock[0] += 31
        assert (await asked(vendor, server)).status_code == 200
        assert gauge() == 0
    assert [line["state"] for line in logged] == ["opened", "half-opened", "closed"]
    counted = {name: count - before[name] for name, count in outcomes().items()}
    assert counted == {"ok": 1, "away": 5, "left_alone": 2}


def gauge():
    return REGISTRY.get_sample_value("kith_vendor_circuit_open", {"vendor": "tested"})


async def test_what_is_refused_is_no_failure_of_theirs(vendor):
    async def refused():
        raise VendorRefused("No.")

    for _ in range(10):
        with pytest.raises(VendorRefused):
            await vendor.call(refused)
    assert gauge() == 0
