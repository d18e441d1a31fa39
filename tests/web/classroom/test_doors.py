"""Who is let in: links work once, sessions are signed, forms have tokens, proxies are believed by their address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shapecalc.errors import SpecError
from shapecalc.web.classroom.secret_file import session_secret
from shapecalc.web.classroom.sessions import COOKIE, ProxyTrust
from tests.web.classroom.school import KEYS, School, hidden, school, send

ADDRESS = "/class/quiz/evening"
PAGES = ["/class/", ADDRESS, "/class/report/evening", "/class/regrade/evening"]


@pytest.fixture
def sitting(tmp_path) -> Iterator[School]:
    """A class in the middle of its quiz."""
    with school(tmp_path) as room:
        yield room


def test_a_link_works_once(sitting):
    """Whoever looks at it only does not use it up."""
    link, browser = sitting.link("Ada"), sitting.browser()
    assert [browser.get(link).status_code for _ in range(2)] == [200, 200]
    assert browser.post(link).status_code == 303
    assert [sitting.browser().get(link).status_code, sitting.browser().post(link).status_code] == [410, 410]


def test_a_link_expires(sitting):
    """A day later."""
    link = sitting.link("Ada")
    sitting.now += timedelta(days=1, seconds=1)
    assert sitting.browser().post(link).status_code == 410


def test_the_book_has_hashes_of_links_only(sitting, tmp_path):
    """Whoever reads the book can sign nobody in."""
    secret = sitting.link("Ada").rpartition("/")[2]
    assert secret.encode() not in (tmp_path / "course.db").read_bytes()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("cookie", ["", "x", "W10.x", '["Ada",true,9999999999,"n"]', "a" * 5000, "WyJBZGEiXQ.c2ln"])
def test_a_forged_session_is_none(sitting, page, cookie):
    """Whatever the cookie says."""
    browser = sitting.browser()
    browser.cookies.set(COOKIE, cookie, path="/")
    assert browser.get(page).status_code == 401


def test_a_session_that_is_changed_is_none(sitting):
    """Each sign of it is signed."""
    browser = sitting.sign_in("Ada")
    cookie = browser.cookies[COOKIE]
    for place in range(0, len(cookie), 5):
        other = sitting.browser()
        sign = "B" if cookie[place] != "B" else "C"
        other.cookies.set(COOKIE, cookie[:place] + sign + cookie[place + 1 :], path="/")
        assert other.get("/class/").status_code == 401, place


def test_a_session_ends(sitting):
    """After some hours."""
    browser = sitting.sign_in("Ada")
    sitting.now += timedelta(hours=13)
    assert browser.get("/class/").status_code == 401


def test_students_reach_no_page_of_teachers(sitting):
    """Neither to read nor to write."""
    ada = sitting.sign_in("Ada")
    token = hidden(ada.get(ADDRESS).text)["token"]
    for page in PAGES[2:]:
        assert ada.get(page).status_code == 403
        assert ada.post(page, data={"token": token, "do": "collect"}).status_code == 403


def test_a_form_needs_its_token(sitting):
    """That of the same session."""
    ada, grace = sitting.sign_in("Ada"), sitting.sign_in("Grace")
    page = ada.get(ADDRESS).text
    for token in ("", "x", "é", hidden(grace.get(ADDRESS).text)["token"]):
        form = {**hidden(page), "token": token, **KEYS, "do": "hand-in"}
        assert ada.post(ADDRESS, data=form).status_code == 403
    assert sitting.attempts("Ada") == 0


def test_another_site_sends_nothing(sitting):
    """Even with the token."""
    ada = sitting.sign_in("Ada")
    form = {**hidden(ada.get(ADDRESS).text), **KEYS, "do": "hand-in"}
    assert ada.post(ADDRESS, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_header_is_not_believed_without_a_proxy(sitting):
    """It is a header like any other."""
    assert sitting.browser().get("/class/", headers={"X-Remote-User": "Noether"}).status_code == 401


def test_a_proxy_is_believed_by_its_address(tmp_path):
    """Others are not, nor a header that stands twice."""
    proxy = ProxyTrust("10.0.0.2", teachers=frozenset({"Noether"}))
    with school(tmp_path, proxy=proxy) as room:
        browser, other = room.browser(("10.0.0.2", 1)), room.browser(("10.0.0.3", 1))
        header = {b"X-Remote-User": "Ämilie".encode()}
        assert "Ämilie" in browser.get("/class/", headers=header).text
        assert other.get("/class/", headers=header).status_code == 401
        twice = [("X-Remote-User", "Ada"), ("X-Remote-User", "Noether")]
        assert browser.get("/class/", headers=twice).status_code == 401
        assert browser.get("/class/report/evening", headers={"X-Remote-User": "Noether"}).status_code == 200
        assert browser.get("/class/report/evening", headers={"X-Remote-User": "Ada"}).status_code == 403
        page = browser.get(ADDRESS, headers=header).text
        sent = browser.post(ADDRESS, data={**hidden(page), **KEYS, "do": "hand-in"}, headers=header)
        assert sent.status_code == 303


def test_cookies_are_out_of_reach(sitting):
    """Of scripts and of other sites."""
    cookie = sitting.browser().post(sitting.link("Ada")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_the_secret_is_a_file_of_its_own(tmp_path):
    """Which nobody else reads, and stays the same."""
    book = str(tmp_path / "course.db")
    assert session_secret(book) == session_secret(book)
    assert (tmp_path / "course.db.secret").stat().st_mode & 0o77 == 0


def test_a_secret_that_is_short_is_refused(tmp_path, monkeypatch):
    """And so is a database without one."""
    monkeypatch.setenv("SHAPECALC_SECRET", "short")
    with pytest.raises(SpecError, match="at least 32"):
        session_secret(str(tmp_path / "course.db"))
    monkeypatch.delenv("SHAPECALC_SECRET")
    with pytest.raises(SpecError, match="--secret FILE"):
        session_secret("postgresql://teacher@host/course")


def test_signing_out(sitting):
    """The cookie is gone."""
    ada = sitting.sign_in("Ada")
    form = hidden(ada.get("/class/").text)
    ada.post("/class/leave", data=form)
    assert ada.get("/class/").status_code == 401


def test_a_session_outlives_the_server(sitting, tmp_path):
    """A server that is started anew has the same secret."""
    ada = sitting.sign_in("Ada")
    with school(tmp_path) as again:
        browser = again.browser()
        browser.cookies.set(COOKIE, ada.cookies[COOKIE], path="/")
        assert send(browser, browser.get(ADDRESS).text, KEYS, "hand-in").status_code == 303
