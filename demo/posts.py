"""What people of the demo world share with everybody."""

import re
from collections.abc import Sequence
from random import Random

from demo import post_texts
from demo.banks import Deck, Decks
from demo.conversations import SPOTS
from demo.records import Person, Post
from demo.streams import Streams, filled, moment_between

POSTS_OF_A_PERSON = 0.9


def posts(people: Sequence[Person], streams: Streams) -> tuple[Post, ...]:
    """Write posts, in order of time; some people write many and most write few or none."""
    rng = streams("posts")
    writer = _Writer(rng)
    zeal = [rng.lognormvariate(0, 0.8) for _ in people]
    authors = rng.choices(people, zeal, k=max(1, round(len(people) * POSTS_OF_A_PERSON)))
    written = [writer.write(author) for author in authors]
    return tuple(sorted(written, key=lambda post: (post.posted_at, post.author, post.text)))


class _Writer:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._interests = Decks(post_texts.OF_INTEREST, rng)
        self._communities = Decks(post_texts.OF_COMMUNITY, rng)
        self._everyday = Deck(post_texts.EVERYDAY, rng)
        self._tails = Deck(post_texts.TAILS, rng)

    def write(self, author: Person) -> Post:
        """Write one post of a person, with its hashtags."""
        text, topic = self._topic(author)
        if self._rng.random() < 0.75 and not text.endswith("?"):
            text = f"{text} {self._tails.draw()}"
        pet = next((pet.name for pet in author.companions if pet.kind == "dog"), "")
        text = filled(text, self._rng, author.city, SPOTS[author.city], pet=pet)
        tags = [_tag(topic)] if topic else []
        if not tags or self._rng.random() < 0.6:
            tags.append(_tag(author.city))
        return Post(
            author=author.number,
            text=f"{text} {' '.join(f'#{tag}' for tag in tags)}",
            hashtags=tuple(tag.lower() for tag in tags),
            posted_at=moment_between(self._rng, author.joined_at, author.last_active_at),
        )

    def _topic(self, author: Person) -> tuple[str, str]:
        """Draw what a post says and what it is about."""
        kind = self._rng.choices(("interest", "everyday", "community"), (74, 13, 13))[0]
        if kind == "everyday":
            return self._everyday.draw(), ""
        if kind == "community":
            role = "mentees" if "mentee" in author.goals else author.community
            return self._communities.draw(role), role
        interest = self._rng.choice(author.interests)
        return self._interests.draw(interest), interest


def _tag(words: str) -> str:
    """Join words into one hashtag, each with a capital."""
    return "".join(word[0].upper() + word[1:] for word in re.split(r"[\s_]+", words))
