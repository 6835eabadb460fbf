"""Free text to a structured profile, by rules and a vocabulary: pure, no network."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from matching.cues import Clause, Cue, clauses_of
from matching.vocabulary import LONGEST, SURFACES, Kind, Term, words_of

TEXT_LIMIT = 5_000
"""Characters of a text that are read; what follows is left aside."""

BIO_LIMIT = 1_000
"""The most characters of the proposed bio."""

_LIST_LIMIT = 20
_WRITTEN_LIMIT = 40
# Signs that stand for others of the same width, so that places in the text stay right.
_PLAIN = {0x2019: "'", 0xFF1A: ":", 0xFF01: "!", 0xFF1F: "?", 0x2013: "-", 0x2014: "-"}
_SPACES = re.compile(r"[^\S\n]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_COMMAS = re.compile(r"[,،、/&+]|\band\b")
_OWNING = frozenset(("my", "our", "have", "own", "adopted", "got", "with", "has"))
_STATED_NAME = re.compile(
    r"(?i:\b(?:my name is|my name's|call me|i go by|name\s*:)\s*)"
    r"(?P<name>[^\W\d_][\w'\-]*(?:[ \t]+(?-i:[A-Z])[\w'\-]*){0,2})"
)
_IMPLIED_NAME = re.compile(
    r"(?i:\b(?:i'm|i am|this is)\s+)"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][^\W\d_][\w'\-]*(?:[ \t]+[A-ZÀ-ÖØ-Þ][^\W\d_][\w'\-]*){0,2})"
)
_AGE = re.compile(
    r"(?i:\b(?:i'm|i am|age\s*:?|aged)\s+(?:[^\W\d_]{2,20},? )?(?P<age>\d{2,3})\b"
    r"(?!\s*(?:%|km|kg|cm|minutes))"
    r"|\b(?P<years>\d{2,3})\s*(?:years old|year old|yrs old|yo\b|y/o))"
)
_PLACE = re.compile(
    r"(?i:\b(?:live in|living in|based in|located in|moved to|home is|city\s*:)\s+)"
    r"(?P<place>[^\W\d_a-z][\w'\-]*(?:[ \t]+[^\W\d_a-z][\w'\-]*){0,3})"
)
_NOT_NAMES = frozenset(
    ("a", "an", "the", "looking", "from", "in", "not", "very", "just", "here", "happy", "new")
)
_FACTS = re.compile(r"(?i:name|age|city)\s*[:\uff1a]")

# Names of tools that are everyday words, too: in prose their capital tells them apart.
_EVERYDAY = frozenset(
    ("excel", "flutter", "go", "react", "ruby", "rust", "spark", "swift", "unity")
)
# Single words mean these kinds only where such a cue is near: "German food" is no language.
_NEEDED = {Kind.LANGUAGE: Cue.SPEAKS, Kind.AVAILABILITY: Cue.IS_FREE}
_BY_CUE: dict[Kind, dict[Cue | None, float]] = {
    Kind.INTEREST: {Cue.LIKES: 0.9, None: 0.7},
    Kind.ACTIVITY: {Cue.LIKES: 0.9, None: 0.7},
    Kind.SKILL: {Cue.CAN: 0.92, Cue.LIKES: 0.5, Cue.LEARNS: 0.0, None: 0.65},
    Kind.GOAL: {None: 0.95},
    Kind.LANGUAGE: {Cue.LEARNS: 0.0, None: 0.95},
    Kind.AVAILABILITY: {None: 0.9},
}


@dataclass(frozen=True, slots=True)
class Found:
    """Something found in the text.

    Args:
        value: the key of the vocabulary, or the words as written.
        label: what people read.
        start: index of its first character in the text.
        end: index after its last character.
        confidence: from 0 to 1.
        source: ``rule``, ``vocabulary``, ``written`` (in a labelled list, unknown to the
            vocabulary) or ``similar`` (nearest in meaning).
    """

    value: str
    label: str
    start: int
    end: int
    confidence: float
    source: str


@dataclass(frozen=True, slots=True)
class ParsedProfile:
    """What a text says of its writer, for preview and correction; nothing in it is certain."""

    display_name: Found | None = None
    bio: str = ""
    age: Found | None = None
    place: Found | None = None
    availability: Found | None = None
    interests: tuple[Found, ...] = ()
    activities: tuple[Found, ...] = ()
    skills: tuple[Found, ...] = ()
    goals: tuple[Found, ...] = ()
    languages: tuple[Found, ...] = ()
    companions: tuple[Found, ...] = ()


Similarity = Callable[[Sequence[str]], Sequence[tuple[Term, float] | None]]
"""For each phrase the nearest term of the vocabulary with its cosine, None when none is near."""


@dataclass(slots=True)
class _Reading:
    """What was found so far: the best finding of each term, and the phrases left over."""

    found: dict[tuple[Kind, str], Found] = field(default_factory=dict)
    left_over: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, kind: Kind, finding: Found) -> None:
        known = self.found.get((kind, finding.value))
        if known is None or known.confidence < finding.confidence:
            self.found[kind, finding.value] = finding

    def of(self, kind: Kind) -> tuple[Found, ...]:
        findings = (finding for (of, _), finding in self.found.items() if of is kind)
        return tuple(sorted(findings, key=lambda finding: finding.start))[:_LIST_LIMIT]


def parse_profile(text: str, *, similarity: Similarity | None = None) -> ParsedProfile:
    """Read a structured profile out of free text; never raises, whatever the text.

    Args:
        text: what a person wrote of themselves; `TEXT_LIMIT` characters of it are read.
        similarity: finds terms for phrases the vocabulary does not name; None uses rules only.

    Returns:
        The findings, with their place in `text`.
    """
    bio = _bio_of(text[:TEXT_LIMIT])
    text = text[:TEXT_LIMIT].translate(_PLAIN)
    reading = _Reading()
    for clause in clauses_of(text):
        _read(clause, text, reading)
    if similarity is not None and reading.left_over:
        _read_similar(similarity, reading)
    available = sorted(reading.of(Kind.AVAILABILITY), key=lambda finding: -finding.confidence)
    return ParsedProfile(
        display_name=_name_in(text),
        bio=bio,
        age=_age_in(text),
        place=_match(_PLACE, text, confidence=0.8),
        availability=available[0] if available else None,
        interests=reading.of(Kind.INTEREST),
        activities=reading.of(Kind.ACTIVITY),
        skills=reading.of(Kind.SKILL),
        goals=reading.of(Kind.GOAL),
        languages=reading.of(Kind.LANGUAGE),
        companions=reading.of(Kind.COMPANION),
    )


def _read(clause: Clause, text: str, reading: _Reading) -> None:
    """Find the vocabulary's terms in a clause, the longest first at each word."""
    named: list[tuple[int, int]] = []
    position = 0
    while position < len(clause.words):
        length = _longest_at(clause, text, position)
        if length == 0:
            position += 1
            continue
        words = tuple(word for word, _, _ in clause.words[position : position + length])
        start, end = clause.words[position][1], clause.words[position + length - 1][2]
        named.append((start, end))
        judged = ((term, _confidence(clause, term, position, length)) for term in SURFACES[words])
        term, confidence = max(judged, key=lambda pair: pair[1])
        if confidence > 0.0:
            reading.add(
                term.kind, Found(term.key, term.label, start, end, confidence, "vocabulary")
            )
        position += length
    for phrase, start, end in _unnamed(clause, text, named):
        if clause.section in (Kind.INTEREST, Kind.SKILL) and len(phrase) <= _WRITTEN_LIMIT:
            reading.add(clause.section, Found(phrase, phrase, start, end, 0.6, "written"))
        elif clause.cue_before(start) in (Cue.LIKES, Cue.CAN):
            reading.left_over.append((phrase, start, end))


def _longest_at(clause: Clause, text: str, position: int) -> int:
    words = clause.words
    for length in range(min(LONGEST, len(words) - position), 0, -1):
        if tuple(word for word, _, _ in words[position : position + length]) in SURFACES:
            return 0 if length == 1 and _is_everyday(clause, text, position) else length
    return 0


def _is_everyday(clause: Clause, text: str, position: int) -> bool:
    """Say whether a word is meant as itself, and not as the tool of that name."""
    word, start, _ = clause.words[position]
    if clause.section is not None or word not in _EVERYDAY:
        return False
    return position == 0 or text[start].islower()


def _confidence(clause: Clause, term: Term, position: int, length: int) -> float:
    """Judge whether the words mean the term, by the words that govern them; 0 is no."""
    if clause.section is not None:
        return 0.98 if clause.section is term.kind else 0.0
    cue = clause.cue_before(clause.words[position][1])
    if cue is Cue.DENIES:
        return 0.0
    if term.kind is Kind.COMPANION:
        before = {word for word, _, _ in clause.words[max(0, position - 3) : position]}
        return 0.85 if before & _OWNING else 0.0
    if term.kind is Kind.GOAL and cue is not Cue.SEEKS:
        return 0.8 if length > 1 else 0.0
    needed = _NEEDED.get(term.kind)
    if needed is not None and needed not in clause.cue_kinds:
        return 0.0
    return _BY_CUE[term.kind].get(cue, _BY_CUE[term.kind][None])


def _unnamed(
    clause: Clause, text: str, named: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, int, int]]:
    """Give the parts of a list that hold no known term: what the vocabulary does not name."""
    for start, end in _parts(text, clause.listed_from, clause.end):
        overlaps = any(start < named_end and named_start < end for named_start, named_end in named)
        if not overlaps and end - start >= 3 and len(text[start:end].split()) <= 5:
            yield text[start:end], start, end


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in [*_COMMAS.finditer(text, start, end), None]:
        until = match.start() if match else end
        part = text[start:until]
        trimmed = part.strip(" \t\r\n.;:!?-•*()\"'")
        if trimmed:
            first = start + part.index(trimmed)
            yield first, first + len(trimmed)
        start = match.end() if match else end


def _read_similar(similarity: Similarity, reading: _Reading) -> None:
    left_over = reading.left_over[:_LIST_LIMIT]
    nearest = similarity([phrase for phrase, _, _ in left_over])
    for (_, start, end), near in zip(left_over, nearest, strict=True):
        if near is not None:
            term, cosine = near
            found = Found(term.key, term.label, start, end, round(cosine, 3), "similar")
            reading.add(term.kind, found)


def _name_in(text: str) -> Found | None:
    if stated := _match(_STATED_NAME, text, confidence=0.95):
        return stated
    implied = _match(_IMPLIED_NAME, text, confidence=0.75)
    if implied is None:
        return None
    words = [word for word, _, _ in words_of(implied.value)]
    known = any((word,) in SURFACES for word in words)
    return None if known or words[0] in _NOT_NAMES else implied


def _age_in(text: str) -> Found | None:
    for match in _AGE.finditer(text):
        group = "age" if match["age"] else "years"
        if 18 <= int(match[group]) <= 120:
            start, end = match.span(group)
            return Found(str(int(match[group])), match[group], start, end, 0.85, "rule")
    return None


def _match(pattern: re.Pattern[str], text: str, *, confidence: float) -> Found | None:
    match = pattern.search(text)
    if match is None:
        return None
    start, end = match.span(match.lastgroup or 0)
    value = text[start:end].rstrip("'-")[:50]
    return Found(value, value, start, start + len(value), confidence, "rule")


def _bio_of(text: str) -> str:
    """Give the prose of a text: without labelled lists, within `BIO_LIMIT`, cut at a word."""
    lines = [clause.line for clause in clauses_of(text) if clause.section is None and clause.opens]
    prose = "\n".join(dict.fromkeys(line for line in lines if line and not _FACTS.match(line)))
    prose = _SPACES.sub(" ", _CONTROLS.sub("", prose)).strip()
    if len(prose) <= BIO_LIMIT:
        return prose
    return prose[:BIO_LIMIT].rsplit(" ", 1)[0] if " " in prose[:BIO_LIMIT] else prose[:BIO_LIMIT]
