"""Which interests go together: tastes drawn from groups of them."""

from random import Random

GROUPS: tuple[tuple[str, ...], ...] = (
    ("hiking", "running", "cycling", "rock_climbing", "swimming", "camping", "surfing", "wildlife"),
    ("yoga", "meditation", "dancing", "football", "tennis", "swimming", "running", "singing"),
    ("cooking", "baking", "gardening", "coffee", "board_games", "sustainability", "volunteering"),
    ("board_games", "chess", "video_games", "film", "astronomy", "science", "open_source"),
    ("reading", "writing", "poetry", "theatre", "film", "languages", "history", "travel"),
    ("photography", "painting", "ceramics", "art", "music", "live_music", "singing", "dancing"),
    ("startups", "technology", "open_source", "science", "sustainability", "languages", "chess"),
)

OF_ROLE: dict[str, tuple[str, ...]] = {
    "dog owners": ("dogs",),
    "founders": ("startups", "technology", "open_source", "sustainability"),
}


def draw_interests(rng: Random, role: str, companion_kinds: set[str]) -> tuple[str, ...]:
    """Draw four to seven interests, most of them from two groups.

    Args:
        rng: the stream to draw from.
        role: what the person came for; some roles bring an interest with them.
        companion_kinds: who lives with dogs or cats likes them.
    """
    main, side = rng.sample(GROUPS, 2)
    drawn = [
        *rng.sample(main, rng.choice((2, 3))),
        *rng.sample(side, rng.choice((1, 2))),
        rng.choice(rng.choice(GROUPS)),
    ]
    if role in OF_ROLE:
        drawn.insert(rng.randrange(2), rng.choice(OF_ROLE[role]))
    drawn += [f"{kind}s" for kind in ("dog", "cat") if kind in companion_kinds]
    distinct = list(dict.fromkeys(drawn))
    for group in (main, side):
        distinct += [taste for taste in group if taste not in distinct and len(distinct) < 4]
    return tuple(distinct[:7])
