"""Leaf and input types of all generated schemas: every built-in scalar, and some of our own."""

from enum import Enum
from typing import Any, NewType, Optional

import strawberry
from strawberry.schema.config import StrawberryConfig


@strawberry.enum
class Colour(Enum):
    RED = "r"
    GREEN = "g"
    BLUE = "b"


Even = NewType("Even", int)
Words = NewType("Words", str)


def _even(value: Any) -> int:
    if not isinstance(value, int) or value % 2:
        raise ValueError(f"{value!r} is not even.")
    return value


def _half(value: Any) -> Any:
    """What an even number is shown as; zero has none, which a scalar must not answer."""
    return _even(value) // 2 or None


@strawberry.input
class Point:
    x: int
    y: int | None = 2
    name: str | None = strawberry.UNSET
    colours: list[Colour] = strawberry.field(default_factory=lambda: [Colour.RED])
    rest: Optional["Point"] = None
    grid: list[list[float | None] | None] | None = strawberry.UNSET


@strawberry.input(one_of=True)
class Either:
    number: int | None = strawberry.UNSET
    even: Even | None = strawberry.UNSET
    point: Point | None = strawberry.UNSET


SCALARS: dict[Any, Any] = {
    Even: strawberry.scalar(name="Even", serialize=_half, parse_value=_even),
    Words: strawberry.scalar(name="Words", serialize=repr, parse_value=repr),
}
CONFIG = StrawberryConfig(scalar_map=SCALARS)

NAMES: dict[str, Any] = {
    "Int": int,
    "Float": float,
    "String": str,
    "Boolean": bool,
    "ID": strawberry.ID,
    "Colour": Colour,
    "Even": Even,
    "Words": Words,
    "Point": Point,
    "Either": Either,
}
LEAVES = ("Int", "String", "Float", "Boolean", "ID", "Colour", "Even", "Words")
INPUTS = (*LEAVES, "Point", "Either")

OUTPUTS = ("Int", "Float", "Int", "Float", *LEAVES)

GOOD: dict[str, tuple[Any, ...]] = {
    "Int": (0, 1, -7, 2**31 - 1, -(2**31)),
    "Float": (0.5, 0.0, -1.25, 1e300),
    "String": ("", "text", "ä\n"),
    "Boolean": (False, True),
    "ID": ("a", "", "7"),
    "Colour": (Colour.RED, Colour.GREEN, Colour.BLUE),
    "Even": (2, 4, -6),
    "Words": ("a b", "w"),
}
"""What resolvers answer for a leaf type."""

LOOSE: dict[str, tuple[Any, ...]] = {
    "Int": (3.0, "4", True, -0.0),
    "Float": (0, 10**20, "0.5", True),
    "String": (5, True, 1.5),
    "Boolean": (0, 1, 1.5),
    "ID": (0, 2**40, 3.0),
    "Colour": ("r", "b"),
    "Even": (False, 10**20),
    "Words": (0, None.__class__, (1, "x"), {"k": [True]}),
}
"""What resolvers may answer for a leaf type, which is something else in the response."""

ODD: tuple[Any, ...] = (
    "text",
    2**40,
    float("nan"),
    float("inf"),
    1.5,
    "",
    True,
    "PURPLE",
    b"bytes",
    [1, "x"],
    [],
    {"k": 1},
    {},
    0,
    object(),
    ValueError,
)
"""What resolvers answer by mistake, for any type."""

# Plans have a way of their own for columns of `int` and of `float`.
_BEYOND = (2**31, -(2**31) - 1, 2**53)
_NO_NUMBERS = (float("nan"), float("inf"), float("-inf"))

NEARLY: dict[str, tuple[Any, ...]] = {
    "Int": (*_BEYOND, *_BEYOND, 1.5, "1.5", "12x", "", float("nan"), [1], None.__class__),
    "Float": (*_NO_NUMBERS, *_NO_NUMBERS, "text", "", b"1", 10**400, [0.5]),
    "String": (b"bytes", [1, "x"], {"k": 1}, object()),
    "Boolean": ("true", float("nan"), [], None.__class__),
    "ID": (1.5, True, b"bytes", []),
    "Colour": ("PURPLE", "RED", [], 1),
    "Even": (3, 0, "2", 2.0),
}
"""What resolvers answer by mistake for a leaf type."""

GIVEN: dict[str, tuple[Any, ...]] = {
    "Int": (0, 1, -7, 2**31 - 1),
    "Float": (0.5, 3, -1e3),
    "String": ("", "text", 'ä"\n\\'),
    "Boolean": (False, True),
    "ID": ("a", 7),
    "Even": (2, 4),
    "Words": ("w", 1, True),
}
"""What clients give for a scalar."""

MISTAKEN: tuple[Any, ...] = ("text", 1.5, 2**40, True, [[]], {"x": "y"}, 3, {})
"""What clients give by mistake, as variables."""

DEFAULTS: dict[str, Any] = {
    "Int": 5,
    "Float": 2.5,
    "String": "default",
    "Boolean": True,
    "ID": "d",
    "Colour": Colour.GREEN,
    "Even": 8,
    "Words": "wd",
}
