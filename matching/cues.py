"""Cues: the words of a clause that say what the words after them mean: pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from matching.vocabulary import Kind, words_of


class Cue(StrEnum):
    """What words say of those that follow, up to the next cue."""

    DENIES = "denies"
    SEEKS = "seeks"
    LEARNS = "learns"
    SPEAKS = "speaks"
    IS_FREE = "is_free"
    CAN = "can"
    LIKES = "likes"


# On folded words with single spaces, so "don't" is "don t"; the earlier of two that begin
# together wins.
_PHRASES = {
    Cue.DENIES: (
        "(?:do not|don t|dont|does not|did not|am not|m not|can t|cannot|never|not|no longer|no)"
        "(?: really| much| so)?(?: looking for| interested in| a fan of| into| like| love| enjoy"
        "| want| speak| good at| stand| searching for| available| here for| need)?"
        "|hate|dislike|allergic to|tired of|instead of|rather than|without"
    ),
    Cue.SEEKS: (
        "looking for|looking to|look for|seeking|searching for|in search of|want to|want a|want|"
        "hoping to|hope to|hoping for|here for|here to|would like to|would love to|d love to|"
        "d like to|keen to|open to|need a|need|goals?|find|to meet|just|only|ready for|"
        "interested in (?=dating|friendship|networking|a )"
    ),
    Cue.LEARNS: "learning|learn|beginner in|picking up",
    Cue.SPEAKS: (
        "speak|speaks|speaking|fluent in|fluent|native|mother tongue|bilingual|trilingual|"
        "languages?|conversational|parlo|hablo|je parle|ich spreche"
    ),
    Cue.IS_FREE: (
        "free|available|availability|have time|can meet|best time|usually around|works for me"
    ),
    Cue.CAN: (
        "good at|great at|best at|skilled in|skilled at|experienced in|experienced with|"
        "experience in|experience with|expert in|expert at|background in|years of|"
        "speciali[sz]e in|degree in|studied|work as an?|working as an?|work as|working as|"
        "work in|working in|worked as|working with|work with|trained as|i m an?|i am an?|"
        "by profession|my job|job as|professional|freelance|qualified|skills?|can teach|know"
    ),
    Cue.LIKES: (
        "love|loves|loving|like|likes|enjoy|enjoys|enjoying|into|passionate about|passion for|"
        "fan of|hobbies are|hobbies include|hobbies|hobby|interested in|interests?|obsessed with|"
        "crazy about|mad about|addicted to|favou?rite|fond of|adore|keen on|spend my|"
        "free time|spare time|weekends are for|can t get enough of|big on|enthusiast"
    ),
}
_CUES = re.compile(
    r"\b(?:not only|not just|"
    r"(?P<likes_first>can t get enough of|free time|spare time)|"
    + "|".join(f"(?P<{cue}>{phrases})" for cue, phrases in _PHRASES.items())
    + r")\b"
)

_LABEL = re.compile(
    r"\s*(?:[-*•]\s*)?(?P<label>[A-Za-z][A-Za-z ]{1,24}?)\s*[:\uff1a]\s*",
)
_SECTIONS = {
    "skill": Kind.SKILL,
    "skills": Kind.SKILL,
    "my skills": Kind.SKILL,
    "good at": Kind.SKILL,
    "interest": Kind.INTEREST,
    "interests": Kind.INTEREST,
    "my interests": Kind.INTEREST,
    "hobbies": Kind.INTEREST,
    "likes": Kind.INTEREST,
    "goal": Kind.GOAL,
    "goals": Kind.GOAL,
    "my goals": Kind.GOAL,
    "looking for": Kind.GOAL,
    "language": Kind.LANGUAGE,
    "languages": Kind.LANGUAGE,
    "availability": Kind.AVAILABILITY,
    "available": Kind.AVAILABILITY,
    "pets": Kind.COMPANION,
    "pet": Kind.COMPANION,
}
_ENDS = re.compile(r"[.!?…;؟]+(?=\s|$)|[。!?]|\s[-|•]\s")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text within which cues govern.

    Args:
        start: index of its first character in the text.
        end: index after its last character.
        words: folded words with their places in the text.
        section: the list that a label at the start of its line announces.
        line: the whole line it stands in, trimmed.
        opens: whether it is the first clause of its line.
        cues: the cues with the places where they start, in order.
        listed_from: where, after a label or the first cue, a list may begin.
    """

    start: int
    end: int
    words: Sequence[tuple[str, int, int]]
    section: Kind | None
    line: str
    opens: bool
    cues: Sequence[tuple[int, Cue]] = ()
    listed_from: int = 0
    cue_kinds: frozenset[Cue] = field(default=frozenset())

    def cue_before(self, place: int) -> Cue | None:
        """Give the cue that governs a place: the last that starts before it."""
        return next((cue for start, cue in reversed(self.cues) if start < place), None)


def clauses_of(text: str) -> Iterator[Clause]:
    """Split a text into clauses: sentences, and lines with the label they may begin with."""
    offset = 0
    for line in text.split("\n"):
        label = _LABEL.match(line)
        section = _SECTIONS.get(label["label"].casefold()) if label else None
        start = offset + label.end() if label and section else offset
        end = offset + len(line)
        opens = True
        while start < end or opens:
            stop = None if section else _ENDS.search(text, start, end)
            until = stop.end() if stop else end
            yield _clause(text, start, until, section, line.strip(), opens=opens)
            start, opens = until, False
        offset = end + 1


def _clause(
    text: str, start: int, end: int, section: Kind | None, line: str, *, opens: bool
) -> Clause:
    words = [(word, start + at, start + until) for word, at, until in words_of(text[start:end])]
    joined = " ".join(word for word, _, _ in words)
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    length = 0
    for word, at, until in words:
        starts[length] = at
        length += len(word)
        ends[length] = until
        length += 1
    cues: list[tuple[int, Cue]] = []
    listed_from = start
    for match in _CUES.finditer(joined):
        name = match.lastgroup
        if name is None or match.start() not in starts:
            continue
        cue = Cue.LIKES if name == "likes_first" else Cue(name)
        cues.append((starts[match.start()], cue))
        listed_from = ends.get(match.end(), listed_from)
    kinds = frozenset(cue for _, cue in cues)
    return Clause(start, end, words, section, line, opens, cues, listed_from, kinds)
