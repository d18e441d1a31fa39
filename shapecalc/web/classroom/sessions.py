"""Who is signed in: a signed cookie, or a header from a proxy that is trusted; and the tokens of forms."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import final

from itsdangerous import BadData, Signer, URLSafeSerializer
from starlette.requests import Request

from shapecalc.grading.book.links import Person
from shapecalc.grading.submissions.columns import student_name

#: The cookie.
COOKIE = "shapecalc-class"
#: How long somebody stays signed in.
LASTS = timedelta(hours=12)
#: The most characters of a cookie that are read.
_LONGEST = 4_000


@final
@dataclass(frozen=True, slots=True)
class ProxyTrust:
    """A proxy that says who asks.

    Attributes:
        address: of the proxy; what comes from another one is not believed.
        header: in which it names the person.
        teachers: the names of the teachers.
    """

    address: str
    header: str = "X-Remote-User"
    teachers: Collection[str] = ()


@final
@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        person: who.
        nonce: what tells this session from others.
    """

    person: Person
    nonce: str


@final
class Sessions:
    """Reads and writes sessions.

    Args:
        secret: what signs them.
        proxy: a proxy that says who asks; None where links sign people in.
    """

    def __init__(self, secret: str, proxy: ProxyTrust | None = None) -> None:
        self.proxy = proxy
        self._cookies = URLSafeSerializer(secret, salt="session")
        self._forms = Signer(secret, salt="form")

    def of(self, request: Request, now: datetime) -> Session | None:
        """Who sends a request; None where nobody is signed in."""
        if self.proxy is not None:
            return self._of_proxy(request, self.proxy)
        text = request.cookies.get(COOKIE, "")
        try:
            name, is_teacher, until, nonce = self._cookies.loads(text[:_LONGEST])
        except (BadData, TypeError, ValueError):
            return None
        if datetime.fromtimestamp(until, UTC) < now:
            return None
        return Session(Person(name, is_teacher), nonce)

    def cookie(self, person: Person, now: datetime) -> str:
        """The cookie of a new session."""
        until = int((now + LASTS).timestamp())
        text = self._cookies.dumps([person.name, person.is_teacher, until, secrets.token_urlsafe(9)])
        return text if isinstance(text, str) else text.decode()

    def form_token(self, session: Session) -> str:
        """What every form of a session holds, which no other site can know."""
        name = session.person.name.encode("utf-8", "backslashreplace")
        return self._forms.get_signature(session.nonce.encode() + b"\n" + name).decode()

    def is_own_form(self, session: Session, token: str) -> bool:
        """Whether a form came from a page of this session."""
        return compare_digest(self.form_token(session).encode(), token.encode("utf-8", "backslashreplace"))

    def _of_proxy(self, request: Request, proxy: ProxyTrust) -> Session | None:
        """The person whom the proxy names, once and in a header of UTF-8; whoever else sends it is nobody."""
        values = request.headers.getlist(proxy.header)
        if request.client is None or request.client.host != proxy.address or len(values) != 1:
            return None
        try:
            name = student_name(values[0].encode("latin-1").decode())
        except UnicodeDecodeError:
            return None
        return Session(Person(name, name in proxy.teachers), "proxy") if name else None
