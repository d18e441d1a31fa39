"""``shapecalc serve``: the pages, in the browser; and quizzes of a class, with a gradebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from shapecalc.web.classroom.sessions import ProxyTrust

#: The heading of the options of a classroom.
_CLASS = "Quizzes of a class"


def serve(
    quizzes: Annotated[
        list[Path] | None,
        typer.Argument(metavar="QUIZ", help="Quizzes that a class takes, with --book; none for the calculator alone."),
    ] = None,
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0 for any that is free.")] = 8000,
    force: Annotated[
        bool, typer.Option("--force", help="Listen on a public address without TLS and without a proxy.")
    ] = False,
    book: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", rich_help_panel=_CLASS, help="The gradebook: a file, or postgresql://user@host/database."
        ),
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_CLASS,
            help="What signs sessions; by default SHAPECALC_SECRET, or a file beside the gradebook that is made.",
        ),
    ] = None,
    trust_proxy: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            rich_help_panel=_CLASS,
            help="A proxy with TLS that signs people in, and names them in a header; no other sender is believed.",
        ),
    ] = None,
    user_header: Annotated[
        str, typer.Option(metavar="NAME", rich_help_panel=_CLASS, help="The proxy's header.")
    ] = "X-Remote-User",
    teacher: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=_CLASS,
            help="A teacher, as the proxy names them; may be given several times.",
        ),
    ] = None,
) -> None:
    """Serve the calculator as web pages, and quizzes to a class.

    Whatever is typed is read and never run; no page asks another server for anything. Only
    this machine is served by default; an address that other machines
    reach is refused unless it is forced: put a proxy with TLS in front.
    Students sign in by links: shapecalc quiz links. Keys stay on the server.
    Needs the extra: pip install 'shapecalc[web]', and [grade] for a class.

    Examples:
      shapecalc serve
      shapecalc serve --port 8080
      shapecalc serve quiz.yaml --book course.db
    """
    from shapecalc.errors import SpecError, missing_package

    if bool(quizzes) != bool(book):
        raise SpecError("A class needs both: shapecalc serve QUIZ --book course.db.")
    if trust_proxy and not book:
        raise SpecError("--trust-proxy says who takes a quiz: add QUIZ and --book.")
    if teacher and not trust_proxy:
        raise SpecError("--teacher is whom a proxy names; without one: shapecalc quiz links --teacher NAME.")
    try:
        from shapecalc.web.host import serve as run
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "the server", "Starlette", "web") from None
    if not book:
        run(host, port, force=force)
        return
    proxy = _proxy(trust_proxy, user_header, teacher or []) if trust_proxy else None
    _serve_class(quizzes or [], book, secret, proxy, (host, port, force))


def _proxy(address: str, header: str, teachers: list[str]) -> ProxyTrust:
    """The proxy that is trusted.

    Raises:
        SpecError: it is no address of one machine.
    """
    from ipaddress import ip_address

    from shapecalc.errors import SpecError
    from shapecalc.grading.submissions.columns import student_name
    from shapecalc.web.classroom.sessions import ProxyTrust

    try:
        return ProxyTrust(str(ip_address(address)), header, frozenset(map(student_name, teachers)))
    except ValueError:
        raise SpecError(f"A proxy is trusted by its address, such as 127.0.0.1, not {address!r}.") from None


def _serve_class(
    quizzes: list[Path], book: str, secret: Path | None, proxy: ProxyTrust | None, place: tuple[str, int, bool]
) -> None:
    from shapecalc.web.host import LOOPBACK, check_address, is_loopback, serve
    from shapecalc_cli.opening import opened_book

    host, port, force = place
    force = force or proxy is not None
    check_address(host, force=force)  # what is refused makes no book
    with opened_book(book) as database:
        from shapecalc.web.classroom.opening import open_classroom
        from shapecalc.web.classroom.routes import classroom_application
        from shapecalc.web.classroom.secret_file import session_secret

        room = open_classroom(database, quizzes, session_secret(book, secret), proxy=proxy)
        # a proxy passes the name on by which browsers call it
        names = LOOPBACK if is_loopback(host) and proxy is None else ()
        serve(host, port, force=force, classroom=classroom_application(room), names=names)
