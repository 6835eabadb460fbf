"""What the reasons of recommended events say, in every language."""

from collections.abc import Mapping
from types import MappingProxyType

from matching.event_recommendations import EventReasonKind

DEFAULT_LANGUAGE = "en"

_Kind = EventReasonKind

TEXTS: Mapping[str, Mapping[EventReasonKind, str]] = MappingProxyType(
    {
        "en": {
            _Kind.MATCH_GOES: "At least one of your matches goes.",
            _Kind.FOLLOWED_GOES: "At least one person whom you follow goes.",
            _Kind.SIMILAR: "It goes with what you write about yourself.",
            _Kind.NEARBY: "It is near you.",
        },
        "de": {
            _Kind.MATCH_GOES: "Mindestens eines deiner Matches geht hin.",
            _Kind.FOLLOWED_GOES: "Mindestens eine Person, der du folgst, geht hin.",
            _Kind.SIMILAR: "Es passt zu dem, was du über dich schreibst.",
            _Kind.NEARBY: "Es ist in deiner Nähe.",
        },
        "es": {
            _Kind.MATCH_GOES: "Va al menos uno de tus matches.",
            _Kind.FOLLOWED_GOES: "Va al menos una persona a la que sigues.",
            _Kind.SIMILAR: "Va con lo que escribes sobre ti.",
            _Kind.NEARBY: "Está cerca de ti.",
        },
        "fr": {
            _Kind.MATCH_GOES: "Au moins un de tes matchs y va.",
            _Kind.FOLLOWED_GOES: "Au moins une personne que tu suis y va.",
            _Kind.SIMILAR: "Cela va avec ce que tu écris sur toi.",
            _Kind.NEARBY: "C'est près de toi.",
        },
        "ar": {
            _Kind.MATCH_GOES: "سيحضر شخص واحد على الأقل ممن بينك وبينهم تطابق.",
            _Kind.FOLLOWED_GOES: "سيحضر شخص واحد على الأقل من قائمة متابعاتك.",
            _Kind.SIMILAR: "يتوافق مع ما تكتبه عن نفسك.",
            _Kind.NEARBY: "المكان قريب منك.",
        },
    }
)
"""The catalogue: a language is complete when it has every kind (a test looks)."""


def text(kind: EventReasonKind, language: str | None) -> str:
    """Say in one sentence why an event is recommended.

    Args:
        kind: the reason.
        language: of the reader; English where it is not said, or the catalogue does not have it.
    """
    return TEXTS.get(language or DEFAULT_LANGUAGE, TEXTS[DEFAULT_LANGUAGE])[kind]
