"""What the reasons of a feed say, in every language."""

from collections.abc import Mapping
from types import MappingProxyType

from matching.feed_ranking import FeedReasonKind

DEFAULT_LANGUAGE = "en"

_Kind = FeedReasonKind

TEXTS: Mapping[str, Mapping[FeedReasonKind, str]] = MappingProxyType(
    {
        "en": {
            _Kind.OWN: "You shared this.",
            _Kind.MATCH: "You two have a match.",
            _Kind.MUTUAL_FOLLOW: "You follow each other.",
            _Kind.FOLLOW: "You follow the author.",
            _Kind.IN_TOUCH: "You have been in touch lately.",
            _Kind.SIMILAR: "It goes with what you write about yourself.",
        },
        "de": {
            _Kind.OWN: "Das hast du geteilt.",
            _Kind.MATCH: "Ihr habt ein Match.",
            _Kind.MUTUAL_FOLLOW: "Ihr folgt einander.",
            _Kind.FOLLOW: "Du folgst der Person, die das geteilt hat.",
            _Kind.IN_TOUCH: "Ihr hattet in letzter Zeit miteinander zu tun.",
            _Kind.SIMILAR: "Es passt zu dem, was du über dich schreibst.",
        },
        "es": {
            _Kind.OWN: "Lo has compartido tú.",
            _Kind.MATCH: "Tenéis un match.",
            _Kind.MUTUAL_FOLLOW: "Os seguís mutuamente.",
            _Kind.FOLLOW: "Sigues a quien lo ha compartido.",
            _Kind.IN_TOUCH: "Habéis estado en contacto últimamente.",
            _Kind.SIMILAR: "Va con lo que escribes sobre ti.",
        },
        "fr": {
            _Kind.OWN: "C'est toi qui l'as partagé.",
            _Kind.MATCH: "Vous avez un match.",
            _Kind.MUTUAL_FOLLOW: "Vous vous suivez mutuellement.",
            _Kind.FOLLOW: "Tu suis la personne qui l'a partagé.",
            _Kind.IN_TOUCH: "Vous avez échangé récemment.",
            _Kind.SIMILAR: "Cela va avec ce que tu écris sur toi.",
        },
        "ar": {
            _Kind.OWN: "هذا من منشوراتك.",
            _Kind.MATCH: "بينكما تطابق.",
            _Kind.MUTUAL_FOLLOW: "بينكما متابعة متبادلة.",
            _Kind.FOLLOW: "من شخص في قائمة متابعاتك.",
            _Kind.IN_TOUCH: "كان بينكما تواصل مؤخرًا.",
            _Kind.SIMILAR: "يتوافق مع ما تكتبه عن نفسك.",
        },
    }
)
"""The catalogue: a language is complete when it has every kind (a test looks)."""


def text(kind: FeedReasonKind, language: str | None) -> str:
    """Say in one sentence why a post is in a feed.

    Args:
        kind: the reason.
        language: of the reader; English where it is not said, or the catalogue does not have it.
    """
    return TEXTS.get(language or DEFAULT_LANGUAGE, TEXTS[DEFAULT_LANGUAGE])[kind]
