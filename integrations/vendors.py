"""Vendors: what all calls of them share, retries, a circuit breaker, errors that quote nothing."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from prometheus_client import Counter, Gauge
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0
_PATIENCE_SECONDS = 20.0
_FAILURES_TO_OPEN = 5
_OPEN_SECONDS = 30.0

_log = structlog.get_logger("kith.vendors")
_calls = Counter("kith_vendor_calls", "Calls of vendors, by outcome.", ["vendor", "outcome"])
_circuit = Gauge("kith_vendor_circuit_open", "1 while a vendor is left alone.", ["vendor"])


class VendorAway(OSError):
    """It may work later.

    Attributes:
        pause: after how many seconds, where the vendor has said so.
    """

    def __init__(self, sentence: str, pause: float | None = None) -> None:
        super().__init__(sentence)
        self.pause = pause


class VendorRefused(Exception):
    """It will not work, however often it is asked."""


class _LeftAlone(VendorAway):
    """The vendor has failed so often that it is not asked now."""


class Vendor:
    """Somebody else's server, asked with patience and left alone while it is broken.

    Five failures in a row open the circuit: for 30 seconds nobody is asked, then whoever comes
    tries. What was refused for good is an answer like any other and no failure.

    Args:
        name: how metrics, logs and errors call it.
        sleep: how to wait between attempts.
    """

    def __init__(self, name: str, *, sleep: Sleep = asyncio.sleep) -> None:
        self.name = name
        self._sleep = sleep
        self._circuits = AsyncCircuitBreakerFactory(
            default_threshold=_FAILURES_TO_OPEN, default_ttl=_OPEN_SECONDS, exclude=[VendorRefused]
        )
        self._circuits.add_listener(self._note)
        _circuit.labels(name).set(0)

    async def call(self, ask: Callable[[], Awaitable[T]], *, attempts: int = _ATTEMPTS) -> T:
        """Ask the vendor, up to three times while it is away.

        Args:
            ask: one attempt; it raises `VendorAway` when another one may help.
            attempts: how many there are at most; one where somebody waits for the answer.

        Raises:
            VendorAway: it did not answer, or is left alone now.
            VendorRefused: it does not want this.
        """
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(attempts),
            wait=_pause_before_next,
            retry=retry_if_exception(_is_worth_it),
            reraise=True,
        )
        return await retrying(self._once, ask)

    async def _once(self, ask: Callable[[], Awaitable[T]]) -> T:
        outcome = "failed"
        try:
            async with await self._circuits.get_breaker(self.name):
                answer = await ask()
            outcome = "ok"
        except OpenedState:
            outcome = "left_alone"
            # The library raises one object for everybody: it must not collect tracebacks.
            raise _LeftAlone(f"{self.name} is left alone for a while.", _OPEN_SECONDS) from None
        except VendorRefused:
            outcome = "refused"
            raise
        except VendorAway:
            outcome = "away"
            raise
        else:
            return answer
        finally:
            _calls.labels(self.name, outcome).inc()

    def _note(self, _name: str, what: str, event: Any) -> None:
        if what == "state_changed":
            _circuit.labels(self.name).set(event.state == "opened")
            _log.warning("circuit of a vendor", vendor=self.name, state=event.state)


class HttpVendor(Vendor):
    """A vendor behind HTTP; its connections are kept, and belong to one event loop.

    Args:
        name: how metrics, logs and errors call it.
        http2: speak HTTP/2 and nothing else.
        sleep: how to wait between attempts.
    """

    def __init__(self, name: str, *, http2: bool = False, sleep: Sleep = asyncio.sleep) -> None:
        super().__init__(name, sleep=sleep)
        self._http2 = http2
        self._http: httpx.AsyncClient | None = None

    async def post(
        self, url: str, *, headers: Mapping[str, str], **content: Any
    ) -> "httpx.Response":
        """Post once, and give what was answered, unless it says to come again.

        Args:
            url: where to.
            headers: what to say besides.
            content: ``json=`` or ``data=``.

        Raises:
            VendorAway: nothing or a failure of theirs was answered.
        """
        return await self.ask("POST", url, headers=headers, **content)

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        patience_seconds: float = _PATIENCE_SECONDS,
        **content: Any,
    ) -> "httpx.Response":
        """Ask once, and give what was answered, unless it says to come again; see `post`.

        Args:
            method: like ``DELETE``.
            url: where to.
            headers: what to say besides.
            patience_seconds: how long to wait for the answer.
            content: ``json=``, ``data=``, ``content=`` or ``params=``.

        Raises:
            VendorAway: nothing or a failure of theirs was answered.
        """
        # Its import takes long, and most deployments begin without any vendor.
        import httpx  # noqa: PLC0415

        if self._http is None:
            self._http = httpx.AsyncClient(http1=not self._http2, http2=self._http2)
        try:
            async with asyncio.timeout(patience_seconds):
                response = await self._http.request(method, url, headers=dict(headers), **content)
        except (httpx.RequestError, TimeoutError) as error:
            # Its own text may quote headers, and with them a key.
            raise VendorAway(f"{self.name} is away: {type(error).__name__}.") from None
        if response.status_code in {408, 425, 429} or response.status_code >= 500:
            pause = asked_pause(response.headers.get("Retry-After"))
            raise VendorAway(f"{self.name} is busy: it answers {response.status_code}.", pause)
        return response

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None


def answered(response: "httpx.Response") -> dict[str, Any]:
    """Read an answer as a JSON object; an empty one when it is something else."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def asked_pause(value: str | None) -> float | None:
    """Read a Retry-After, which holds seconds or a moment."""
    if value is None:
        return None
    try:
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def _is_worth_it(error: BaseException) -> bool:
    if not isinstance(error, VendorAway) or isinstance(error, _LeftAlone):
        return False
    # Who is told to come back in an hour leaves that to the queue.
    return (error.pause or 0.0) <= _LONGEST_PAUSE_SECONDS


def _pause_before_next(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    # Who failed together must not come back together.
    backoff = _FIRST_PAUSE_SECONDS * 2.0 ** (state.attempt_number - 1) * random.uniform(0.5, 1.0)  # noqa: S311
    return max(backoff, getattr(error, "pause", None) or 0.0)
