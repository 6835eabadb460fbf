"""Ice-breakers: first lines for a conversation, from what both people show: pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, zip_longest

from matching.vocabulary import Kind, folded, label_of


class Topic(StrEnum):
    """What an ice-breaker is about."""

    PROMPT = "prompt"
    COMPANION = "companion"
    INTEREST = "interest"
    GOAL = "goal"
    SKILL = "skill"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person shows to everybody who sees their profile; nothing that they prefer or hide.

    Attributes:
        interests: keys of the vocabulary, or the person's own words; so are the next three.
        goals: why they are here.
        skills: what they can do.
        languages: what they speak.
        questions: the questions that they answered, in their order.
        companions: the kind and the name of each animal that lives with them, in their order.
    """

    interests: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    questions: tuple[str, ...] = ()
    companions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class IceBreaker:
    """A first line.

    Attributes:
        topic: what it is about.
        text: what the viewer may write, in English.
    """

    topic: Topic
    text: str


def ice_breakers(viewer: Shown, other: Shown, most: int) -> list[IceBreaker]:
    """Suggest first lines to the viewer.

    What both share comes first, one of each topic before a second one of any; then what the other
    tells about themselves. The lines are always the same for the same two, and say nothing that
    one of the two does not show.

    Args:
        viewer: who would write.
        other: who would read.
        most: how many at most, 1 or more.
    """
    lines = chain(_in_turn(_SHARED, viewer, other), _in_turn(_OWN, viewer, other))
    # Of what both share the other tells, too: it is not asked again in other words.
    seen: dict[tuple[Topic, str], IceBreaker] = {}
    for topic, subject, text in lines:
        seen.setdefault((topic, subject), IceBreaker(topic, text))
    return list(islice(seen.values(), most))


_Line = tuple[Topic, str, str]
_Source = Callable[[Shown, Shown], Iterator[_Line]]


def _in_turn(sources: tuple[_Source, ...], viewer: Shown, other: Shown) -> Iterator[_Line]:
    rounds = zip_longest(*(source(viewer, other) for source in sources))
    return (line for lines in rounds for line in lines if line is not None)


def _prompts(viewer: Shown, other: Shown) -> Iterator[_Line]:
    mine = {folded(question) for question in viewer.questions}
    for question in other.questions:
        if folded(question) in mine:
            text = f'We both answered "{question}" What made you answer as you did?'
            yield Topic.PROMPT, question, text


def _companions(viewer: Shown, other: Shown) -> Iterator[_Line]:
    mine = {kind for kind, _ in viewer.companions}
    for kind, name in other.companions:
        if kind in mine:
            text = f"We both live with the same kind of animal: {_animal(kind)}. How is {name}?"
            yield Topic.COMPANION, name, text


def _sharing(topic: Topic, kind: Kind, list_name: str, text: str) -> _Source:
    def lines(viewer: Shown, other: Shown) -> Iterator[_Line]:
        both: frozenset[str] = getattr(viewer, list_name) & getattr(other, list_name)
        for label in sorted(label_of(kind, key) for key in both):
            yield topic, label, text.format(label)

    return lines


def _others_prompts(_viewer: Shown, other: Shown) -> Iterator[_Line]:
    for question in other.questions:
        text = f'You answered "{question}" What made you answer as you did?'
        yield Topic.PROMPT, question, text


def _others_companions(_viewer: Shown, other: Shown) -> Iterator[_Line]:
    for kind, name in other.companions:
        yield Topic.COMPANION, name, f"You live with an animal: {_animal(kind)}. How is {name}?"


def _others_interests(_viewer: Shown, other: Shown) -> Iterator[_Line]:
    for label in sorted(label_of(Kind.INTEREST, key) for key in other.interests):
        yield Topic.INTEREST, label, f"You are interested in this: {label}. How did it begin?"


def _animal(kind: str) -> str:
    return label_of(Kind.COMPANION, kind)


_SHARED: tuple[_Source, ...] = (
    _prompts,
    _companions,
    _sharing(
        Topic.INTEREST,
        Kind.INTEREST,
        "interests",
        "We share an interest: {}. What do you like most about it?",
    ),
    _sharing(
        Topic.GOAL,
        Kind.GOAL,
        "goals",
        "We are here for the same: {}. What would that look like for you?",
    ),
    _sharing(Topic.SKILL, Kind.SKILL, "skills", "We share a skill: {}. Where do you use it?"),
    _sharing(
        Topic.LANGUAGE,
        Kind.LANGUAGE,
        "languages",
        "We both speak the same language: {}. Shall we write in it?",
    ),
)

_OWN: tuple[_Source, ...] = (_others_prompts, _others_companions, _others_interests)
