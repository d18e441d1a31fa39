"""What stands between the network and the pages: strict headers, and limits on size, speed and names."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What a page may load: what this server has, and pictures that stand in the page itself. Nothing inline runs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
#: The most bytes of a body.
MAX_BODY = 8 << 20
#: How many requests a client may send at once, and how many a second after that.
BURST, RATE = 200, 50
#: How many clients are remembered.
CLIENTS = 10_000


@final
class StrictHeaders:
    """Adds the policy to every response that has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


@final
class KnownHosts:
    """Refuses a request for another name: a page elsewhere whose name was pointed at this machine.

    Args:
        app: what answers.
        names: of this server; none for whatever a proxy calls it.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self.app = app
        self.names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.names:
            host = Headers(scope=scope).get("host", "")
            name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
            if name not in self.names:
                await PlainTextResponse("This server has another name.\n", 421)(scope, receive, send)
                return
        await self.app(scope, receive, send)


@final
class BodyLimit:
    """Refuses a body that is too large, before it is read to its end.

    Args:
        app: what answers.
        most: its bytes.
    """

    def __init__(self, app: ASGIApp, most: int = MAX_BODY) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or len(declared) > 12 or int(declared) > self.most:
            await self._refuse(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self.most:
                await self._refuse(scope, receive, send)
                return
            if message["type"] != "http.request" or not message.get("more_body", False):
                break
        last = message if message["type"] != "http.request" else {**message, "body": bytes(body)}
        messages = [last]

        async def receive_whole() -> Message:
            return messages.pop() if messages else await receive()

        await self.app(scope, receive_whole, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = f"The request has more than {self.most >> 20} MiB.\n"
        await PlainTextResponse(text, 413, {"connection": "close"})(scope, receive, send)


@final
class RateLimit:
    """Refuses a client that asks faster than anyone types: a bucket of requests, which fills again with time.

    Args:
        app: what answers.
        burst: how many requests the bucket holds.
        rate: how many flow in a second.
    """

    def __init__(self, app: ASGIApp, burst: int = BURST, rate: float = RATE) -> None:
        self.app = app
        self.burst, self.rate = burst, rate
        self.buckets: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._admits((scope.get("client") or ("",))[0]):
            await PlainTextResponse("Too many requests; wait a moment.\n", 429, {"retry-after": "1"})(
                scope, receive, send
            )
            return
        await self.app(scope, receive, send)

    def _admits(self, client: str) -> bool:
        now = time.monotonic()
        tokens, before = self.buckets.pop(client, (float(self.burst), now))
        tokens = min(tokens + (now - before) * self.rate, self.burst)
        if len(self.buckets) >= CLIENTS:
            del self.buckets[next(iter(self.buckets))]  # the one that has been silent for longest
        self.buckets[client] = (max(tokens - 1, -1.0) if tokens >= 1 else tokens, now)
        return tokens >= 1
