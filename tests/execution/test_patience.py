"""Patience: what is awaited within a time hears what comes of all its waits, the first one too."""

import asyncio

import pytest

from execution.patience import within


async def test_what_need_not_wait_sets_no_timer(monkeypatch):
    async def ready():
        return "ready"

    monkeypatch.delattr(asyncio, "timeout")
    assert await within(0, ready()) == "ready"


async def test_work_that_takes_too_long_is_cancelled_and_can_clean_up():
    seen = []

    async def long():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        finally:
            await asyncio.sleep(0)
            seen.append("cleaned")

    with pytest.raises(TimeoutError):
        await within(0.05, long())
    assert seen == ["cancelled", "cleaned"]


async def test_work_may_go_on_after_a_failure_of_what_it_waits_for():
    first, second = (asyncio.get_running_loop().create_future() for _ in range(2))

    async def stubborn():
        for each in (first, second):
            try:
                await each
            except ValueError:
                continue
        return await asyncio.sleep(0, "done")

    loop = asyncio.get_running_loop()
    loop.call_soon(first.set_exception, ValueError())
    loop.call_later(0.01, second.set_exception, ValueError())
    assert await within(5, stubborn()) == "done"
    failed = loop.create_future()
    failed.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await within(5, asyncio.wait_for(failed, 1))


async def test_work_that_answers_where_it_is_given_up_has_answered():
    fails = asyncio.get_running_loop().create_future()

    async def content():
        try:
            return await fails
        except ValueError:
            return "enough"

    asyncio.get_running_loop().call_soon(fails.set_exception, ValueError())
    assert await within(5, content()) == "enough"
