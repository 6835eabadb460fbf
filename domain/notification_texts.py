"""What notifications say: every sentence in every language, with the forms that numbers take."""

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from domain.notification_kinds import NotificationKind

DEFAULT_LANGUAGE = "en"

_ISOLATE, _END = "\u2068", "\u2069"
"""Around a name, so that its direction does not mix up the sentence: FSI and PDI of UAX 9."""

Forms = Mapping[str, str]
"""A sentence by the form that its number takes; `nobody` where the actor is not told."""


def _one_other(count: int) -> str:
    return "one" if count == 1 else "other"


def _one_with_zero(count: int) -> str:
    return "one" if count < 2 else "other"


def _arabic(count: int) -> str:
    if count < 3:
        return ("zero", "one", "two")[count]
    rest = count % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"


PLURALS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "en": _one_other,
        "de": _one_other,
        "es": _one_other,
        "fr": _one_with_zero,
        "ar": _arabic,
    }
)
"""The form of a whole number from 0 to 999,999 in each language, as in Unicode's CLDR 48."""

RIGHT_TO_LEFT = frozenset({"ar"})

_Kind = NotificationKind

TEXTS: Mapping[str, Mapping[NotificationKind, Forms]] = MappingProxyType(
    {
        "en": {
            _Kind.MATCH_MADE: {"other": "You have a new match: {actor}"},
            _Kind.MESSAGE: {
                "one": "A new message from {actor}",
                "other": "{count} new messages from {actor}",
            },
            _Kind.CONVERSATION_REQUESTED: {"other": "{actor} would like to write to you"},
            _Kind.LIKE_RECEIVED: {"other": "{actor} likes you", "nobody": "Somebody likes you"},
            _Kind.SUPER_LIKE_RECEIVED: {
                "other": "{actor} gave you a super-like",
                "nobody": "Somebody gave you a super-like",
            },
            _Kind.COMMENT: {
                "one": "{actor} commented on your post",
                "other": "{count} new comments on your post, the latest by {actor}",
            },
            _Kind.REPLY: {
                "one": "{actor} replied to your comment",
                "other": "{count} new replies to your comment, the latest by {actor}",
            },
            _Kind.FOLLOW_REQUESTED: {"other": "{actor} would like to follow you"},
            _Kind.FOLLOW_ACCEPTED: {"other": "{actor} lets you follow them"},
            _Kind.FOLLOWED: {"other": "{actor} follows you"},
            _Kind.MENTIONED_IN_POST: {"other": "{actor} mentioned you in a post"},
            _Kind.MENTIONED_IN_COMMENT: {"other": "{actor} mentioned you in a comment"},
            _Kind.REACTION_TO_POST: {
                "one": "{actor} reacted to your post",
                "other": "{count} people reacted to your post, the latest is {actor}",
            },
            _Kind.REACTION_TO_COMMENT: {
                "one": "{actor} reacted to your comment",
                "other": "{count} people reacted to your comment, the latest is {actor}",
            },
            _Kind.EVENT_INVITED: {"other": "{actor} invites you to an event"},
            _Kind.EVENT_CO_HOST: {"other": "{actor} lets you hold an event with them"},
            _Kind.EVENT_CHANGED: {"other": "{actor} changed an event"},
            _Kind.EVENT_CANCELLED: {"other": "{actor} cancelled an event"},
            _Kind.EVENT_PROMOTED: {"other": "You have a seat at an event of {actor}"},
            _Kind.EVENT_REMINDER: {"other": "An event of {actor} begins soon"},
        },
        "de": {
            _Kind.MATCH_MADE: {"other": "Du hast ein neues Match: {actor}"},
            _Kind.MESSAGE: {
                "one": "Eine neue Nachricht von {actor}",
                "other": "{count} neue Nachrichten von {actor}",
            },
            _Kind.CONVERSATION_REQUESTED: {"other": "{actor} möchte dir schreiben"},
            _Kind.LIKE_RECEIVED: {"other": "{actor} mag dich", "nobody": "Jemand mag dich"},
            _Kind.SUPER_LIKE_RECEIVED: {
                "other": "{actor} hat dir ein Super-Like gegeben",
                "nobody": "Jemand hat dir ein Super-Like gegeben",
            },
            _Kind.COMMENT: {
                "one": "{actor} hat deinen Beitrag kommentiert",
                "other": "{count} neue Kommentare zu deinem Beitrag, zuletzt von {actor}",
            },
            _Kind.REPLY: {
                "one": "{actor} hat auf deinen Kommentar geantwortet",
                "other": "{count} neue Antworten auf deinen Kommentar, zuletzt von {actor}",
            },
            _Kind.FOLLOW_REQUESTED: {"other": "{actor} möchte dir folgen"},
            _Kind.FOLLOW_ACCEPTED: {"other": "Du folgst jetzt {actor}"},
            _Kind.FOLLOWED: {"other": "{actor} folgt dir"},
            _Kind.MENTIONED_IN_POST: {"other": "{actor} hat dich in einem Beitrag erwähnt"},
            _Kind.MENTIONED_IN_COMMENT: {"other": "{actor} hat dich in einem Kommentar erwähnt"},
            _Kind.REACTION_TO_POST: {
                "one": "{actor} hat auf deinen Beitrag reagiert",
                "other": "{count} Leute haben auf deinen Beitrag reagiert, zuletzt {actor}",
            },
            _Kind.REACTION_TO_COMMENT: {
                "one": "{actor} hat auf deinen Kommentar reagiert",
                "other": "{count} Leute haben auf deinen Kommentar reagiert, zuletzt {actor}",
            },
            _Kind.EVENT_INVITED: {"other": "{actor} lädt dich zu einem Event ein"},
            _Kind.EVENT_CO_HOST: {"other": "{actor} macht dich zum Co-Host eines Events"},
            _Kind.EVENT_CHANGED: {"other": "{actor} hat ein Event geändert"},
            _Kind.EVENT_CANCELLED: {"other": "{actor} hat ein Event abgesagt"},
            _Kind.EVENT_PROMOTED: {"other": "Du hast einen Platz bei einem Event von {actor}"},
            _Kind.EVENT_REMINDER: {"other": "Ein Event von {actor} beginnt bald"},
        },
        "es": {
            _Kind.MATCH_MADE: {"other": "Tienes un nuevo match: {actor}"},
            _Kind.MESSAGE: {
                "one": "Un mensaje nuevo de {actor}",
                "other": "{count} mensajes nuevos de {actor}",
            },
            _Kind.CONVERSATION_REQUESTED: {"other": "{actor} quiere escribirte"},
            _Kind.LIKE_RECEIVED: {"other": "Le gustas a {actor}", "nobody": "Le gustas a alguien"},
            _Kind.SUPER_LIKE_RECEIVED: {
                "other": "{actor} te ha dado un super-like",
                "nobody": "Alguien te ha dado un super-like",
            },
            _Kind.COMMENT: {
                "one": "{actor} ha comentado tu publicación",
                "other": "{count} comentarios nuevos en tu publicación, el último de {actor}",
            },
            _Kind.REPLY: {
                "one": "{actor} ha respondido a tu comentario",
                "other": "{count} respuestas nuevas a tu comentario, la última de {actor}",
            },
            _Kind.FOLLOW_REQUESTED: {"other": "{actor} quiere seguirte"},
            _Kind.FOLLOW_ACCEPTED: {"other": "Ahora sigues a {actor}"},
            _Kind.FOLLOWED: {"other": "{actor} te sigue"},
            _Kind.MENTIONED_IN_POST: {"other": "{actor} te ha mencionado en una publicación"},
            _Kind.MENTIONED_IN_COMMENT: {"other": "{actor} te ha mencionado en un comentario"},
            _Kind.REACTION_TO_POST: {
                "one": "{actor} ha reaccionado a tu publicación",
                "other": "{count} personas han reaccionado a tu publicación, la última, {actor}",
            },
            _Kind.REACTION_TO_COMMENT: {
                "one": "{actor} ha reaccionado a tu comentario",
                "other": "{count} personas han reaccionado a tu comentario, la última, {actor}",
            },
            _Kind.EVENT_INVITED: {"other": "{actor} te invita a un evento"},
            _Kind.EVENT_CO_HOST: {"other": "{actor} quiere que organices un evento a su lado"},
            _Kind.EVENT_CHANGED: {"other": "{actor} ha cambiado un evento"},
            _Kind.EVENT_CANCELLED: {"other": "{actor} ha cancelado un evento"},
            _Kind.EVENT_PROMOTED: {"other": "Tienes una plaza en un evento de {actor}"},
            _Kind.EVENT_REMINDER: {"other": "Un evento de {actor} empieza pronto"},
        },
        "fr": {
            _Kind.MATCH_MADE: {"other": "Tu as un nouveau match\u00a0: {actor}"},
            _Kind.MESSAGE: {
                "one": "Un nouveau message de {actor}",
                "other": "{count} nouveaux messages de {actor}",
            },
            _Kind.CONVERSATION_REQUESTED: {"other": "{actor} voudrait t'écrire"},
            _Kind.LIKE_RECEIVED: {"other": "Tu plais à {actor}", "nobody": "Tu plais à quelqu'un"},
            _Kind.SUPER_LIKE_RECEIVED: {
                "other": "{actor} t'a donné un super-like",
                "nobody": "Quelqu'un t'a donné un super-like",
            },
            _Kind.COMMENT: {
                "one": "{actor} a commenté ta publication",
                "other": "{count} nouveaux commentaires sur ta publication, le dernier de {actor}",
            },
            _Kind.REPLY: {
                "one": "{actor} a répondu à ton commentaire",
                "other": "{count} nouvelles réponses à ton commentaire, la dernière de {actor}",
            },
            _Kind.FOLLOW_REQUESTED: {"other": "{actor} voudrait te suivre"},
            _Kind.FOLLOW_ACCEPTED: {"other": "Tu suis maintenant {actor}"},
            _Kind.FOLLOWED: {"other": "{actor} te suit"},
            _Kind.MENTIONED_IN_POST: {"other": "{actor} parle de toi dans une publication"},
            _Kind.MENTIONED_IN_COMMENT: {"other": "{actor} parle de toi dans un commentaire"},
            _Kind.REACTION_TO_POST: {
                "one": "{actor} a réagi à ta publication",
                "other": "{count} personnes ont réagi à ta publication, la dernière est {actor}",
            },
            _Kind.REACTION_TO_COMMENT: {
                "one": "{actor} a réagi à ton commentaire",
                "other": "{count} personnes ont réagi à ton commentaire, la dernière est {actor}",
            },
            _Kind.EVENT_INVITED: {"other": "{actor} t'invite à un événement"},
            _Kind.EVENT_CO_HOST: {"other": "{actor} te propose de coorganiser un événement"},
            _Kind.EVENT_CHANGED: {"other": "{actor} a modifié un événement"},
            _Kind.EVENT_CANCELLED: {"other": "{actor} a annulé un événement"},
            _Kind.EVENT_PROMOTED: {"other": "Tu as une place à un événement de {actor}"},
            _Kind.EVENT_REMINDER: {"other": "Un événement de {actor} commence bientôt"},
        },
        "ar": {
            _Kind.MATCH_MADE: {"other": "لديك تطابق جديد: {actor}"},
            _Kind.MESSAGE: {
                "one": "رسالة جديدة من {actor}",
                "two": "رسالتان جديدتان من {actor}",
                "few": "{count} رسائل جديدة من {actor}",
                "many": "{count} رسالة جديدة من {actor}",
                "other": "{count} رسالة جديدة من {actor}",
            },
            _Kind.CONVERSATION_REQUESTED: {"other": "طلب محادثة جديد من {actor}"},
            _Kind.LIKE_RECEIVED: {"other": "نلت إعجاب {actor}", "nobody": "نلت إعجاب شخص ما"},
            _Kind.SUPER_LIKE_RECEIVED: {
                "other": "تلقيت إعجابًا فائقًا من {actor}",
                "nobody": "تلقيت إعجابًا فائقًا من شخص ما",
            },
            _Kind.COMMENT: {
                "one": "تعليق جديد من {actor} على منشورك",
                "two": "تعليقان جديدان على منشورك، آخرهما من {actor}",
                "few": "{count} تعليقات جديدة على منشورك، آخرها من {actor}",
                "many": "{count} تعليقًا جديدًا على منشورك، آخرها من {actor}",
                "other": "{count} تعليق جديد على منشورك، آخرها من {actor}",
            },
            _Kind.REPLY: {
                "one": "رد جديد من {actor} على تعليقك",
                "two": "ردان جديدان على تعليقك، آخرهما من {actor}",
                "few": "{count} ردود جديدة على تعليقك، آخرها من {actor}",
                "many": "{count} ردًا جديدًا على تعليقك، آخرها من {actor}",
                "other": "{count} رد جديد على تعليقك، آخرها من {actor}",
            },
            _Kind.FOLLOW_REQUESTED: {"other": "طلب متابعة جديد من {actor}"},
            _Kind.FOLLOW_ACCEPTED: {"other": "تم قبول طلبك لمتابعة {actor}"},
            _Kind.FOLLOWED: {"other": "لديك متابعة جديدة من {actor}"},
            _Kind.MENTIONED_IN_POST: {"other": "إشارة إليك في منشور من {actor}"},
            _Kind.MENTIONED_IN_COMMENT: {"other": "إشارة إليك في تعليق من {actor}"},
            _Kind.REACTION_TO_POST: {
                "one": "تفاعل جديد من {actor} مع منشورك",
                "two": "تفاعل شخصين مع منشورك، آخرهما {actor}",
                "few": "تفاعل {count} أشخاص مع منشورك، آخرهم {actor}",
                "many": "تفاعل {count} شخصًا مع منشورك، آخرهم {actor}",
                "other": "تفاعل {count} شخص مع منشورك، آخرهم {actor}",
            },
            _Kind.REACTION_TO_COMMENT: {
                "one": "تفاعل جديد من {actor} مع تعليقك",
                "two": "تفاعل شخصين مع تعليقك، آخرهما {actor}",
                "few": "تفاعل {count} أشخاص مع تعليقك، آخرهم {actor}",
                "many": "تفاعل {count} شخصًا مع تعليقك، آخرهم {actor}",
                "other": "تفاعل {count} شخص مع تعليقك، آخرهم {actor}",
            },
            _Kind.EVENT_INVITED: {"other": "دعوة إلى فعالية من {actor}"},
            _Kind.EVENT_CO_HOST: {"other": "تمت إضافتك لتنظيم فعالية من طرف {actor}"},
            _Kind.EVENT_CHANGED: {"other": "تم تعديل فعالية من طرف {actor}"},
            _Kind.EVENT_CANCELLED: {"other": "تم إلغاء فعالية من طرف {actor}"},
            _Kind.EVENT_PROMOTED: {"other": "حصلت على مقعد في فعالية من {actor}"},
            _Kind.EVENT_REMINDER: {"other": "تبدأ قريبًا فعالية من {actor}"},
        },
    }
)
"""The catalogue: a language is complete when it has every kind (a test looks)."""


def text(kind: NotificationKind, language: str, *, actor: str | None, count: int = 1) -> str:
    """Say in one sentence what a notification tells.

    Args:
        kind: of the notification.
        language: of its reader; `DEFAULT_LANGUAGE` where the catalogue does not have it.
        actor: the name of whose doing it is; None where that is not told.
        count: of how many things it tells, at least 1.
    """
    if language not in TEXTS:
        language = DEFAULT_LANGUAGE
    forms = TEXTS[language][kind]
    if actor is None and "nobody" in forms:
        return forms["nobody"]
    sentence = forms.get(PLURALS[language](count), forms["other"])
    return sentence.format(actor=_isolated(actor or "", language), count=count)


def _isolated(name: str, language: str) -> str:
    is_mixed = any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in name)
    return f"{_ISOLATE}{name}{_END}" if is_mixed or language in RIGHT_TO_LEFT else name
