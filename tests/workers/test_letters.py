"""Letters: every template in every language, with nothing missing and nothing that breaks out."""

import string
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from domain.notification_texts import TEXTS as NOTIFICATION_TEXTS
from workers import letters
from workers.letter_texts import TEXTS
from workers.letters import LETTERS, letter, many

ADA = UUID(int=1)
RESOURCES = SimpleNamespace(
    settings=SimpleNamespace(frontend_url="https://kith.test", public_url="https://api.kith.test"),
    codes_secret=b"secret",
)
NASTY = '<script>alert("x")</script> & {code} {{ 7*7 }}'
TOLD = {
    "url": "https://kith.test/verify-email?code=abc&x=1",
    "code": "abc",
    "minutes": 15,
    "sentences": [NASTY, "Bob & Cleo"],
    "title": NASTY,
    "when": "Monday",
    "place": NASTY,
}


class Tags(HTMLParser):
    """Keeps what a page is made of."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.links, self.text = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def written(name, language, **more):
    return letter(RESOURCES, name, language, to="ada@example.com", key="k", **TOLD, **more)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_is_whole_in_every_language(name, language):
    mail = written(name, language, unsubscribes=ADA)
    page = Tags(mail.html)
    assert page.open == []
    html = dict(page.tags)["html"]
    assert html == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert mail.subject.strip()
    assert "\n" not in mail.subject
    for text in (mail.text, page.text):
        assert "None" not in text
        assert "49" not in text
    if name in {"match", "digest", "event_reminder", "event_lost"}:
        assert NASTY in page.text
        assert NASTY in mail.text
    else:
        assert page.links[0] == TOLD["url"]
        assert TOLD["url"] in mail.text
        assert "abc" in page.text


def test_every_language_has_every_text_with_the_same_values():
    assert set(TEXTS) == set(NOTIFICATION_TEXTS)
    wanted = {name: values_in(text) for name, text in TEXTS["en"].items()}
    for language, texts in TEXTS.items():
        found = {name: values_in(text) for name, text in texts.items()}
        plurals = {name: values for name, values in found.items() if name.startswith("many_")}
        assert {**plurals, **wanted} == found, language
        assert set(map(frozenset, plurals.values())) == {frozenset({"count"})}


def values_in(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_template_is_installed_with_its_package():
    tools = tomllib.loads((Path(letters.__file__).parents[1] / "pyproject.toml").read_text())[
        "tool"
    ]
    package = Path(letters.__file__).parent
    globs = tools["setuptools"]["package-data"]["workers"]
    installed = {path.name for glob in globs for path in package.glob(glob)}
    wanted = {f"{name}.{form}" for name in (*LETTERS, "layout") for form in ("txt", "html")}
    assert installed == wanted


def test_mail_programs_and_people_can_end_what_need_not_be_sent():
    mail = written("digest", "en", unsubscribes=ADA)
    assert mail.unsubscribe_url.startswith("https://api.kith.test/unsubscribe?token=")
    token = mail.unsubscribe_url.partition("=")[2]
    assert f"https://kith.test/unsubscribe?token={token}" in mail.text
    assert f"https://kith.test/unsubscribe?token={token}" in Tags(mail.html).links
    assert written("reset", "en").unsubscribe_url is None
    assert "unsubscribe" not in written("reset", "en").text


def test_who_speaks_another_language_is_written_to_in_english():
    assert written("welcome", "tlh") == written("welcome", "en")


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [("en", 5, "5 things are new"), ("ar", 5, "5 إشعارات جديدة"), ("ar", 11, "11 إشعارًا جديدًا")],
)
def test_many_are_counted_in_the_forms_of_the_language(language, count, text):
    assert many(count, language) == text
