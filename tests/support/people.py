"""People for tests: accounts with profiles, made directly and signed in."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from domain.viewer import Viewer
from persistence import models
from resolvers import ids
from resolvers.services import Services
from tests.support.client import Api

_numbers = itertools.count(1)

PASSWORD = "correct horse battery"

PROFILE: dict[str, Any] = {
    "bio": "I like long walks, board games and good coffee.",
    "gender": "woman",
    "birth_date": date(1995, 5, 17),
    "city": "Berlin",
    "latitude": 52.52,
    "longitude": 13.405,
    "interests": ["hiking", "board games"],
    "skills": ["python"],
    "goals": ["friendship"],
    "languages": ["en"],
}


@dataclass(frozen=True)
class Person:
    """Somebody in a test.

    Attributes:
        viewer: as verbs know them.
        api: their signed-in GraphQL client.
        email: their address; the password is `PASSWORD`.
    """

    viewer: Viewer
    api: Api
    email: str

    @property
    def key(self) -> UUID:
        """The key of their account and profile."""
        return self.viewer.profile_id

    @property
    def id(self) -> str:
        """The global id of their profile."""
        return ids.encode("Profile", self.key)


class People:
    """Makes people."""

    def __init__(self, services: Services, http: httpx.AsyncClient) -> None:
        self._services = services
        self._http = http

    async def join(self, name: str = "", *, onboarded: bool = True, **profile: Any) -> Person:
        """Make somebody with a complete profile, signed in.

        Args:
            name: the display name; a numbered one unless given.
            onboarded: whether they have completed onboarding; otherwise the profile is bare.
            profile: columns of the profile that differ from `PROFILE`, and under
                `preferences` columns of the preferences.
        """
        n = next(_numbers)
        now = datetime.now(UTC)
        preferences = profile.pop("preferences", {})
        staff = profile.pop("is_staff", False)
        values = {**PROFILE, "onboarded_at": now, **profile} if onboarded else profile
        async with self._services.database.write() as tx:
            account = await tx.add(
                models.Account,
                email=f"person{n}@example.com",
                username=f"person{n}",
                password_hash=await password_hash(self._services),
                is_staff=staff,
            )
            key = account.account_id
            await tx.add(
                models.Profile, profile_id=key, display_name=name or f"Person {n}", **values
            )
            await tx.add(models.Preferences, profile_id=key, **preferences)
            session = await tx.add(
                models.Session, account_id=key, expires_at=now + timedelta(days=1)
            )
        token = self._services.tokens.access_token(session)
        viewer = Viewer(key, session.session_id, is_staff=staff)
        return Person(viewer, Api(self._http, token), account.email)


_hash: list[str] = []


async def password_hash(services: Services) -> str:
    """The hash of `PASSWORD`, made once because hashing is slow on purpose."""
    if not _hash:
        _hash.append(await services.passwords.hash(PASSWORD, of=""))
    return _hash[0]
