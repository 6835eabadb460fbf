"""Polling: how soon a process that nothing wakes finds what has moved."""

import asyncio

import pytest

from realtime import polling
from realtime.followers import Followers
from realtime.following import Follower
from realtime.polling import Poller
from realtime.topics import Topic
from tests.support.live import until


class Moving:
    """A log whose heads move with each question; the first one fails, if that is wanted."""

    def __init__(self, *, fails):
        self.fails = fails
        self.asked = 0

    async def heads(self, topics):
        self.asked += 1
        if self.fails and self.asked == 1:
            raise ConnectionRefusedError
        return dict.fromkeys(topics, self.asked)


@pytest.mark.parametrize("fails", [False, True])
async def test_without_redis_it_asks_soon_and_soon_again(monkeypatch, fails):
    monkeypatch.setattr(polling, "_ALONE_SECONDS", 0.01)
    followers = Followers(lambda: None)
    follower = Follower(Topic("topic"), 0, want=lambda _: None, heartbeat_seconds=60)
    followers.add(follower)
    is_alone = False
    poller = Poller(Moving(fails=fails), followers, 3600, lambda: is_alone)
    running = asyncio.create_task(poller.run())
    try:
        await asyncio.sleep(0)
        assert follower.told == 0
        is_alone = True  # Redis goes while it waits
        await until(lambda: follower.told >= 3)
    finally:
        running.cancel()
        followers.remove(follower)
