"""``shapecalc serve``: the pages, in the browser."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0 for any that is free.")] = 8000,
    force: Annotated[
        bool, typer.Option("--force", help="Listen on a public address without TLS and without a proxy.")
    ] = False,
) -> None:
    """Serve the calculator as web pages.

    Whatever is typed is read and never run; no page asks another server for anything. Only
    this machine is served by default; an address that other machines
    reach is refused unless it is forced: put a proxy with TLS in front.
    Needs the extra: pip install 'shapecalc[web]'.

    Examples:
      shapecalc serve
      shapecalc serve --port 8080
    """
    from shapecalc.errors import missing_package

    try:
        from shapecalc.web.host import serve as run
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "the server", "Starlette", "web") from None
    run(host, port, force=force)
