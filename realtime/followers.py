"""Followers: who in this process waits for which topics to move."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from realtime import metrics
from realtime.following import Follower
from realtime.log import Entry
from realtime.topics import Topic


class Followers:
    """The streams of a process by their topics.

    Args:
        changed: is called when a topic gets its first follower or loses its last.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._by_topic: dict[Topic, set[Follower]] = {}

    def topics(self) -> set[Topic]:
        """The topics that somebody follows."""
        return set(self._by_topic)

    @contextmanager
    def following(self, topic: Topic, told: int) -> Iterator[Follower]:
        """Be a follower of a topic for the length of a block.

        Args:
            topic: the topic.
            told: the head up to which the follower needs no telling.
        """
        follower = Follower(told)
        if topic not in self._by_topic:
            self._by_topic[topic] = set()
            self._count_topics()
        self._by_topic[topic].add(follower)
        metrics.FOLLOWERS.inc()
        try:
            yield follower
        finally:
            metrics.FOLLOWERS.dec()
            self._by_topic[topic].remove(follower)
            if not self._by_topic[topic]:
                del self._by_topic[topic]
                self._count_topics()

    def tell(self, topic: Topic, head: int) -> bool:
        """Wake the followers of a topic for whom this head is new; say whether there is one."""
        told = [follower.tell(head) for follower in self._by_topic.get(topic, ())]
        return any(told)

    def whisper(self, topic: Topic, entry: Entry) -> None:
        """Let the followers of a topic tell something that is not in the log."""
        for follower in self._by_topic.get(topic, ()):
            follower.whisper(entry)

    def _count_topics(self) -> None:
        metrics.TOPICS.set(len(self._by_topic))
        self._changed()
