"""The schema of both Strawberry peers, written as Strawberry's documentation shows it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

Node = TypeVar("Node")
Read = Callable[[str, UUID, Sequence[Any], int], Any]
"""Reads rows: by what they answer, for this viewer, for these keys, at most so many for each."""


class Loaders:
    """The DataLoaders of one request, over whatever reads rows.

    Args:
        read: gives rows with attributes.
        viewer: who asks.
    """

    def __init__(self, read: Read, viewer: UUID) -> None:
        self._read = read
        self.viewer = viewer
        self.profiles: DataLoader[UUID, Any] = DataLoader(self._one("profiles", "profile_id"))
        self.conversations: DataLoader[UUID, Any] = DataLoader(
            self._one("conversations", "conversation_id")
        )
        self.companions: DataLoader[UUID, Any] = DataLoader(self._many("companions", "profile_id"))
        self.members: DataLoader[tuple[UUID, int], Any] = DataLoader(
            self._pages("members", "conversation_id")
        )
        self.posts: DataLoader[tuple[UUID, int], Any] = DataLoader(
            self._pages("posts", "author_id")
        )
        self.messages: DataLoader[tuple[UUID, int], Any] = DataLoader(
            self._pages("messages", "conversation_id")
        )

    async def feed(self, first: int) -> Any:
        """The newest posts that the viewer may see, one more than asked for."""
        return await self._read("feed", self.viewer, [self.viewer], first + 1)

    def _one(self, question: str, key: str) -> Any:
        async def load(keys: list[UUID]) -> list[Any]:
            rows = await self._read(question, self.viewer, keys, 0)
            found = {getattr(row, key): row for row in rows}
            return [found.get(wanted) for wanted in keys]

        return load

    def _many(self, question: str, key: str) -> Any:
        async def load(keys: list[UUID]) -> list[Any]:
            found: dict[UUID, list[Any]] = {wanted: [] for wanted in keys}
            for row in await self._read(question, self.viewer, keys, 0):
                found[getattr(row, key)].append(row)
            return [found[wanted] for wanted in keys]

        return load

    def _pages(self, question: str, key: str) -> Any:
        async def load(keys: list[tuple[UUID, int]]) -> list[Any]:
            owners, most = [owner for owner, _ in keys], max(first for _, first in keys)
            found: dict[UUID, list[Any]] = {owner: [] for owner in owners}
            for row in await self._read(question, self.viewer, owners, most + 1):
                found[getattr(row, key)].append(row)
            return [found[owner] for owner in owners]

        return load


def _loaders(info: strawberry.Info) -> Loaders:
    loaders: Loaders = info.context["loaders"]
    return loaders


@strawberry.type
class PageInfo:
    """Where a page is in its list."""

    has_next_page: bool


@strawberry.type
class Connection(Generic[Node]):
    """A page of a list."""

    nodes: list[Node]
    page_info: PageInfo


def _page(node_type: Any, rows: Sequence[Any], first: int) -> Any:
    nodes = [node_type.of(row) for row in rows[:first]]
    return Connection(nodes=nodes, page_info=PageInfo(has_next_page=len(rows) > first))


@strawberry.type
class Companion:
    """An animal that lives with a person."""

    id: strawberry.ID
    kind: str
    name: str

    @classmethod
    def of(cls, row: Any) -> "Companion":
        """Show a row."""
        return cls(id=strawberry.ID(str(row.companion_id)), kind=row.kind, name=row.name)


@strawberry.type
class Profile:
    """How a person shows themselves to others."""

    key: strawberry.Private[UUID]
    id: strawberry.ID
    display_name: str
    bio: str
    pronouns: str | None
    city: str | None
    interests: list[str]
    languages: list[str]

    @strawberry.field
    async def companions(self, info: strawberry.Info) -> list[Companion]:
        """The animals that they live with."""
        rows = await _loaders(info).companions.load(self.key)
        return [Companion.of(row) for row in rows]

    @strawberry.field
    async def posts(self, info: strawberry.Info, first: int = 20) -> Connection["Post"]:
        """What they share, newest first."""
        connection: Connection[Post] = _page(
            Post, await _loaders(info).posts.load((self.key, first)), first
        )
        return connection

    @classmethod
    def of(cls, row: Any) -> "Profile":
        """Show a row."""
        return cls(
            key=row.profile_id,
            id=strawberry.ID(str(row.profile_id)),
            display_name=row.display_name,
            bio=row.bio,
            pronouns=row.pronouns,
            city=row.city,
            interests=row.interests,
            languages=row.languages,
        )


async def _profile(info: strawberry.Info, key: UUID) -> Profile | None:
    row = await _loaders(info).profiles.load(key)
    return Profile.of(row) if row else None


@strawberry.type
class Post:
    """A short text by one author."""

    author_key: strawberry.Private[UUID]
    id: strawberry.ID
    content: str
    created_at: datetime

    @strawberry.field
    async def author(self, info: strawberry.Info) -> Profile | None:
        """Who wrote it."""
        return await _profile(info, self.author_key)

    @classmethod
    def of(cls, row: Any) -> "Post":
        """Show a row."""
        return cls(
            author_key=row.author_id,
            id=strawberry.ID(str(row.post_id)),
            content=row.content,
            created_at=row.created_at,
        )


@strawberry.type
class Message:
    """A text in a conversation."""

    sender_key: strawberry.Private[UUID]
    id: strawberry.ID
    position: int
    text: str
    sent_at: datetime

    @strawberry.field
    async def sender(self, info: strawberry.Info) -> Profile | None:
        """Who wrote it."""
        return await _profile(info, self.sender_key)

    @classmethod
    def of(cls, row: Any) -> "Message":
        """Show a row."""
        return cls(
            sender_key=row.sender_id,
            id=strawberry.ID(str(row.message_id)),
            position=row.position,
            text=row.text,
            sent_at=row.sent_at,
        )


@strawberry.type
class ConversationMember:
    """A person in a conversation."""

    profile_key: strawberry.Private[UUID]
    read_position: int

    @classmethod
    def of(cls, row: Any) -> "ConversationMember":
        """Show a row."""
        return cls(profile_key=row.profile_id, read_position=row.read_position)

    @strawberry.field
    async def profile(self, info: strawberry.Info) -> Profile | None:
        """The person."""
        return await _profile(info, self.profile_key)


@strawberry.type
class Conversation:
    """A place where its members write messages."""

    key: strawberry.Private[UUID]
    id: strawberry.ID
    last_position: int

    @strawberry.field
    async def members(
        self, info: strawberry.Info, first: int = 20
    ) -> Connection[ConversationMember]:
        """Who takes part, the longest first."""
        connection: Connection[ConversationMember] = _page(
            ConversationMember, await _loaders(info).members.load((self.key, first)), first
        )
        return connection

    @strawberry.field
    async def messages(self, info: strawberry.Info, first: int = 20) -> Connection[Message]:
        """The messages, newest first."""
        connection: Connection[Message] = _page(
            Message, await _loaders(info).messages.load((self.key, first)), first
        )
        return connection


@strawberry.type
class Viewer:
    """Who asks."""

    @strawberry.field
    async def feed(self, info: strawberry.Info, first: int = 20) -> Connection[Post]:
        """What the people around them share."""
        connection: Connection[Post] = _page(Post, await _loaders(info).feed(first), first)
        return connection


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def viewer(self) -> Viewer:
        """Who asks."""
        return Viewer()

    @strawberry.field
    async def profile(self, info: strawberry.Info, id: strawberry.ID) -> Profile | None:
        """A person."""
        return await _profile(info, UUID(id))

    @strawberry.field
    async def conversation(self, info: strawberry.Info, id: strawberry.ID) -> Conversation | None:
        """A conversation."""
        row = await _loaders(info).conversations.load(UUID(id))
        if row is None:
            return None
        return Conversation(
            key=row.conversation_id,
            id=strawberry.ID(str(row.conversation_id)),
            last_position=row.last_position,
        )
