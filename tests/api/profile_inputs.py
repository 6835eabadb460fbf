"""Inputs of the mutations of a profile: what each accepts, what it refuses, what it keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any

VALID: dict[str, dict[str, Any]] = {
    "completeOnboarding": {
        "displayName": "Ada",
        "birthDate": "1990-12-10",
        "bio": "I like machines.",
        "goals": ["friendship"],
    },
    "updateProfile": {"bio": "New words."},
    "setAvailability": {"status": "EVENINGS"},
    "setPreferences": {"ageMin": 30},
    "setPrompts": {"prompts": [{"question": "New?", "answer": "Yes."}]},
    "reorderPrompts": {"promptIds": ["<my second prompt>", "<my first prompt>"]},
    "addCompanion": {"kind": "cat", "name": "Mimi"},
    "updateCompanion": {"companionId": "<my companion>", "breed": "Beagle"},
    "removeCompanion": {"companionId": "<my companion>"},
    "updateLocation": {"location": {"latitude": 1.5, "longitude": 2.5}},
    "clearLocation": {},
}
"""What each mutation accepts; a row of a table says what differs from it."""

BAD = "BAD_REQUEST"
TOO_COMPLEX = "DOCUMENT_TOO_COMPLEX"
NOW = datetime.now(UTC)
TOMORROW = (NOW + timedelta(days=1)).isoformat()
CHILD = (NOW - timedelta(days=17 * 365)).date().isoformat()
PARROT = "🦜"  # four bytes in UTF-8, one character
SURROGATE = "\ud83e"
NOTHING = {
    "empty": "",
    "white space": " \t\r\n\u00a0\u3000",
    "NUL": "\x00\x00",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "marks of direction": "\u200e\u200f\u202e\u2066\u061c",
    "fillers": "\u3164\u2800\ufe0f\u115f",
}
"""Texts that show nothing, so that they are as good as empty."""

Row = tuple[str, dict[str, Any], list[str] | str]


def text_rows(name: str, most: int, *, path: str = "", within: Any = None) -> list[Row]:
    """Rows for a text that must be there.

    Args:
        name: the field.
        most: how many characters it may have.
        path: where the refusal says that it is, unless it is the field's name.
        within: makes the input of the text, unless the field itself holds it.
    """
    put = within or (lambda text: {name: text})
    texts = {**NOTHING, "x too long": "x" * (most + 1), "parrots too long": PARROT * (most + 1)}
    rows: list[Row] = [
        (f"{name} {what}", put(text), [path or name]) for what, text in texts.items()
    ]
    wrong = {"half a parrot": SURROGATE, "number": 5, "object": {"a": "b"}}
    return rows + [(f"{name} {what}", put(value), BAD) for what, value in wrong.items()]


def optional_rows(name: str, most: int) -> list[Row]:
    """Rows for a text that may be empty."""
    return [
        (f"{name} x too long", {name: "x" * (most + 1)}, [name]),
        (f"{name} parrots too long", {name: PARROT * (most + 1)}, [name]),
        (f"{name} half a parrot", {name: SURROGATE}, BAD),
        (f"{name} number", {name: 5}, BAD),
    ]


def word_rows(name: str) -> list[Row]:
    """Rows for a list of free words."""
    return [
        (f"{name} zero width", {name: ["tea", "\u200b"]}, [f"{name}.1"]),
        (f"{name} NUL", {name: ["\x00", "tea"]}, [f"{name}.0"]),
        (f"{name} parrots too long", {name: [PARROT * 51]}, [f"{name}.0"]),
        (f"{name} too many", {name: [f"word {n}" for n in range(31)]}, [name]),
        (f"{name} null among them", {name: ["tea", None]}, BAD),
        (f"{name} half a parrot", {name: [SURROGATE]}, BAD),
        (f"{name} object", {name: {"a": "tea"}}, BAD),
    ]


def key_rows() -> list[Row]:
    """Rows for the key of a call."""
    answer = ["clientMutationId"]
    return [
        ("key too long", {"clientMutationId": "k" * 101}, answer),
        ("key with NUL", {"clientMutationId": "k\x00"}, answer),
        ("key that shows nothing", {"clientMutationId": "\u200b"}, answer),
        ("key half a parrot", {"clientMutationId": SURROGATE}, BAD),
        ("key number", {"clientMutationId": 7}, BAD),
    ]


def id_rows(put: Any, noun: str) -> list[Row]:
    """Rows for the id of something of one's own.

    Args:
        put: makes the input of an id.
        noun: what the id must be of, in lower case.
    """
    missing = f"{noun.upper()}_NOT_FOUND"
    forged = {
        "empty": "",
        "somebody else's": f"<their {noun}>",
        "missing": f"<missing {noun}>",
        "of another type": f"<{noun} of another type>",
        "bare key": f"<key of my {noun}>",
        "padded": f"<my {noun}>=",
        "NUL": "\x00",
        "parrot": PARROT,
        "very long": "A" * 10_000,
        "number": 7,
    }
    rows: list[Row] = [(f"id {what}", put(value), missing) for what, value in forged.items()]
    wrong: dict[str, Any] = {"null": None, "truth": True, "object": {}, "half a parrot": SURROGATE}
    return rows + [(f"id {what}", put(value), BAD) for what, value in wrong.items()]


FACTS: list[Row] = [
    *text_rows("displayName", 50),
    *optional_rows("bio", 2000),
    *optional_rows("gender", 30),
    *optional_rows("pronouns", 30),
    *optional_rows("city", 100),
    *word_rows("interests"),
    *word_rows("skills"),
    ("gender longer in lower case", {"gender": "İ" * 30}, ["gender"]),
    ("goals unknown", {"goals": ["friendship", PARROT, "\u200b"]}, ["goals.1", "goals.2"]),
    ("languages unknown", {"languages": ["de", "tlh"]}, ["languages.1"]),
    ("birth date of a child", {"birthDate": CHILD}, ["birthDate"]),
    ("birth date to come", {"birthDate": "9999-12-31"}, ["birthDate"]),
    ("birth date too long ago", {"birthDate": "0001-01-01"}, ["birthDate"]),
    ("birth date taken back", {"birthDate": None}, ["birthDate"]),
    ("birth date that never was", {"birthDate": "1990-02-30"}, BAD),
    ("birth date in other digits", {"birthDate": "١٩٩٠-١٢-١٠"}, BAD),  # noqa: RUF001
    ("birth date with a time", {"birthDate": "1990-12-10T00:00:00Z"}, BAD),
]


def prompt_rows() -> list[Row]:
    """Rows for prompts."""

    def asked(text: Any) -> dict[str, Any]:
        return {
            "prompts": [{"question": "First?", "answer": "x"}, {"question": text, "answer": "x"}]
        }

    def said(text: Any) -> dict[str, Any]:
        return {"prompts": [{"question": "First?", "answer": text}]}

    tea = {"question": "Tea?", "answer": "Yes."}
    return [
        *text_rows("question", 150, path="prompts.1.question", within=asked),
        *text_rows("answer", 500, path="prompts.0.answer", within=said),
        ("asked twice", {"prompts": [tea, {**tea, "question": "TEA?"}]}, ["prompts.1.question"]),
        ("asked twice, hidden", {"prompts": [tea, {**tea, "question": "Tea?\x00"}]},
         ["prompts.1.question"]),
        ("too many", {"prompts": [{**tea, "question": f"{n}?"} for n in range(11)]}, ["prompts"]),
        ("null among them", {"prompts": [tea, None]}, BAD),
        ("without an answer", {"prompts": [{"question": "Tea?"}]}, BAD),
        ("with more", {"prompts": [{**tea, "position": 1}]}, BAD),
    ]  # fmt: skip


def companion_rows() -> list[Row]:
    """Rows for facts about a companion."""
    return [
        *text_rows("kind", 30),
        *text_rows("name", 50),
        *optional_rows("breed", 50),
        *optional_rows("temperament", 200),
        ("birth to come", {"birthDate": "9999-12-31"}, ["birthDate"]),
        ("birth too long ago", {"birthDate": "1899-12-31"}, ["birthDate"]),
        ("birth that never was", {"birthDate": "2023-02-29"}, BAD),
    ]


AVAILABILITY: list[Row] = [
    ("status unknown", {"status": "NEVER"}, BAD),
    ("status in lower case", {"status": "evenings"}, BAD),
    ("status empty", {"status": ""}, BAD),
    ("status number", {"status": 1}, BAD),
    ("end past", {"until": "2020-01-01T00:00:00Z"}, ["until"]),
    ("end before all time", {"until": "0001-01-01T00:00:00+14:00"}, BAD),
    ("end too far", {"until": "9999-12-31T23:59:59Z"}, ["until"]),
    ("end after all time", {"until": "9999-12-31T23:59:59-14:00"}, BAD),
    ("end without a status", {"status": None, "until": TOMORROW}, ["until"]),
    ("end without an offset", {"until": "2030-01-01T00:00:00"}, BAD),
    ("end that never comes", {"until": "2030-02-30T00:00:00Z"}, BAD),
    ("end with a NUL", {"until": "2030-01-01T00:00:00Z\x00"}, BAD),
]
PREFERENCES: list[Row] = [
    ("age of a child", {"ageMin": 17}, ["ageMin"]),
    ("ages beyond", {"ageMin": -(2**31), "ageMax": 2**31 - 1}, ["ageMin", "ageMax"]),
    ("ages crossed", {"ageMin": 50, "ageMax": 49}, ["ageMin"]),
    ("age beyond 32 bits", {"ageMax": 2**31}, BAD),
    ("age beyond 64 bits", {"ageMax": 2**64}, BAD),
    ("age as text", {"ageMin": "30"}, BAD),
    ("age as truth", {"ageMin": True}, BAD),
    ("age in part", {"ageMin": 30.5}, BAD),
    ("distance of nothing", {"maxDistance": {"value": 0}}, ["maxDistance"]),
    ("distance below nothing", {"maxDistance": {"value": -0.001}}, ["maxDistance"]),
    ("distance around the Earth", {"maxDistance": {"value": 20_041}}, ["maxDistance"]),
    ("distance as far as floats go", {"maxDistance": {"value": 1.7e308, "unit": "MILES"}},
     ["maxDistance"]),
    ("distance without a value", {"maxDistance": {"unit": "MILES"}}, BAD),
    ("distance in furlongs", {"maxDistance": {"value": 1, "unit": "FURLONGS"}}, BAD),
    ("distance without a unit", {"maxDistance": {"value": 1, "unit": None}}, BAD),
    ("days of nothing", {"activeWithinDays": 0}, ["activeWithinDays"]),
    ("days too many", {"activeWithinDays": 366}, ["activeWithinDays"]),
    ("discoverable as text", {"isDiscoverable": "true"}, BAD),
    ("goal unknown", {"goals": ["friendship", PARROT]}, ["goals.1"]),
    ("language unknown", {"languages": ["\u200b"]}, ["languages.0"]),
    *word_rows("genders"),
]  # fmt: skip


def place_rows() -> list[Row]:
    """Rows for a location."""
    places: dict[str, tuple[Any, list[str] | str]] = {
        "north of the pole": ({"latitude": 90.000001, "longitude": 0}, ["location.latitude"]),
        "east of the date line": ({"latitude": 0, "longitude": 180.000001}, ["location.longitude"]),
        "nowhere": (
            {"latitude": -1e308, "longitude": 2**70},
            ["location.latitude", "location.longitude"],
        ),
        "half": ({"latitude": 1}, BAD),
        "half null": ({"latitude": 1, "longitude": None}, BAD),
        "text": ({"latitude": "1", "longitude": "1"}, BAD),
        "truth": ({"latitude": True, "longitude": True}, BAD),
        "pair": ([1, 2], BAD),
        "with a height": ({"latitude": 1, "longitude": 1, "altitude": 1}, BAD),
    }
    return [(f"place {what}", {"location": place}, no) for what, (place, no) in places.items()]


def nested(name: str, rows: list[Row]) -> list[Row]:
    """Rows of another mutation, whose input is a part of this one's."""
    return [
        (f"{name}: {what}", {name: given}, BAD if no == BAD else [f"{name}.{path}" for path in no])
        for what, given, no in rows
    ]


REFUSED: dict[str, list[Row]] = {
    "completeOnboarding": [
        *FACTS,
        *key_rows(),
        *((f"no text: {what}", {"bio": text}, ["bio"]) for what, text in NOTHING.items()),
        ("no goal", {"goals": []}, ["goals"]),
        *prompt_rows(),
        *place_rows(),
        *nested("preferences", PREFERENCES),
        *nested("availability", [row for row in AVAILABILITY if row[2] != ["until"]]),
        ("availability: end past",
         {"availability": {"status": "NOW", "until": "2020-01-01T00:00:00Z"}},
         ["availability.until"]),
    ],
    "updateProfile": [*FACTS, *key_rows()],
    "setAvailability": [*AVAILABILITY, *key_rows()],
    "setPreferences": [*PREFERENCES, *key_rows()],
    "setPrompts": [*prompt_rows(), ("null", {"prompts": None}, BAD), *key_rows()],
    "reorderPrompts": [
        *id_rows(lambda one: {"promptIds": ["<my first prompt>", one]}, "prompt"),
        ("nothing", {"promptIds": []}, ["promptIds"]),
        ("one left out", {"promptIds": ["<my first prompt>"]}, ["promptIds"]),
        ("one twice", {"promptIds": ["<my first prompt>"] * 2}, ["promptIds"]),
        ("one many times", {"promptIds": ["<my first prompt>"] * 400}, ["promptIds"]),
        ("one a thousand times", {"promptIds": ["<my first prompt>"] * 1000}, TOO_COMPLEX),
        *key_rows(),
    ],
    "addCompanion": [
        *companion_rows(),
        ("kind null", {"kind": None}, BAD),
        ("name null", {"name": None}, BAD),
        *key_rows(),
    ],
    "updateCompanion": [
        *companion_rows(),
        ("kind and name taken back", {"kind": None, "name": None}, ["kind", "name"]),
        *id_rows(lambda one: {"companionId": one}, "companion"),
        *key_rows(),
    ],
    "removeCompanion": [
        *id_rows(lambda one: {"companionId": one}, "companion"),
        *key_rows(),
    ],
    "updateLocation": [
        *place_rows(),
        ("place null", {"location": None}, BAD),
        *optional_rows("city", 100),
        *key_rows(),
    ],
    "clearLocation": [
        ("something unknown", {"city": "Rome"}, BAD),
        *key_rows(),
    ],
}  # fmt: skip

KEPT: list[tuple[str, str, dict[str, Any]]] = [
    ("updateProfile", "profile { displayName bio gender pronouns city interests }", {
        "displayName": PARROT * 50, "bio": PARROT * 2000, "gender": PARROT * 30,
        "pronouns": PARROT * 30, "city": PARROT * 100, "interests": [PARROT * 50],
    }),
    ("updateProfile", "profile { displayName bio city }", {
        "displayName": "שרה כהן", "bio": "مرحبا\nبكم", "city": "ירושלים",
    }),
    ("updateProfile", "profile { displayName bio }", {
        "displayName": "👩\u200d👩\u200d👧", "bio": "نمی\u200cشود, क्\u200dष, 🏳\ufe0f\u200d🌈",
    }),
    ("setPrompts", "prompts { question answer }", {
        "prompts": [{"question": PARROT * 150, "answer": PARROT * 500}],
    }),
    ("addCompanion", "companion { kind name breed temperament }", {
        "kind": PARROT * 30, "name": PARROT * 50, "breed": PARROT * 50,
        "temperament": PARROT * 200,
    }),
    ("setPreferences", "preferences { genders }", {"genders": [PARROT * 50]}),
    ("updateLocation", "profile { city }", {
        "location": {"latitude": -90, "longitude": -180}, "city": PARROT * 100,
    }),
]  # fmt: skip
"""What mutations keep to the character: the longest texts of the widest characters, any script."""
