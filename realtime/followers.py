"""Followers: who in this process waits for which topics to move."""

from collections.abc import Callable

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

    def add(self, follower: Follower) -> None:
        """Let a follower be told of the heads of its topic."""
        of_topic = self._by_topic.get(follower.topic)
        if of_topic is None:
            of_topic = self._by_topic[follower.topic] = set()
            self._count_topics()
        of_topic.add(follower)
        metrics.FOLLOWERS.inc()

    def remove(self, follower: Follower) -> None:
        """Tell it no more."""
        metrics.FOLLOWERS.dec()
        of_topic = self._by_topic[follower.topic]
        of_topic.remove(follower)
        if not of_topic:
            del self._by_topic[follower.topic]
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
