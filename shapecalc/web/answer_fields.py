"""The fields of a quiz: how each question is answered, and beside it how the answer is read."""

from __future__ import annotations

from collections.abc import Sequence

from shapecalc.grading.answers.choice import SingleChoice
from shapecalc.grading.answers.kind import NotUnderstoodError, is_blank, is_no_answer
from shapecalc.grading.answers.network import NetworkAnswer
from shapecalc.grading.quiz.question import Question
from shapecalc.page import visible
from shapecalc.web.fields import FieldNote, text_field
from shapecalc.web.markup import Markup, element, fragment

#: The longest answer that is read.
MAX_TEXT = 20_000
#: What is sent where no option is right.
NONE = "none"
#: The lines of a field for a whole network.
_LINES = 8


def field_name(place: int) -> str:
    """The name of the field of a question, by its place in the quiz."""
    return f"answer-{place}"


def sent_text(question: Question, values: Sequence[str]) -> str:
    """An answer as a form sends it: of a choice, the letters one behind the other."""
    return ", ".join(values) if question.options else "\n".join(values)


def misunderstanding(question: Question, text: str) -> str:
    """Why an answer cannot be read; "" where it can, or is blank."""
    if is_blank(text) or (is_no_answer(text) and not question.answer.accepts_word(text)):
        return ""
    try:
        question.answer.read(text)
    except NotUnderstoodError as refused:
        return str(refused)
    return ""


def question_markup(question: Question, net: Sequence[str]) -> Markup:
    """What a question asks, with the lines of the network that is shown beside it."""
    # a box that scrolls is reached by the keyboard
    box = element("pre", "\n".join(net), tabindex=0, role="region", aria_label="The network") if net else ""
    return fragment(element("p", question.text), box)


def answer_note(question: Question, text: str) -> FieldNote:
    """What stands beside the field: how the answer is read, or why it cannot be read."""
    if is_blank(text):
        return FieldNote()
    if is_no_answer(text) and not question.answer.accepts_word(text):
        return FieldNote(reading="As we read it: no answer")
    if reason := misunderstanding(question, text):
        return FieldNote(message=f"Not understood: {visible(reason)}")
    if question.options:
        return FieldNote()
    echo = question.answer.echo(question.answer.read(text))
    return FieldNote(reading=f"As we read it: {visible(echo, 300)}")


def answer_field(question: Question, place: int, text: str) -> Markup:
    """The field of a question that may be answered."""
    note = answer_note(question, text)
    if question.options:
        return _choice(question, place, text, note)
    rows = _LINES if isinstance(question.answer, NetworkAnswer) else 0
    return text_field(field_name(place), "Your answer", text, note, rows=rows)


def _choice(question: Question, place: int, text: str, note: FieldNote) -> Markup:
    name = field_name(place)
    is_single = isinstance(question.answer, SingleChoice)
    letters = {letter for letter, _ in question.lettered_options} & set(text.replace(",", " ").split())
    boxes = [(letter, f"{letter}) {option.text}") for letter, option in question.lettered_options]
    boxes += [] if is_single else [(NONE, "none of these")]
    chosen = letters | ({NONE} & {text.strip()})
    inputs = [
        element(
            "label",
            element("input", type="radio" if is_single else "checkbox", name=name, value=letter,
                    checked=letter in chosen),
            " ", words,
        )
        for letter, words in boxes
    ]  # fmt: skip
    words = note.message or note.reading
    legend = "Your answer" if is_single else "Your answer: all that are right"
    return element(
        "fieldset",
        element("legend", legend),
        fragment(*inputs),
        element("p", element("span", words, class_="message") if words else "", id=f"{name}-note", class_="note",
                data_live=True),
        class_="field choices",
        aria_describedby=f"{name}-note",
    )  # fmt: skip
