"""Letters: mails made of templates, as text and HTML, in the language of who gets them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import jinja2
from markupsafe import Markup, escape

from domain import unsubscribing
from domain.notification_texts import DEFAULT_LANGUAGE, PLURALS, RIGHT_TO_LEFT
from integrations.email import Mail
from workers.letter_texts import TEXTS
from workers.resources import Resources

LETTERS = ("welcome", "verify", "reset", "match", "digest", "event_reminder", "event_lost")
"""All letters: each has a template of both forms, and a subject in every language."""

# A value that is missing is a mistake of ours, and no hole in somebody's mail.
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=jinja2.select_autoescape(["html"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def letter(
    resources: Resources,
    name: str,
    language: str,
    *,
    to: str,
    key: str,
    unsubscribes: UUID | None = None,
    **told: Any,
) -> Mail:
    """Write a letter.

    Args:
        resources: where the addresses of the app are set.
        name: which of `LETTERS`.
        language: of who gets it; `DEFAULT_LANGUAGE` where there is none in it.
        to: the address.
        key: names what it is about.
        unsubscribes: who can end such letters by a link in it; None for what must be sent.
        told: what the template wants to know.
    """
    if language not in TEXTS:
        language = DEFAULT_LANGUAGE
    settings, page, url = resources.settings, None, None
    if unsubscribes is not None:
        token = unsubscribing.token_for(unsubscribes, resources.codes_secret)
        query = urlencode({"token": token})
        page = f"{settings.frontend_url}/unsubscribe?{query}"
        url = f"{settings.public_url}/unsubscribe?{query}"
    sentences = TEXTS[language]
    subject = " ".join(sentences[f"subject_{name}"].format(**told).split())
    given = {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "subject": subject,
        "frontend": settings.frontend_url,
        "unsubscribe_page": page,
        **told,
    }
    text = _TEMPLATES.get_template(f"{name}.txt").render(given, t=_plain(language))
    html = _TEMPLATES.get_template(f"{name}.html").render(given, t=_escaped(language))
    return Mail(to, subject, text.strip() + "\n", key, html, url)


def many(count: int, language: str) -> str:
    """Say that some number of things is new, at least 2."""
    if language not in TEXTS:
        language = DEFAULT_LANGUAGE
    texts = TEXTS[language]
    form = f"many_{PLURALS[language](count)}"
    return texts.get(form, texts["many_other"]).format(count=count)


def _plain(language: str) -> Callable[..., str]:
    return lambda name, **values: TEXTS[language][name].format(**values)


def _escaped(language: str) -> Callable[..., Markup]:
    return lambda name, **values: escape(TEXTS[language][name]).format(**values)
