"""Whatever is sent: no failure of the server, no script, no key."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.web.classroom.school import KEYS, School, hidden, school, send

ADDRESS = "/class/quiz/evening"
PIECES = [
    *(
        "<script>alert(1)</script>",
        '"',
        "'",
        "\\",
        "\x00",
        "\ud7ff",
        "🦊",
        "../",
        "%00",
        "{{7*7}}",
        "9" * 400,
        "(" * 300,
    ),
    *("1e999", "-", "=cmd()", "\r\n", "&lt;", "none", "a, b", "0x10", "½", "1/0", "10**10", "javascript:", "\u202e"),
]


@pytest.fixture
def sitting(tmp_path) -> Iterator[School]:
    """A class in the middle of its quiz."""
    with school(tmp_path) as room:
        yield room


def texts(count: int) -> Iterator[str]:
    """Hostile texts, the same each time."""
    source = random.Random(7)  # noqa: S311  no secret
    for _ in range(count):
        yield "".join(source.choices(PIECES, k=source.randint(1, 4)))


def test_hostile_texts_in_every_field(sitting):
    """Hundreds at a time, as answers, tokens, versions and numbers of attempts."""
    ada = sitting.sign_in("Ada")
    fields = hidden(ada.get(ADDRESS).text)
    names = [*KEYS, "do", "version", "attempts", "token"]
    for number, text in enumerate(texts(300)):
        name = names[number % len(names)]
        response = ada.post(ADDRESS, data={**fields, name: text})
        assert response.status_code in (200, 303, 400, 403), (name, text)
        assert "<script>alert" not in response.text
        assert "4711" not in response.text.replace("Conv2d(3, 4711, 3)", "").replace(text, "")


def test_hostile_texts_in_forms_of_teachers(sitting):
    """Points, reasons, students and questions."""
    teacher = sitting.sign_in("Noether", is_teacher=True)
    token = sitting.room.sessions.form_token(sitting.room.sessions.of(_asked(teacher), sitting.now))
    for text in texts(60):
        form = {"token": token, "do": "decide", "student": text, "question": text, "place": "x", "points-x": "1"}
        response = teacher.post("/class/report/evening", data={**form, "because-x": text})
        assert response.status_code == 422
        assert "<script>alert" not in response.text
        assert teacher.get("/class/report/evening", params={"student": text}).status_code == 404


def _asked(browser):
    """A request with the cookies of a browser."""
    from starlette.requests import Request  # noqa: PLC0415  only here

    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return Request({"type": "http", "headers": [(b"cookie", cookies.encode())]})


@pytest.mark.parametrize(
    "path",
    ["quiz/../report/evening", "quiz/%2e%2e%2fcourse.db", "quiz/..%5c..%5cetc", "course.db", "course.db.secret",
     "enter/..%2f..%2fcourse.db", "quiz/nothing", "report/%00", "static/../course.db"],
)  # fmt: skip
def test_paths_lead_nowhere(sitting, path):
    """Neither to a file nor to a page of others."""
    response = sitting.sign_in("Ada").get(f"/class/{path}")
    assert response.status_code in (403, 404, 410)
    assert b"SQLite format" not in response.content


def test_huge_bodies_are_refused(sitting):
    """Before they are read to the end, or for their many fields."""
    ada = sitting.sign_in("Ada")
    fields = hidden(ada.get(ADDRESS).text)
    assert ada.post(ADDRESS, data={**fields, "answer-0": "1" * (9 << 20)}).status_code == 413
    many = {f"field-{number}": "x" for number in range(1_100)}
    assert ada.post(ADDRESS, data={**fields, **many}).status_code == 400
    long = send(ada, ada.get(ADDRESS).text, {"answer-0": "1" * 50_000})
    assert long.status_code == 200
    assert len(sitting.desk.seat("Ada").written["depth"]) == 20_000


def test_a_body_that_is_no_form(sitting):
    """Is refused in words."""
    ada = sitting.sign_in("Ada")
    for kind in ("multipart/form-data; boundary=x", "application/json", "application/x-www-form-urlencoded"):
        response = ada.post(ADDRESS, content=b'\xff\xfe{"token":', headers={"content-type": kind})
        assert response.status_code in (400, 403)
