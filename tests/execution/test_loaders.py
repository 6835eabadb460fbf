"""Loaders: what fields ask for through one batch function is one call, whatever its arguments."""

import asyncio
from typing import Any

import pytest
import strawberry

from execution.declarations import Loaders, batch


@strawberry.input
class Place:
    name: str
    near: list[int] = strawberry.field(default_factory=list)


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (1, 1, 2),
        (1, 1, True),
        ([1, [2]], [1, [2]], [1, 2]),
        ([], [], None),
        (Place(name="a", near=[1]), Place(name="a", near=[1]), Place(name="a", near=[2])),
        (Place(name="a"), Place(name="a"), Place(name="b")),
        ([Place(name="a")], [Place(name="a")], [Place(name="b")]),
        ({"a": [1]}, {"a": [1]}, {"a": [True]}),
    ],
)
async def test_fields_with_equal_arguments_share_a_call(one, same, other):
    calls: list[tuple[list[int], Any]] = []

    async def by_ids(_context: None, keys: list[int], *, of: Any = None) -> list[int]:
        calls.append((list(keys), of))
        return keys

    declared, loaders = batch(by_ids), Loaders()
    found = await asyncio.gather(
        loaders.load_many(declared, None, [1, 2], {"of": one}),
        loaders.load_many(declared, None, [2, 3], {"of": same}),
        loaders.load_many(declared, None, [2], {"of": other}),
    )
    assert found == [[1, 2], [2, 3], [2]]
    assert [keys for keys, _ in calls] == [[1, 2, 3], [2]]
