"""Lessons made directly: decisions of many people over some weeks, and what each taught."""

from datetime import datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import numpy as np

from matching.scoring import PRIOR
from persistence import bulk, models
from persistence.database import Database

_numbers = count(1)
SLOPES = {"interests_shared": 4.0, "nearness": 3.0, "text_similarity": 0.0}
"""What these people go by: the prior does not expect it."""


async def crowd(database: Database, number: int) -> list[UUID]:
    """Make people who never sign in."""
    keys = [uuid4() for _ in range(number)]
    async with database.write() as tx:
        accounts = [
            {
                "account_id": key,
                "email": f"crowd{n}@example.com",
                "username": f"crowd{n}",
                "password_hash": "",
            }
            for key, n in zip(keys, _numbers, strict=False)
        ]
        await bulk.insert(tx, models.Account, accounts)
        profiles = [{"profile_id": key, "display_name": "Somebody"} for key in keys]
        await bulk.insert(tx, models.Profile, profiles)
    return keys


async def lessons(
    database: Database,
    now: datetime,
    *,
    number: int = 1_200,
    days: float = 28.0,
    slopes: dict[str, float] | None = None,
    seed: int = 5,
) -> list[UUID]:
    """Let a crowd decide, each pair at most once, over some days until now.

    Args:
        database: where.
        now: when the last decision was made.
        number: how many decisions.
        days: over how many days.
        slopes: what they go by; `SLOPES` unless given.
        seed: of the chance in it.

    Returns:
        The crowd.
    """
    slopes = SLOPES if slopes is None else slopes
    random = np.random.default_rng(seed)
    people = await crowd(database, 60)
    names = list(PRIOR.weights)
    values = random.random((number, len(names)))
    prior = [PRIOR.weights[name] for name in names]
    centres, expected = np.array([[one.centre, one.slope] for one in prior]).T
    chances = PRIOR.calibration.chances((values - centres) @ expected)
    totals = (values - 0.5) @ np.array([slopes.get(name, 0.0) for name in names]) - 0.8
    likes = random.random(number) < 1.0 / (1.0 + np.exp(-totals))
    pairs = [(one, other) for one in people for other in people if one != other]
    chosen = [pairs[n] for n in random.permutation(len(pairs))[:number]]
    moments = [now - timedelta(days=days * part) for part in random.random(number)]
    keys = [uuid4() for _ in chosen]
    acts = [
        {"decision_id": key, "decider_id": one, "candidate_id": other, "decided_at": at}
        for key, (one, other), at in zip(keys, chosen, moments, strict=True)
    ]
    async with database.write() as tx:
        kinds = [
            {**act, "kind": "like" if liked else "pass"}
            for act, liked in zip(acts, likes, strict=True)
        ]
        await bulk.insert(tx, models.Decision, kinds)
        taught = [
            {
                **act,
                "is_like": bool(liked),
                "signals": dict(zip(names, map(float, row), strict=True)),
                "experience": 0.0,
                "chance": float(chance),
                "steps": {},
                "model_version": PRIOR.version,
            }
            for act, liked, row, chance in zip(acts, likes, values, chances, strict=True)
        ]
        await bulk.insert(tx, models.Lesson, taught)
    return people
