"""Pacing: how long somebody who goes too fast is made to wait."""

from collections.abc import Callable


class Pace:
    """Lets so many things happen in a second, as many of them at once, and delays what is more.

    The virtual scheduling of the generic cell rate algorithm (ITU-T I.371, annex A).

    Args:
        per_second: how many.
        clock: gives seconds.
    """

    __slots__ = ("_clock", "_due", "_step")

    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        self._step = 1 / per_second
        self._clock = clock
        self._due = 0.0

    def delay(self) -> float:
        """Let one more happen; answers after how many seconds."""
        now = self._clock()
        self._due = max(self._due, now) + self._step
        return max(0.0, self._due - now - 1.0)
