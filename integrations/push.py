"""Push: short messages to devices, each through the service that its token is of."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from integrations.vendors import VendorRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMessage:
    """One message to one device.

    Attributes:
        provider: the service that knows the token, ``apns`` or ``fcm``.
        token: names the device there.
        key: names what is sent; the same again is the same message.
        collapse_key: a later message with the same one takes the earlier one's place.
        title: the first line; None for one that shows nothing.
        body: the rest of the text.
        data: for the app, texts by name.
        badge: how many things wait; None leaves the number on the icon alone.
    """

    provider: str
    token: str = field(repr=False)
    key: str
    collapse_key: str
    title: str | None
    body: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    badge: int | None = None

    @property
    def is_silent(self) -> bool:
        """Whether only the app hears of it, to take a message away that was read elsewhere."""
        return self.title is None


class DeviceGone(VendorRefused):
    """The token names no device any more.

    Attributes:
        since: when it was last found to be so; a token registered later is good. None if unsaid.
    """

    def __init__(self, since: datetime | None = None) -> None:
        super().__init__("The token names no device any more.")
        self.since = since


class Push(ABC):
    """Sends pushes."""

    @abstractmethod
    async def send(self, message: PushMessage) -> None:
        """Send a message.

        Raises:
            DeviceGone: there is no such device; forget it.
            VendorAway: it could not be handed over; try again later.
            VendorRefused: this will never be taken.
        """

    async def close(self) -> None:  # noqa: B027 - most keep nothing open
        """Close what is open."""


class PushByProvider(Push):
    """Hands each message to the service that knows its token.

    Args:
        providers: by name.
    """

    def __init__(self, providers: Mapping[str, Push]) -> None:
        self._providers = providers

    async def send(self, message: PushMessage) -> None:
        """Send a message; see `Push.send`."""
        provider = self._providers.get(message.provider)
        if provider is None:
            raise VendorRefused(f"No credentials are set for {message.provider}.")
        await provider.send(message)

    async def close(self) -> None:
        """Close the connections."""
        for provider in self._providers.values():
            await provider.close()


@dataclass
class NullPush(Push):
    """Sends nothing and keeps what it was given.

    Attributes:
        sent: the messages, in order; the last ones.
    """

    sent: list[PushMessage] = field(default_factory=list)

    async def send(self, message: PushMessage) -> None:
        """Keep a message; see `Push.send`."""
        # A deployment without push may run for years.
        self.sent[:] = [*self.sent[-999:], message]
