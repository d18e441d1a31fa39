"""The application of the classroom, which a host mounts: who is asked for what, and who may ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from shapecalc.errors import ShapecalcError
from shapecalc.grading.book.links import link_owner, use_link
from shapecalc.page import visible
from shapecalc.web.classroom.room import Classroom, Visit, refuse
from shapecalc.web.classroom.sessions import COOKIE, LASTS
from shapecalc.web.classroom.student_pages import quizzes_page
from shapecalc.web.classroom.student_routes import answer_quiz, show_quiz
from shapecalc.web.classroom.teacher_routes import change_regrade, change_report, show_regrade, show_report
from shapecalc.web.fields import button
from shapecalc.web.frame import NAVIGATION, WebPage, framed
from shapecalc.web.markup import Markup, element, fragment

#: The most bytes of a field, and the fields of a body.
MAX_FIELD, MAX_FIELDS = 100_000, 1_000
#: How the pages below the classroom's folder are called in the navigation.
FOLDER = "class/"

#: Answers what somebody asks who is signed in.
Answer = Callable[[Visit], WebPage | Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def classroom_application(room: Classroom) -> Starlette:
    """What answers below the folder of the classroom."""
    pages: tuple[tuple[str, Answer, Answer, bool], ...] = (
        ("/quiz/{name}", show_quiz, answer_quiz, False),
        ("/report/{name}", show_report, change_report, True),
        ("/regrade/{name}", show_regrade, change_regrade, True),
    )
    routes = [
        Route("/", _signed_in(room, _quizzes), methods=["GET"]),
        Route("/leave", _signed_in(room, _leave), methods=["POST"]),
        Route("/enter/{link}", _door(room), methods=["GET"]),
        Route("/enter/{link}", _enter(room), methods=["POST"]),
    ]
    for path, show, change, for_teachers in pages:
        routes += [
            Route(path, _signed_in(room, show, for_teachers=for_teachers), methods=["GET"]),
            Route(path, _signed_in(room, change, for_teachers=for_teachers), methods=["POST"]),
        ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refusal, ShapecalcError: _refusal})


def _signed_in(room: Classroom, answer: Answer, *, for_teachers: bool = False) -> Endpoint:
    """An endpoint for those who are signed in; what it writes comes from a form of their own page."""

    async def endpoint(request: Request) -> Response:
        session = room.sessions.of(request, room.clock())
        if session is None:
            refuse(HTTPStatus.UNAUTHORIZED, "You are not signed in: open the link that you were given, or ask for one.")
        if for_teachers and not session.person.is_teacher:
            refuse(HTTPStatus.FORBIDDEN, "This page is for teachers.")
        form = await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD)
        visit = Visit(room, session, request.path_params.get("name", ""), request.query_params, form)
        if request.method == "POST":
            _check_origin(request)
            if not room.sessions.is_own_form(session, visit.text("token")):
                refuse(
                    HTTPStatus.FORBIDDEN, "This form is not from a page of yours, or you signed in anew: load it anew."
                )
        # the database and the judging of answers would keep all others waiting
        page = await run_in_threadpool(answer, visit)
        return _response(request, page)

    return endpoint


def _check_origin(request: Request) -> None:
    """Refuse what a page of another site sends."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        refuse(HTTPStatus.FORBIDDEN, "Another site sent this.")


def _response(request: Request, page: WebPage | Response) -> Response:
    if isinstance(page, Response):
        return page
    depth = request.url.path.removeprefix(request.scope.get("root_path", "")).count("/")
    navigation = {**NAVIGATION, FOLDER: "Class"}
    content = framed(page, here=FOLDER if depth == 1 else None, root="../" * depth, navigation=navigation)
    return Response(content, page.status, media_type="text/html; charset=utf-8")


def _refusal(request: Request, refusal: Exception) -> Response:
    """A page that says why there is no answer; a live page learns from it that nothing was saved."""
    status = refusal.status_code if isinstance(refusal, HTTPException) else HTTPStatus.UNPROCESSABLE_ENTITY
    words = refusal.detail if isinstance(refusal, HTTPException) else str(refusal)
    content = fragment(
        element("p", visible(words), class_="message"),
        element("p", "What is written is not saved.", id="saved", class_="message", data_live=True)
        if request.method == "POST"
        else "",
    )
    return _response(request, WebPage("Refused", content, status, place=FOLDER))


def _quizzes(visit: Visit) -> WebPage:
    leave: Markup = fragment()
    if visit.room.sessions.proxy is None:
        token = element("input", type="hidden", name="token", value=visit.token)
        leave = element("form", token, button("Sign out"), method="post", action="./leave")
    return quizzes_page(visit.room.desks.items(), visit.session, leave)


def _leave(visit: Visit) -> Response:  # noqa: ARG001  it asks nothing of the visit
    response = RedirectResponse("./", HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE)
    return response


def _door(room: Classroom) -> Endpoint:
    """The page of a link. Whoever looks at a link only, as programs that check mails do, does not use it up."""

    async def endpoint(request: Request) -> Response:
        link = request.path_params["link"]
        owner = await run_in_threadpool(link_owner, room.book, link, room.clock())
        if owner is None:
            refuse(HTTPStatus.GONE, "This link was used, has expired, or is not whole. Ask for another.")
        form = element(
            "form", button(f"Sign in as {visible(owner.name)}", id_="ask"), method="post", action=f"./{link}"
        )
        words = element("p", "The link works once: afterwards, this browser stays signed in for some hours.")
        return _response(request, WebPage("Sign in", fragment(words, form), place=FOLDER))

    return endpoint


def _enter(room: Classroom) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        _check_origin(request)
        now = room.clock()
        owner = await run_in_threadpool(use_link, room.book, request.path_params["link"], now)
        if owner is None:
            refuse(HTTPStatus.GONE, "This link was used, has expired, or is not whole. Ask for another.")
        response = RedirectResponse("../", HTTPStatus.SEE_OTHER)
        response.set_cookie(
            COOKIE,
            room.sessions.cookie(owner, now),
            max_age=int(LASTS.total_seconds()),
            secure=room.is_secure,
            httponly=True,
            samesite="lax",
        )
        return response

    return endpoint
