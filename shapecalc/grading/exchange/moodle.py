"""Moodle's XML: a category for each question, its variants in it, from which a quiz draws at random."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import assert_never, final
from xml.etree.ElementTree import Element

from shapecalc.drawing.svg import add
from shapecalc.grading.answers.choice import Parts
from shapecalc.grading.exchange.abilities import NOWHERE, Ability, Shortcoming
from shapecalc.grading.exchange.bank import QuizBank, QuizEntry
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem, NumberItem, TextItem
from shapecalc.grading.exchange.markup import (
    decimal_text,
    html_of,
    html_text,
    line_elements,
    question_elements,
    xml_bytes,
)

#: The parts of the points that Moodle takes, in percent as it writes them; it refuses a question with another one.
FRACTIONS = MappingProxyType(
    {Fraction(part, whole): text for part, whole, text in (
        (1, 1, "100"), (9, 10, "90"), (5, 6, "83.33333"), (4, 5, "80"), (3, 4, "75"), (7, 10, "70"),
        (2, 3, "66.66667"), (3, 5, "60"), (1, 2, "50"), (2, 5, "40"), (1, 3, "33.33333"), (3, 10, "30"),
        (1, 4, "25"), (1, 5, "20"), (1, 6, "16.66667"), (1, 7, "14.28571"), (1, 8, "12.5"), (1, 9, "11.11111"),
        (1, 10, "10"), (1, 20, "5"), (0, 1, "0"),
    )}
)  # fmt: skip
#: What is said of a wrong number that no mistake gives, where there are mistakes with names.
NO_MISTAKE = "No mistake with a name gives this."

_KINDS = MappingProxyType({NumberItem: "numerical", TextItem: "shortanswer", EssayItem: "essay"})


@final
class MoodleFormat(ExchangeFormat):
    """Moodle XML."""

    name = "moodle"
    title = "Moodle XML"
    ending = ".xml"
    lacks = MappingProxyType(
        {
            **NOWHERE,
            Ability.FIXED_OPTIONS: "all options are shuffled there, also those that should stay last",
            Ability.EACH_OPTION: "right options minus wrong ones are counted there",
            Ability.ALL_OR_NOTHING: "a choice that is right in part earns a part of the points there",
            Ability.ATTEMPTS: "the file has questions and no quiz: set the attempts in the quiz's settings",
            Ability.PENALTY: "the file has the penalty of a try; it works where the quiz is set to several tries, and "
            "which attempt counts is set there",
        }
    )
    afterwards = "Import the file into the question bank; then add a random question from each category to a quiz."

    def write(self, bank: QuizBank) -> WrittenFiles:
        root, shortcomings = Element("quiz"), list[Shortcoming]()
        for pool in bank.pools:
            _category(root, bank.title, pool.id)
            for entry in pool.entries:
                _question(root, entry)
            shortcomings += unlisted_part(pool.id, pool.entries)
        return WrittenFiles(xml_bytes(root), (), tuple(shortcomings))


def category_path(*names: str) -> str:
    """The path of a category below the course's own; a slash in a name is doubled."""
    return "/".join(["$course$", "top", *(name.replace("/", "//") for name in names)])


def percent(part: Fraction) -> str:
    """A part of the points as Moodle takes it: the nearest in its list."""
    sign = "-" if part < 0 else ""
    nearest = min(FRACTIONS, key=lambda listed: abs(listed - abs(part)))
    return sign + FRACTIONS[nearest]


def unlisted_part(name: str, entries: tuple[QuizEntry, ...]) -> list[Shortcoming]:
    """What is said where so many options are right that Moodle has no part of the points for one of them."""
    counts = {len(entry.item.right) for entry in entries if isinstance(entry.item, ChoiceItem) and entry.item.parts}
    rounded = sorted(count for count in counts if Fraction(1, count) not in FRACTIONS)
    consequence = f"Moodle knows no {rounded[0]}th part of the points; the nearest is used" if rounded else ""
    return [Shortcoming(Ability.RIGHT_MINUS_WRONG, consequence, (name,))] if rounded else []


def option_parts(item: ChoiceItem) -> list[Fraction]:
    """The part of the points that each option adds."""
    share = Fraction(1, len(item.right))
    wrong = Fraction(0) if item.parts is None else -share
    if item.parts is Parts.ALL_OR_NOTHING:
        wrong = Fraction(-1)
    return [share if option.is_right else wrong for option in item.options]


def escaped_wildcards(text: str) -> str:
    """A short answer as Moodle compares it: an asterisk stands for anything there, unless a backslash is before it."""
    return text.replace("*", "\\*")


def _category(root: Element, title: str, name: str) -> None:
    category = add(add(root, "question", type="category"), "category")
    add(category, "text", category_path(title, name))


def _question(root: Element, entry: QuizEntry) -> None:
    item, policy = entry.item, entry.question.policy
    kind = "multichoice" if isinstance(item, ChoiceItem) else _KINDS[type(item)]
    question = add(root, "question", type=kind)
    add(add(question, "name"), "text", entry.name)
    _html(question, "questiontext", html_text(question_elements(entry)))
    _html(question, "generalfeedback", html_text(line_elements(entry.derivation)))
    add(question, "defaultgrade", decimal_text(entry.question.points))
    add(question, "penalty", f"{float(policy.penalty):.7f}")
    add(question, "hidden", "0")
    match item:
        case NumberItem():
            _numerical(question, item)
        case TextItem():
            _short_answer(question, item)
        case ChoiceItem():
            _choice(question, item)
        case EssayItem():
            _essay(question, entry)
        case _:
            assert_never(item)


def _numerical(question: Element, item: NumberItem) -> None:
    _answer(question, decimal_text(item.key), Fraction(1), tolerance=decimal_text(item.tolerance))
    for wrong in item.wrong:
        _answer(
            question,
            decimal_text(wrong.value),
            Fraction(0),
            wrong.says,
            tolerance=decimal_text(item.margin(wrong.value)),
        )
    if item.wrong:
        _answer(question, "*", Fraction(0), NO_MISTAKE, tolerance="0")
    for name, value in {"unitgradingtype": "0", "unitpenalty": "0", "showunits": "3", "unitsleft": "0"}.items():
        add(question, name, value)


def _short_answer(question: Element, item: TextItem) -> None:
    add(question, "usecase", "0")
    for text in item.right:
        _answer(question, escaped_wildcards(text), Fraction(1))
    for wrong in item.wrong:
        _answer(question, escaped_wildcards(wrong.text), Fraction(0), wrong.says)


def _choice(question: Element, item: ChoiceItem) -> None:
    add(question, "single", "true" if item.parts is None else "false")
    add(question, "shuffleanswers", "true" if item.is_shuffled else "false")
    add(question, "answernumbering", "abc")
    for option, part in zip(item.options, option_parts(item), strict=True):
        answer = add(question, "answer", fraction=percent(part), format="html")
        add(answer, "text", html_of(option.text))
        _html(answer, "feedback", html_of(option.says))


def _essay(question: Element, entry: QuizEntry) -> None:
    add(question, "responseformat", "monospaced")
    add(question, "responserequired", "1")
    add(question, "responsefieldlines", "10")
    _html(question, "graderinfo", html_text(line_elements(entry.for_grader)))


def _answer(question: Element, text: str, part: Fraction, says: str = "", *, tolerance: str = "") -> None:
    answer = add(question, "answer", fraction=percent(part), format="moodle_auto_format")
    add(answer, "text", text)
    _html(answer, "feedback", html_of(says))
    if tolerance:
        add(answer, "tolerance", tolerance)


def _html(parent: Element, tag: str, html: str) -> None:
    """A text in HTML; whatever is no text of ours has been escaped in it."""
    text = add(add(parent, tag, format="html"), "text")
    text.text = html
