"""How a bio is written: sentences about one person's life, in an order of their own."""

from typing import Literal

from demo import bios, lives, work
from demo.banks import Deck, Decks
from demo.places import City
from demo.records import Companion
from demo.streams import Streams, filled

Role = Literal["dating", "friends", "founders", "mentors", "mentees", "dog owners"]

LONGEST_WORDS = 90

ANIMALS = {"dog": "dog", "cat": "cat", "rabbit": "rabbit"}
"""What a kind is called; of the other kinds the breed says it: a tortoise, a hamster."""


class BioWriter:
    """Writes bios from banks of sentences, each sentence drawn as rarely as the bank allows."""

    def __init__(self, streams: Streams) -> None:
        self._rng = streams("bios")
        self._interests = Decks(bios.OF_INTEREST, self._rng)
        self._work = Decks(work.SENTENCES, self._rng)
        self._communities = Decks(lives.OF_COMMUNITY, self._rng)
        self._cities = Deck(lives.OF_CITY, self._rng)
        self._pets = Deck(lives.OF_PET, self._rng)
        self._selves = Deck(lives.OF_SELF, self._rng)

    def write(
        self,
        role: Role,
        job: str,
        interests: tuple[str, ...],
        pets: tuple[Companion, ...],
        city: City,
    ) -> str:
        """Write a bio of 40 to 90 words in the voice of the person."""

        def told_here(sentence: str) -> str:
            words = _words_of(pets[0]) if pets else {}
            return filled(sentence, self._rng, city.name, city.spots, **words)

        purpose = told_here(self._communities.draw(role))
        told = [self._interests.draw(interests[0]), self._work.draw(job)]
        words = _count(purpose, *told)
        target = self._rng.randint(48, 78)
        for source in self._further(interests, has_pet=bool(pets) and role != "dog owners"):
            if words >= target:
                break
            sentence = told_here(self._sentence(source, interests))
            if words + _count(sentence) <= LONGEST_WORDS:
                told.append(sentence)
                words += _count(sentence)
        self._rng.shuffle(told)
        # Most people say at the end what they are looking for.
        at = len(told) if self._rng.random() < 0.6 else self._rng.randrange(len(told))
        return " ".join((*told[:at], purpose, *told[at:]))

    def _further(self, interests: tuple[str, ...], *, has_pet: bool) -> list[str]:
        """Give what else to speak of: an animal before all, one more interest as a last resort."""
        sources = ["city", "self", *interests[1:3]]
        self._rng.shuffle(sources)
        return [*(["pet"] if has_pet else []), *sources, interests[3]]

    def _sentence(self, source: str, interests: tuple[str, ...]) -> str:
        if source in interests:
            return self._interests.draw(source)
        return {"city": self._cities, "pet": self._pets, "self": self._selves}[source].draw()


def _words_of(pet: Companion) -> dict[str, str]:
    animal = ANIMALS.get(pet.kind, pet.breed.split()[-1])
    return {"pet": pet.name, "animal": animal, "temperament": pet.temperament}


def _count(*sentences: str) -> int:
    return sum(len(sentence.split()) for sentence in sentences)
