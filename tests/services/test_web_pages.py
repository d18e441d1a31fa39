"""The pages of ``shapecalc serve`` in Chromium: clicked through, typed into, by the keyboard alone, on a phone."""

from __future__ import annotations

from itertools import product
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Dialog, Page, expect

from shapecalc import measure, parse
from shapecalc.drawing.fields import field_drawing
from shapecalc.web.respond import PAGES
from tests.services.browsing import check_accessible, watched
from tests.services.serving import started

pytestmark = [pytest.mark.service(name) for name in ("browser", "chromium")]

NET = {"net": "Conv2d(3, 7, 3) ReLU MaxPool2d(2)", "input": "3x10x10"}
REFUSED = {"net": "Conv2d(3, 7, 3) Flatten Linear(10, 2)", "input": "3x10x10"}
SOURCE = "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, 77, 3), nn.ReLU())\n"


@pytest.fixture(scope="module")
def address():
    with started() as (address, _):
        yield address


@pytest.fixture
def page(browser, address):
    """A page of a browser that must not complain, nor ask anybody else."""
    with watched(browser, base_url=address) as context:
        yield context.new_page()


def see(page: Page, place: str, query: dict[str, str] | None = None) -> Page:
    """The page at a place."""
    page.goto(f"/{place}?{urlencode(query or {})}")
    return page


def test_all_pages_are_reached_by_clicks(page):
    """From the start, over the navigation and the views of a net, back and forward."""
    see(page, "")
    page.locator("main a[href^='./net']").first.click()
    expect(page.locator("h1")).to_have_text("A net, layer by layer")
    for view in ("Picture", "Domain", "Field", "Code", "Table"):
        page.locator(".views a", has_text=view).click()
        page.locator(".views a[aria-current]", has_text=view).wait_for()
        assert page.locator("#result h2").count() >= 1
    for name in ("Layer", "Solve", "Net", "Start"):
        page.locator("header a", has_text=name).click()
        page.locator("header a[aria-current=page]", has_text=name).wait_for()
    page.go_back()
    page.locator("header a[aria-current=page]", has_text="Net").wait_for()
    page.go_forward()
    expect(page.locator("h1")).to_have_text("What comes out of each layer")


def test_typing_changes_the_answer_and_keeps_the_focus(page):
    """The field keeps its text and its cursor, the window the address of the question."""
    see(page, "net", NET)
    page.locator("#input").focus()
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("20", delay=20)
    expect(page.locator("#result table").first).to_contain_text("7x4x9")
    assert page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]") == ["input", 7]
    assert "input=3x10x20" in page.url
    page.keyboard.type("?")
    page.locator("#input-note .message").wait_for()
    assert page.get_attribute("#input", "aria-invalid") == "true"
    assert page.evaluate("document.activeElement.id") == "input"
    page.keyboard.press("Backspace")
    page.locator("#input-note .reading").wait_for()
    expect(page.locator("#result table").first).to_contain_text("7x4x9")


def test_a_repair_is_pressed(page):
    """By the keyboard: the net is legal, and the button back goes to the one before."""
    see(page, "net", REFUSED)
    repair = page.locator("button.repair").first
    repair.focus()
    page.keyboard.press("Enter")
    page.locator("#result .said").wait_for()
    assert page.locator(".alarm").count() == 0
    page.go_back()
    page.locator(".alarm").wait_for()


def test_a_file_and_a_net_of_the_zoo_are_taken_at_once(page):
    """Without a button, where scripts run."""
    see(page, "net", NET)
    page.set_input_files("#file", {"name": "n.py", "mimeType": "text/x-python", "buffer": SOURCE.encode()})
    expect(page.locator("#result")).to_contain_text("77x8x8")
    page.select_option("#zoo", "lenet5")
    expect(page.locator("#net")).to_have_value("zoo:lenet5")
    expect(page.locator("#result")).to_contain_text("61,706")


def place_of(*position: int) -> tuple[int, int]:
    """Where on the picture of the field an output has its cell."""
    drawing = field_drawing(measure(parse(NET["net"], input_shape=NET["input"])), "pool1[2,2]")
    return next(at for at in product(range(1_200), range(600)) if drawing.position_at(*at) == position)


def test_a_click_pins_the_field(page):
    """On the picture; the sliders follow."""
    see(page, "field", NET)
    x, y = place_of(3, 1)
    page.locator("#at").click(position={"x": x + 2, "y": y + 2})
    expect(page.locator("#row")).to_have_value("3")
    expect(page.locator("#column")).to_have_value("1")


def test_sliders_move_the_picture(page):
    """With the arrows; the number beside it and the layer follow."""
    see(page, "layer")
    picture = page.get_attribute("#result img", "src")
    page.locator("#stride").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#result code").first).to_contain_text("stride=2")
    assert page.get_attribute("#result img", "src") != picture
    assert page.text_content("output[for=stride]") == "2"
    assert page.evaluate("document.activeElement.id") == "stride"


def test_a_question_is_chosen_and_answered(page):
    """Its fields take the place of those of another."""
    see(page, "solve")
    page.select_option("#question", "depth")
    page.locator("#stack").wait_for()
    page.fill("#field", "100")
    expect(page.locator("#result")).to_contain_text("100")
    assert "question=depth" in page.url


def test_a_net_is_saved(page):
    """As the file that the page shows."""
    see(page, "code", {**NET, "as": "yaml"})
    with page.expect_download() as download:
        page.locator("a[download]").click()
    assert download.value.suggested_filename == "net.yaml"
    assert download.value.path().read_text() == page.input_value("#text")


def test_the_keyboard_reaches_everything(page):
    """First the way to the content; every field and button, and each shows that it has the focus."""
    see(page, "net", REFUSED)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    wanted = "[...document.querySelectorAll('a[href], button, input, select, textarea, summary')]"
    count = page.evaluate(f"{wanted}.filter((part) => part.checkVisibility()).length")
    reached = "(document.activeElement.dataset.reached = 'yes', getComputedStyle(document.activeElement).outlineStyle)"
    for _ in range(2 * count):
        assert page.evaluate(reached) != "none", page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body || 'reached' in document.activeElement.dataset"):
            break
    missed = f"{wanted}.filter((part) => part.checkVisibility() && !part.dataset.reached).map((part) => part.outerHTML)"
    assert page.evaluate(missed) == []


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><svg onload=alert(1)>", "\u202e'"]


@pytest.mark.parametrize("place", sorted({*PAGES} - {""}))
def test_nothing_that_is_typed_runs(place, page):
    """In every field of texts; the policy has nothing to report, and no dialog opens."""
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    see(page, place, NET)
    for name in page.locator("input[type=text], textarea[name]").evaluate_all("parts => parts.map((part) => part.id)"):
        for text in HOSTILE:
            page.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)")
            page.fill(f"#{name}", text)
            with page.expect_response(f"**/{place}"):
                page.click("#ask")
            page.locator("#main:not([aria-busy])").wait_for()
            assert page.locator("main script, main svg, main img[src=x]").count() == 0
    assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
def test_the_pages_are_accessible(scheme, width, browser, address):
    """Of a net, and of one that a layer refuses."""
    screen = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "reduced_motion": "reduce"}
    with watched(browser, base_url=address, **screen) as context:
        page = context.new_page()
        for place in PAGES:
            for query in (NET, REFUSED):
                check_accessible(see(page, place, query))


def test_pages_work_without_scripts(browser, address):
    """A plain form, its answer, and a repair."""
    with watched(browser, base_url=address, java_script_enabled=False) as context:
        page = see(context.new_page(), "net")
        page.fill("#net", REFUSED["net"])
        page.fill("#input", REFUSED["input"])
        page.click("#ask")
        page.locator("button.repair").first.click()
        expect(page.locator("#result .said")).to_contain_text("Repaired")
