"""Explanations: why two people are shown to each other, in sentences that add up: pure."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from matching.features import Features
from matching.scoring import EXPERIENCE, Contribution, Score
from matching.vocabulary import OPPOSITES, Kind, label_of

_NAMED = 3


class Reason(NamedTuple):
    """One signal's part in a score.

    Args:
        signal: its name, stable for programs.
        contribution: the points it adds to 50 or takes away.
        text: one English sentence.
    """

    signal: str
    contribution: float
    text: str


def reasons(score: Score, viewer: Features, candidate: Features) -> list[Reason]:
    """Explain a score to the viewer, the weightiest reason first.

    There is one reason for each contribution, so they sum to `score.value - 50` exactly. The
    sentences name what both share, what the viewer said, or what everybody sees on the
    candidate's profile; never what the candidate prefers, and no distances or dates. They are true
    whatever the weights, as long as no slope is below 0; what is usual is the typical pair.

    Args:
        score: of the pair.
        viewer: who reads.
        candidate: who is shown.
    """
    ordered = sorted(score.contributions, key=lambda part: (-abs(part.points), part.signal))
    return [
        Reason(part.signal, part.points, _sentence(part, viewer, candidate)) for part in ordered
    ]


def _sentence(part: Contribution, viewer: Features, candidate: Features) -> str:
    speaks_for, speaks_against, says_nothing = _SENTENCES[part.signal]
    if part.points == 0.0:
        return says_nothing
    if part.points < 0.0:
        return speaks_against
    named = _NAMES[part.signal](viewer, candidate) if part.signal in _NAMES else ""
    return speaks_for.format(named) if named else speaks_for.replace(": {}", "")


def _sharing(list_name: str, kind: Kind) -> Callable[[Features, Features], str]:
    def shared(viewer: Features, candidate: Features) -> str:
        both: frozenset[str] = getattr(viewer, list_name) & getattr(candidate, list_name)
        return _listed(label_of(kind, key) for key in both)

    return shared


def _answered(viewer: Features, candidate: Features) -> str:
    goals = (goal for goal in viewer.goals if OPPOSITES.get(goal) in candidate.goals)
    return _listed(label_of(Kind.GOAL, goal) for goal in goals)


def _new_skills(viewer: Features, candidate: Features) -> str:
    return _listed(label_of(Kind.SKILL, key) for key in candidate.skills - viewer.skills)


def _listed(labels: Iterable[str]) -> str:
    """Write a list in a stable order, with how many more there are."""
    ordered = sorted(labels)
    more = len(ordered) - _NAMED
    if more > 0:
        return f"{', '.join(ordered[:_NAMED])} and {more} more"
    return " and ".join(filter(None, [", ".join(ordered[:-1]), *ordered[-1:]]))


_NAMES: dict[str, Callable[[Features, Features], str]] = {
    "interests_shared": _sharing("interests", Kind.INTEREST),
    "goals_shared": _sharing("goals", Kind.GOAL),
    "goals_complementary": _answered,
    "skills_shared": _sharing("skills", Kind.SKILL),
    "skills_new": _new_skills,
    "languages_shared": _sharing("languages", Kind.LANGUAGE),
    "companions_shared": _sharing("companion_kinds", Kind.COMPANION),
}

# What is said where a signal speaks for the pair, against it, and where it says nothing. Points
# compare a pair, both ways together, with a typical one: of what comes in degrees, or differs
# between the two, no more is said than that. A refit moves what is typical.
_SENTENCES = {
    "text_similarity": (
        "What you two write about yourselves has more in common than usual.",
        "What you two write about yourselves has less in common than usual.",
        "What you two write about yourselves counts neither way.",
    ),
    "interests_shared": (
        "You share interests: {}.",
        "You share fewer interests than usual.",
        "Your interests count neither way.",
    ),
    "goals_shared": (
        "You are here for the same: {}.",
        "You share fewer goals than usual.",
        "Your goals count neither way.",
    ),
    "goals_complementary": (
        "Your goals answer each other: {}.",
        "Neither of you looks for what the other offers.",
        "Whether your goals answer each other counts neither way.",
    ),
    "skills_shared": (
        "You share skills: {}.",
        "You share fewer skills than usual.",
        "Your shared skills count neither way.",
    ),
    "skills_new": (
        "Between you two there is something to learn: {}.",
        "Your skills differ less than usual.",
        "New skills count neither way.",
    ),
    "languages_shared": (
        "You speak the same languages: {}.",
        "You have no language in common.",
        "Your languages count neither way.",
    ),
    "age_closeness": (
        "You are closer in age than usual.",
        "You are further apart in age than usual.",
        "Your ages count neither way.",
    ),
    "nearness": (
        "You live nearer to each other than usual.",
        "You live further apart than usual.",
        "Where you live counts neither way.",
    ),
    "recent_activity": (
        "Taken together, you were here more lately than usual.",
        "Taken together, you were here less lately than usual.",
        "When you were here last counts neither way.",
    ),
    "availability_shared": (
        "You have time when the other has.",
        "Your free hours meet less than usual.",
        "When you have time counts neither way.",
    ),
    "companions_shared": (
        "You both live with animals: {}.",
        "You live with different animals.",
        "Your animals count neither way.",
    ),
    "profile_depth": (
        "Taken together, your profiles tell more than usual.",
        "Taken together, your profiles tell less than usual.",
        "The length of your profiles counts neither way.",
    ),
    "prompts_answered": (
        "Taken together, you answered more questions than usual.",
        "Taken together, you answered fewer questions than usual.",
        "Your answers to questions count neither way.",
    ),
    EXPERIENCE: (
        "What was learned from decisions so far speaks for you two.",
        "What was learned from decisions so far speaks against it.",
        "What was learned from decisions so far counts neither way.",
    ),
}
