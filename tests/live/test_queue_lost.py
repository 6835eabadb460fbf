"""A worker that loses Redis while it has a task in hand goes on when Redis is back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Consumer, Producer, Queue

from tests.support.live import BreakableValkey
from workers import broker


@pytest.fixture
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableValkey]:
    folder: Path = tmp_path_factory.mktemp("valkey")
    for each in (folder, *folder.parents[:3]):
        each.chmod(0o711)  # the account that runs it passes
    valkey = BreakableValkey(folder)
    valkey.start()
    yield valkey
    valkey.stop()


def test_a_channel_with_a_task_in_hand_can_be_closed_when_its_connection_is_gone(
    valkey: BreakableValkey,
) -> None:
    broker.keep_worker_alive()
    url = valkey.url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    connection = Connection(url)
    channel = connection.default_channel
    in_hand: list[Any] = []
    Consumer(channel, [Queue("jobs")], callbacks=[lambda _, job: in_hand.append(job)]).consume()
    Producer(channel).publish("a job", routing_key="jobs")
    connection.drain_events(timeout=5)
    valkey.stop()
    # As Kombu leaves it when its first attempt to close the channel has failed.
    channel.connection.client = None
    channel.close()
    assert len(in_hand) == 1
    assert channel.closed
