"""Relaxation texts: what loosening a filter would bring, in one sentence: pure."""

from matching.relaxations import Relaxation
from persistence.facets import Wish

_LOOSENED = {
    Wish.AGE_MIN: "from {to:.0f} years on",
    Wish.AGE_MAX: "up to {to:.0f} years",
    Wish.DISTANCE: "up to {to:.0f} km away",
    Wish.ACTIVITY: "who were here within {to:.0f} days",
}
_DROPPED = {
    Wish.DISTANCE: "however far away",
    Wish.GENDERS: "of any gender",
    Wish.GOALS: "with any goals",
    Wish.LANGUAGES: "with any languages",
    Wish.ACTIVITY: "whenever they were here last",
}


def text_of(relaxation: Relaxation) -> str:
    """Write one English sentence about a relaxation."""
    words = _DROPPED[relaxation.filter] if relaxation.to is None else _LOOSENED[relaxation.filter]
    return (
        f"{relaxation.gain} more people if you looked for people {words.format(to=relaxation.to)}."
    )
