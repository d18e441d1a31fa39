"""Whatever is sent: no failure of the server, no script, no key."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

import pytest

from tests.campaigns import cases
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


#: How many requests come from one address: more at once are refused.
SHIFT = 60


def texts(count: int) -> Iterator[str]:
    """Hostile texts, the same each time: pieces that have a meaning somewhere, and signs from all of Unicode."""
    source = random.Random(7)  # noqa: S311  no secret
    for _ in range(count):
        signs = [chr(source.choice((source.randrange(0x3000), source.randrange(0xE000, 0x110000)))) for _ in range(8)]
        yield "".join(source.choices(PIECES + signs, k=source.randint(1, 4)))


def shifts(count: int) -> Iterator[tuple[str, list[str]]]:
    """Hostile texts, each lot with the address that it is sent from."""
    sent = texts(count)
    for number in range(count // SHIFT):
        yield f"10.0.{number // 256}.{number % 256}", list(islice(sent, SHIFT))


def visible_text(page: str) -> str:
    """A page without its hidden fields, whose numbers may be any."""
    return re.sub(r"<input type=\"hidden\"[^>]*>", "", page)


def test_hostile_texts_in_every_field(sitting):
    """As answers, tokens, versions, numbers and buttons."""
    for address, lot in shifts(cases(900, deep=9_000)):
        ada = sitting.sign_in("Ada", address=address)
        page = ada.get(ADDRESS).text
        fields = hidden(page)
        names = [*KEYS, "do", *fields]
        for number, text in enumerate(lot):
            name = names[number % len(names)]
            response = ada.post(ADDRESS, data={**fields, "do": ("", "hand-in")[number % 2], name: text})
            assert response.status_code in (200, 303, 400, 403), (name, text)
            assert "<script>alert" not in response.text
            assert "4711" not in visible_text(response.text).replace("Conv2d(3, 4711, 3)", "")


def test_hostile_texts_in_forms_of_teachers(sitting):
    """Points, reasons, students, questions, places and buttons; then as the names of students in an address."""
    ada = sitting.sign_in("Ada")
    send(ada, ada.get(ADDRESS).text, KEYS, "hand-in")
    for address, lot in shifts(cases(300, deep=3_000)):
        teacher = sitting.sign_in("Noether", is_teacher=True, address=address)
        token = hidden(teacher.get("/class/report/evening", params={"student": "Ada"}).text)["token"]
        right = {"token": token, "do": "decide", "student": "Ada", "question": "depth", "place": "x", "points-x": "1"}
        for number, text in enumerate(lot):
            name = ("because-x", "points-x", "student", "question", "place", "do")[number % 6]
            response = teacher.post("/class/report/evening", data={**right, "because-x": "so", name: text})
            assert response.status_code in (303, 400, 422), (name, text)
            assert "<script>alert" not in response.text
            assert teacher.get("/class/report/evening", params={"student": text}).status_code == 404
        sheet = teacher.get("/class/report/evening", params={"student": "Ada"})
        assert sheet.status_code == 200
        assert "<script>alert" not in sheet.text


@pytest.mark.parametrize("sent", [b"%FF", b"%ED%A0%80", b"%C0%80", b"\xff\xfe", b"%", b"%zz", b"&&==&", b"%F0%9F%A6"])
def test_bytes_that_are_no_text(sitting, sent):
    """A field of bytes that no encoding has is an answer like others, or a form that is refused."""
    ada = sitting.sign_in("Ada")
    fields = urlencode(hidden(ada.get(ADDRESS).text)).encode()
    for name in (b"answer-0", b"token", b"version", b"\xff"):
        kind = {"content-type": "application/x-www-form-urlencoded"}
        response = ada.post(ADDRESS, content=fields + b"&" + name + b"=" + sent, headers=kind)
        assert response.status_code in (200, 400, 403)
    assert ada.get(ADDRESS).status_code == 200


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
