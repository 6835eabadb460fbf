"""Places: how many things at once somebody holds open in this process."""


class Places:
    """Counts what is open, by who holds it; nothing is kept of those who hold nothing."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, key: str, most: int) -> bool:
        """Take a place, to be given back by `free`, if one is left.

        Args:
            key: who holds it.
            most: how many they may hold at once.

        Returns:
            Whether it was taken.
        """
        number = self._taken.get(key, 0)
        if number >= most:
            return False
        self._taken[key] = number + 1
        return True

    def free(self, key: str) -> None:
        """Give a place back that was taken."""
        if self._taken[key] == 1:
            del self._taken[key]
        else:
            self._taken[key] -= 1

    def left(self, key: str, most: int) -> int:
        """Say how many more somebody may take; takes what `take` takes."""
        return max(0, most - self._taken.get(key, 0))
