"""The server of the pages: a Starlette application around :func:`shapecalc.web.respond.respond`."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from shapecalc.errors import SpecError
from shapecalc.web.guards import MAX_BODY, BodyLimit, KnownHosts, RateLimit, StrictHeaders
from shapecalc.web.request import WebRequest, WebResponse
from shapecalc.web.respond import respond

#: What this machine calls itself.
LOOPBACK = ("127.0.0.1", "[::1]", "localhost")
#: The folder of the classroom.
CLASSROOM = "/class"
#: The seconds that a connection may be idle: longer than somebody thinks between two answers that are saved.
KEEP_ALIVE = 60
#: One page is computed at a time: Python would not compute two any faster, and nothing else has to wait.
_COMPUTING = ThreadPoolExecutor(1, thread_name_prefix="shapecalc-web")


def application(*, classroom: ASGIApp | None = None, names: Collection[str] = LOOPBACK) -> Starlette:
    """The application of the pages.

    Args:
        classroom: what answers below ``/class/``; None where there is no classroom.
        names: what the server is called in requests; none for whatever a proxy calls it.
    """
    mounts = [] if classroom is None else [Mount(CLASSROOM, classroom)]
    guards = [
        Middleware(StrictHeaders),
        Middleware(KnownHosts, names=names),
        Middleware(RateLimit),
        Middleware(BodyLimit),
    ]
    # pages refuse other methods themselves
    pages = Route("/{path:path}", _page, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    return Starlette(routes=[*mounts, pages], middleware=guards)


async def _page(request: Request) -> Response:
    """The response of a page."""
    async with request.form(max_files=4, max_fields=200, max_part_size=MAX_BODY) as form:
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        files = {name: await value.read() for name, value in form.items() if isinstance(value, UploadFile)}
        values = {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in texts}
    repeats = {name: several for name, several in values.items() if len(several) > 1}
    path, query = request.path_params["path"], dict(request.query_params)
    asked = WebRequest(request.method, path, query, texts, files, repeats)
    answer = await asyncio.get_running_loop().run_in_executor(_COMPUTING, respond, asked)
    return _response(answer)


def _response(answer: WebResponse) -> Response:
    headers: Mapping[str, str] = {**dict(answer.headers), "content-type": answer.media_type}
    return Response(answer.body, answer.status, headers)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def check_address(host: str, *, force: bool) -> None:
    """Refuse an address that other machines reach, where that is not forced.

    Raises:
        SpecError: so it is.
    """
    if not (is_loopback(host) or force):
        raise SpecError(
            f"{host} is reached from other machines, and without TLS everyone between reads along. Try a proxy with "
            "TLS before 127.0.0.1, or --force."
        )


def serve(host: str, port: int, *, force: bool = False, **choice: Any) -> None:
    """Serve the pages until the process is stopped.

    Args:
        host: the address to listen on.
        port: the port; 0 for any that is free.
        force: whether an address that other machines reach is allowed without TLS and without a proxy.
        choice: of :func:`application`.

    Raises:
        SpecError: other machines reach the address, and it is not forced.
    """
    check_address(host, force=force)
    names = LOOPBACK if is_loopback(host) else ()
    app = application(**{"names": names, **choice})
    settings = uvicorn.Config(app, host, port, log_level="info", access_log=False, server_header=False,
                              proxy_headers=False, timeout_keep_alive=KEEP_ALIVE)  # fmt: skip
    uvicorn.Server(settings).run()
