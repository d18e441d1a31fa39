"""The classroom in Chromium: a student answers and reads why, a teacher decides and regrades; axe finds nothing."""

from __future__ import annotations

import pytest

from shapecalc.grading.book.links import Person
from tests.services.browsing import check_accessible
from tests.services.serving import QUIZ, links, serving

pytestmark = [pytest.mark.service(name) for name in ("browser", "chromium")]


def opened(browser, problems: list[str], address: str, **settings):
    """A page whose messages and requests to others are noted as problems."""
    page = browser.new_context(**settings).new_page()
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.extend([] if request.url.startswith(address) else [request.url]))
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (360, "dark")])
def test_an_evening(browser, tmp_path, width, scheme):
    """From the link to the regrade."""
    book, quiz, problems = str(tmp_path / "course.db"), tmp_path / "quiz.yaml", list[str]()
    quiz.write_text(QUIZ.read_text())
    student_link, teacher_link = links(book, [Person("Ada <b>"), Person("Noether", is_teacher=True)])
    screen = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with serving(book, quiz) as (address, _):
        ada = opened(browser, problems, address, **screen)
        ada.goto(address + student_link)
        check_accessible(ada)
        ada.click("#ask")
        ada.click("main li a")
        ada.fill("#answer-0", "many")
        ada.wait_for_selector("#answer-0-note .message")
        ada.fill("#answer-1", "10")
        ada.wait_for_selector("#answer-1-note .reading")
        check_accessible(ada)
        ada.click("#ask")
        ada.click("button[value=as-it-is]")
        assert "Wrong" in ada.inner_text("main")
        check_accessible(ada)

        teacher = opened(browser, problems, address, **screen)
        teacher.goto(address + teacher_link)
        teacher.click("#ask")
        teacher.click("text=report and decisions")
        check_accessible(teacher)
        teacher.get_by_label("Points, from").fill("0.5")
        teacher.get_by_label("Why").fill("it says how to count")
        teacher.click("button[value=decide]")
        teacher.wait_for_selector("text=To decide: 0")
        quiz.write_text(QUIZ.read_text().replace("Conv2d(10, 20, 5, padding=2)", "Conv2d(10, 10, 5, padding=2)"))
        teacher.click("main a >> text=Regrade")
        teacher.wait_for_selector("text=would change")
        check_accessible(teacher)
        teacher.click("#ask")
        teacher.wait_for_selector("text=It is written")
        check_accessible(teacher)
        ada.reload()
        assert "it says how to count" in ada.inner_text("main")
    assert not problems


def test_the_policy_holds_in_the_browser(browser, tmp_path):
    """What is written into a page does not run, nor is anything fetched from elsewhere; the messages say why."""
    book, problems = str(tmp_path / "course.db"), list[str]()
    (link,) = links(book, [Person("Ada")])
    with serving(book) as (address, _):
        page = opened(browser, problems, address)
        page.goto(address + link)
        page.click("#ask")
        page.click("main li a")
        assert not problems
        page.evaluate(
            """() => {
                const main = document.getElementById("main");
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                const image = document.createElement("img");
                image.src = "http://127.0.0.2:9/seen.png";
                main.append(script, image);
            }"""
        )
        page.wait_for_timeout(300)
        assert page.evaluate("window.ran === undefined")
    assert any("script-src" in problem for problem in problems)
    assert any("img-src" in problem for problem in problems)
