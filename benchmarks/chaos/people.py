"""People: who write to each other, made directly, with a token for each."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from domain import conversations
from domain.tokens import Tokens
from persistence import migrating, models
from persistence.database import Database
from persistence.rows import Row
from resolvers import ids
from settings import Settings


@dataclass(slots=True)
class Person:
    """Somebody who takes part.

    Attributes:
        name: for the table.
        token: an access token for longer than any run.
        conversations: the global ids of theirs.
    """

    name: str
    token: str
    conversations: list[str] = field(default_factory=list)


async def settle(database_url: str, *, people: int, partners: int) -> list[Person]:
    """Fill an empty database with people, each in conversation with the next ones of a ring.

    Args:
        database_url: a ``postgresql://`` URL.
        people: how many.
        partners: with how many of the next ones each of them talks.
    """
    await migrating.upgrade(database_url)
    database = await Database.connect(database_url)
    try:
        profiles, everyone = [], []
        for number in range(people):
            profile, person = await _join(database, number)
            profiles.append(profile)
            everyone.append(person)
        for number in range(people):
            for other in ((number + step) % people for step in range(1, partners + 1)):
                conversation = await _matched(database, profiles[number], profiles[other])
                everyone[number].conversations.append(conversation)
                everyone[other].conversations.append(conversation)
    finally:
        await database.close()
    return everyone


async def _join(database: Database, number: int) -> tuple[Row, Person]:
    now = datetime.now(UTC)
    tokens = Tokens.from_settings(Settings(_env_file=None, access_token_minutes=1440))
    async with database.write() as tx:
        account = await tx.add(
            models.Account,
            email=f"person{number}@example.com",
            username=f"person{number}",
            password_hash="-",  # noqa: S106 - nobody logs in
        )
        key = account.account_id
        profile = await tx.add(
            models.Profile,
            profile_id=key,
            display_name=f"Person {number}",
            gender="woman",
            birth_date=date(1995, 5, 17),
            onboarded_at=now,
        )
        await tx.add(models.Preferences, profile_id=key)
        session = await tx.add(models.Session, account_id=key, expires_at=now + timedelta(days=1))
    return profile, Person(f"person {number}", tokens.access_token(session))


async def _matched(database: Database, one: Row, other: Row) -> str:
    members = sorted((one.profile_id, other.profile_id))
    async with database.write() as tx:
        match = await tx.add(models.Match, first_id=members[0], second_id=members[1])
        opened = await conversations.open_conversation(
            tx, match_id=match.match_id, member_ids=members
        )
    return ids.encode("Conversation", opened.conversation_id)
