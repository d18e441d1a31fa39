"""GIFT, Moodle's text format: a category for each question, its variants in it."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import assert_never, final

from shapecalc.grading.exchange.abilities import Ability, Shortcoming
from shapecalc.grading.exchange.bank import QuizBank, QuizEntry
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem, NumberItem, TextItem
from shapecalc.grading.exchange.markup import decimal_text, html_of, html_text, line_elements, question_elements
from shapecalc.grading.exchange.moodle import (
    NO_MISTAKE,
    MoodleFormat,
    category_path,
    escaped_wildcards,
    option_parts,
    percent,
    unlisted_part,
)

#: What has a meaning in GIFT, and is written with a backslash before it; the backslash itself comes first.
_CONTROLS = "\\~=#{}:"


@final
class GiftFormat(ExchangeFormat):
    """GIFT."""

    name = "gift"
    title = "GIFT"
    ending = ".gift"
    lacks = MappingProxyType(
        {
            **MoodleFormat.lacks,
            Ability.SHUFFLED: "whether options are shuffled is the quiz's setting there",
            Ability.POINTS: "every question is worth 1 point there; set its points in the quiz",
            Ability.PENALTY: "penalties and which attempt counts are set in the quiz",
        }
    )
    afterwards = MoodleFormat.afterwards

    def write(self, bank: QuizBank) -> WrittenFiles:
        blocks, shortcomings = list[str](), list[Shortcoming]()
        for pool in bank.pools:
            blocks.append(f"$CATEGORY: {category_path(bank.title, pool.id)}")
            blocks += [_question(entry) for entry in pool.entries]
            shortcomings += unlisted_part(pool.id, pool.entries)
        return WrittenFiles(("\n\n".join(blocks) + "\n").encode(), (), tuple(shortcomings))


def escaped(text: str) -> str:
    """A text whose signs mean nothing in GIFT, in one line."""
    for sign in _CONTROLS:
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _question(entry: QuizEntry) -> str:
    text = f"::{escaped(entry.name)}::[html]{escaped(html_text(question_elements(entry)))}"
    general = f"\t####{_html(entry.derivation)}" if entry.derivation else ""
    lines = _answers(entry)
    opening = lines.pop(0)
    return "\n".join([f"{text}{opening}", *lines, *filter(None, [general]), "}"])


def _answers(entry: QuizEntry) -> list[str]:
    """What stands in the braces, line by line, the opening brace included."""
    item = entry.item
    match item:
        case NumberItem():
            key = f"\t={decimal_text(item.key)}:{decimal_text(item.tolerance)}"
            wrong = [
                f"\t=%0%{decimal_text(value)}:{decimal_text(item.margin(value))}#{_says(says)}"
                for value, says in item.wrong
            ]
            return ["{#", key, *wrong, *([f"\t~#{_says(NO_MISTAKE)}"] if item.wrong else [])]
        case TextItem():
            right = [f"\t={_short(text)}" for text in item.right]
            wrong = [f"\t=%0%{_short(text)}#{_says(says)}".removesuffix("#") for text, says in item.wrong]
            return ["{", *right, *wrong]
        case ChoiceItem():
            return ["{", *_options(item)]
        case EssayItem():
            return ["{"]
        case _:
            assert_never(item)


def _options(item: ChoiceItem) -> list[str]:
    lines: list[str] = []
    for option, part in zip(item.options, option_parts(item), strict=True):
        is_key = part == Fraction(1) and item.parts is None
        weight = "=" if is_key else "~" if part == 0 else f"~%{percent(part)}%"
        lines.append(f"\t{weight}{escaped(html_of(option.text))}#{_says(option.says)}".removesuffix("#"))
    return lines


def _short(text: str) -> str:
    """A short answer; where -> stood in it, Moodle would take the question for one that matches pairs."""
    return escaped(escaped_wildcards(text)).replace("->", "→")


def _says(says: str) -> str:
    return escaped(html_of(says))


def _html(lines: tuple[str, ...]) -> str:
    return escaped(html_text(line_elements(lines)))
