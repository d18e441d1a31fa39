"""Paper: a page of HTML with the variants, each with a code, and pages of the keys and of the named mistakes."""

from __future__ import annotations

from types import MappingProxyType
from typing import final
from xml.etree.ElementTree import Element, tostring

from shapecalc.drawing.svg import add
from shapecalc.grading.answers.choice import SelectAll, SingleChoice
from shapecalc.grading.exchange.asking import key_lines, wrong_marks, wrong_words
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.judge import plain_points
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz
from shapecalc.page import visible

#: The most wrong answers of a question on the sheet of mistakes.
_WRONG = 12
#: Nothing is loaded, and nothing runs.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { font: 12pt/1.45 Georgia, "Times New Roman", serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  color: #111; background: #fff }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid #111 }
h1 { font-size: 1.35em; margin: 0 0 .3em } h2 { font-size: 1em; margin: 0 0 .2em }
article { break-after: page; margin-bottom: 4em } article:last-of-type { break-after: auto; margin-bottom: 0 }
section { margin: 1.4em 0; break-inside: avoid }
.code, pre, td.answer { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .9em }
pre { border-left: 3px solid #bbb; padding-left: 1em; white-space: pre-wrap }
.name { margin: 1em 0 } .line { border-bottom: 1px solid #111; height: 2.2em; max-width: 30em }
.points { color: #444; font-weight: normal } ol { list-style: lower-alpha; margin: .3em 0 }
ol.boxes li::before { content: "\\2610\\00a0" } table { border-collapse: collapse; margin: .5em 0; font-size: .9em }
td, th { text-align: left; vertical-align: top; padding: .15em 1em .15em 0; border-top: 1px solid #ddd }
@media print { body { margin: 0; max-width: none } }
"""


@final
class PaperFormat(ExchangeFormat):
    """Pages to print, marked by hand or typed into a table for ``grade``."""

    name = "html"
    title = "paper (HTML)"
    ending = ".html"
    lacks = MappingProxyType({})
    afterwards = "Print the papers; the keys and the named mistakes, by code, stand in the files beside it."

    def amount(self, bank: QuizBank) -> str:
        return paper_amount(bank)

    def write(self, bank: QuizBank) -> WrittenFiles:
        papers, keys = _document(bank.title), _document(f"{bank.title}: keys")
        mistakes = _document(f"{bank.title}: mistakes")
        for seed, quiz in bank.papers:
            _paper(papers[1], quiz, paper_code(seed))
            _keys(keys[1], quiz, paper_code(seed))
            _mistakes(mistakes[1], quiz, paper_code(seed))
        return WrittenFiles(_bytes(papers), (("-key", _bytes(keys)), ("-mistakes", _bytes(mistakes))))


def paper_amount(bank: QuizBank) -> str:
    """How many papers there are, in words."""
    return f"{len(bank.papers):,} paper{'s' * (len(bank.papers) != 1)}"


def paper_code(seed: str) -> str:
    """The code of a paper: the seed of its numbers."""
    return f"{int(seed):03}"


def _document(title: str) -> Element:
    root = Element("html", {"lang": "en"})
    head = add(root, "head")
    add(head, "meta", charset="utf-8")
    add(head, "meta", **{"http-equiv": "Content-Security-Policy", "content": _POLICY})
    add(head, "meta", name="viewport", content="width=device-width")
    add(head, "title", title)
    style = add(head, "style")
    style.text = _STYLE
    add(root, "body")
    return root


def _bytes(root: Element) -> bytes:
    html = tostring(root, "unicode", method="html").replace("<article>", "\n<article>")
    return f"<!doctype html>\n{html}\n".encode()


def _article(body: Element, title: str, code: str) -> Element:
    article = add(body, "article")
    header = add(article, "header")
    add(header, "h1", title)
    add(header, "span", f"code {code}", class_="code")
    return article


def _paper(body: Element, quiz: Quiz, code: str) -> None:
    article = _article(body, quiz.title, code)
    add(article, "p", f"Name: {'_' * 40}   Points: ______ of {plain_points(quiz.points)}", class_="name")
    for place, question in enumerate(quiz.questions, 1):
        section = add(article, "section")
        heading = add(section, "h2", f"{place}. ")
        points = plain_points(question.points)
        add(heading, "span", f"({points} point{'' if points == 1 else 's'})", class_="points")
        add(section, "p", question.text)
        if question.exhibit:
            shown = add(section, "pre")
            shown.text = "\n".join(map(visible, question.exhibit))
        _answer_space(section, question)


def _answer_space(section: Element, question: Question) -> None:
    if not isinstance(question.answer, SingleChoice | SelectAll):
        add(section, "div", class_="line")
        return
    options = add(section, "ol", class_="boxes")
    for option in question.options:
        add(options, "li", option.text)


def _keys(body: Element, quiz: Quiz, code: str) -> None:
    article = _article(body, f"{quiz.title}: keys", code)
    for place, question in enumerate(quiz.questions, 1):
        section = add(article, "section")
        add(section, "h2", f"{place}. {question.id}")
        key, *steps = key_lines(question)
        add(add(section, "p"), "strong", f"Key: {question.answer.key_text}" if question.options else key)
        for step in steps:
            add(section, "p", step)


def _mistakes(body: Element, quiz: Quiz, code: str) -> None:
    """The wrong answers that mistakes give, for whoever marks by hand."""
    article = _article(body, f"{quiz.title}: mistakes", code)
    for place, question in enumerate(quiz.questions, 1):
        rows = [(mark.answer, wrong_words(mark)) for mark in wrong_marks(question) if mark.mistakes][:_WRONG]
        if not rows:
            continue
        section = add(article, "section")
        add(section, "h2", f"{place}. {question.id}")
        table = add(section, "table")
        for answer, says in rows:
            row = add(table, "tr")
            add(row, "td", answer, class_="answer")
            add(row, "td", says)
