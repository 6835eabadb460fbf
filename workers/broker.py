"""The broker's transport, taught that a task in hand outlives the connection it came by."""

from typing import Any

from kombu.transport import redis


class _InHand(redis.QoS):
    """The tasks that a channel has taken and not acknowledged."""

    def restore_unacked(self, client: Any = None) -> None:
        """Put them back into the queue, unless the connection is gone.

        Kombu fails then with an error that Celery takes for a reason to end the worker
        (https://github.com/celery/kombu/issues/582).
        """
        if self.channel.connection.client is not None:
            super().restore_unacked(client)  # type: ignore[no-untyped-call]  # ships no types
        # Redis gives them out again by itself, when they have been in hand for too long.
        self._delivered.clear()


def keep_worker_alive() -> None:
    """Let workers of this process go on when Redis leaves while they have tasks in hand."""
    redis.Channel.QoS = _InHand
