"""The classroom in Chromium: a student answers and reads why, a teacher decides and regrades; axe finds nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from shapecalc.grading.book.links import Person
from tests.services.serving import QUIZ, links, serving

pytestmark = [pytest.mark.service(name) for name in ("browser", "chromium")]


@pytest.fixture
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  a service

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser, problems: list[str], address: str, **settings):
    """A page whose messages and requests to others are noted as problems."""
    page = browser.new_context(**settings).new_page()
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.extend([] if request.url.startswith(address) else [request.url]))
    return page


def check(page) -> None:
    """Axe finds nothing, and nothing is wider than the screen. The policy holds meanwhile: no page is let off it."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  a service

    violations = Axe().run(page).response["violations"]
    assert not violations, [(each["id"], each["nodes"][0]["html"]) for each in violations]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (360, "dark")])
def test_an_evening(chromium, tmp_path, width, scheme):
    """From the link to the regrade."""
    book, quiz, problems = str(tmp_path / "course.db"), tmp_path / "quiz.yaml", list[str]()
    quiz.write_text(QUIZ.read_text())
    student_link, teacher_link = links(book, [Person("Ada <b>"), Person("Noether", is_teacher=True)])
    screen = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with serving(book, quiz) as (address, _):
        ada = opened(chromium, problems, address, **screen)
        ada.goto(address + student_link)
        check(ada)
        ada.click("#ask")
        ada.click("main li a")
        ada.fill("#answer-0", "many")
        ada.wait_for_selector("#answer-0-note .message")
        ada.fill("#answer-1", "10")
        ada.wait_for_selector("#answer-1-note .reading")
        check(ada)
        ada.click("#ask")
        ada.click("button[value=as-it-is]")
        assert "Wrong" in ada.inner_text("main")
        check(ada)

        teacher = opened(chromium, problems, address, **screen)
        teacher.goto(address + teacher_link)
        teacher.click("#ask")
        teacher.click("text=report and decisions")
        check(teacher)
        teacher.get_by_label("Points, from").fill("0.5")
        teacher.get_by_label("Why").fill("it says how to count")
        teacher.click("button[value=decide]")
        teacher.wait_for_selector("text=To decide: 0")
        quiz.write_text(QUIZ.read_text().replace("Conv2d(10, 20, 5, padding=2)", "Conv2d(10, 10, 5, padding=2)"))
        teacher.click("main a >> text=Regrade")
        teacher.wait_for_selector("text=would change")
        check(teacher)
        teacher.click("#ask")
        teacher.wait_for_selector("text=It is written")
        check(teacher)
        ada.reload()
        assert "it says how to count" in ada.inner_text("main")
    assert not problems


def test_the_policy_holds_in_the_browser(chromium, tmp_path):
    """What is written into a page does not run, nor is anything fetched from elsewhere; the messages say why."""
    book, problems = str(tmp_path / "course.db"), list[str]()
    (link,) = links(book, [Person("Ada")])
    with serving(book) as (address, _):
        page = opened(chromium, problems, address)
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
