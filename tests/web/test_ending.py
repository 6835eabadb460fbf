"""The end of the process, as the application hears of it."""

import asyncio
import signal

from web.ending import on_signal


async def test_a_signal_is_heard_by_the_application_and_by_the_server():
    heard, told = [], asyncio.Event()

    def server(number, _frame):
        heard.append(number)

    before = signal.signal(signal.SIGTERM, server)
    try:
        with on_signal(told.set):
            signal.raise_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                await told.wait()
        assert heard == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is server
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_a_signal_that_no_server_handles_is_left_alone():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with on_signal(lambda: None):
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_in_another_thread_nothing_changes():
    before = signal.getsignal(signal.SIGINT)

    def inside():
        with on_signal(lambda: None):
            return signal.getsignal(signal.SIGINT)

    assert await asyncio.to_thread(inside) is before
