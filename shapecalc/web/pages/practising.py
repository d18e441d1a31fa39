"""The page on which a quiz is practised: a question at a time, judged at once, with hints and fresh numbers."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple, final

from shapecalc.grading.hints import hint_parts
from shapecalc.grading.judge import Mark, Verdict, judge
from shapecalc.grading.mistakes import diagnoses_text
from shapecalc.grading.practice import Practice, Reply
from shapecalc.grading.quiz.question import Question
from shapecalc.grading.quiz.quiz import Quiz, key_notes
from shapecalc.grading.quiz.template import load_quiz
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES
from shapecalc.grading.quizzes.shelf import shelf
from shapecalc.page import visible
from shapecalc.web.answer_fields import MAX_TEXT, answer_field, field_name, misunderstanding, question_markup, sent_text
from shapecalc.web.fields import button, choice_field, text_field
from shapecalc.web.frame import WebPage
from shapecalc.web.links import address
from shapecalc.web.live import live_page
from shapecalc.web.markup import Markup, element, fragment
from shapecalc.web.request import WebRequest

#: The longest word for a variant.
MAX_SEED = 20
#: The variants that stay in memory, since every key that is typed asks for one.
_VARIANTS = 32
_FORM = "practice-form"


@final
class Exercise(NamedTuple):
    """What stands in the form: nothing of it is kept anywhere else.

    Attributes:
        name: the quiz.
        seed: which variant of it.
        quiz: that variant.
        place: of the question in it.
        text: the answer in the field.
        hints: how many hints were asked for.
        action: the button that was pressed; "" for none.
    """

    name: str
    seed: str
    quiz: Quiz
    place: int
    text: str
    hints: int
    action: str

    @property
    def question(self) -> Question:
        """The question that is asked."""
        return self.quiz.questions[self.place]

    @property
    def mark(self) -> str:
        """What tells the question and its variant from others."""
        return f"{self.name} {self.question.id} {self.seed}"


@cache
def _titles() -> dict[str, str]:
    return {entry.name.removeprefix(PREFIX): entry.title for entry in shelf().entries}


@lru_cache(_VARIANTS)
def _variant(name: str, seed: str) -> Quiz:
    return load_quiz(PREFIX + name, seed=seed)


def answer(request: WebRequest) -> WebPage:
    """The form of a question; below it what is said of the answer, the hints, or the derivation."""
    exercise = _exercise(request)
    ids = {question.id: f"{place}. {question.id}" for place, question in enumerate(exercise.quiz.questions, 1)}
    choices = element(
        "div",
        choice_field("quiz", "The quiz", exercise.name, _titles(), submits="go"),
        choice_field("question", "The question", exercise.question.id, ids, submits="go"),
        text_field("seed", "The variant: any word or number", exercise.seed),
        class_="beside",
    )
    form = element(
        "form",
        choices,
        _hidden("asked", exercise.mark),
        _hidden("hints", str(exercise.hints)),
        element(
            "section",
            element("h2", f"{exercise.place + 1} of {len(ids)}: {exercise.question.id}", id="asks"),
            question_markup(exercise.question, exercise.question.exhibit),
            answer_field(exercise.question, exercise.place, exercise.text),
            class_="question",
            aria_labelledby="asks",
        ),
        element("p", *_buttons(exercise), class_="repairs"),
        id=_FORM,
        method="post",
        action="./practice",
        data_answers=True,
    )
    link = address("practice", {"quiz": exercise.name, "question": exercise.question.id, "seed": exercise.seed})
    return live_page("Practice", form, link, fragment(_said(exercise), _hints(exercise)))


def _hidden(name: str, value: str) -> Markup:
    return element("input", type="hidden", name=name, value=value)


def _exercise(request: WebRequest) -> Exercise:
    """What the form holds; an answer and hints to another question or variant are left out."""
    name = request.text("quiz") if request.text("quiz") in QUIZ_NAMES else QUIZ_NAMES[0]
    seed, action = request.text("seed").strip()[:MAX_SEED] or "1", request.text("do")
    if action == "variant":
        seed = str(int(seed) + 1) if seed.isdecimal() else "1"
    quiz = _variant(name, seed)
    ids = [question.id for question in quiz.questions]
    place = ids.index(request.text("question")) if request.text("question") in ids else 0
    if action in _STEPS:
        place = min(max(place + _STEPS[action], 0), len(ids) - 1)
    exercise = Exercise(name, seed, quiz, place, "", 0, "")
    if request.text("asked") != exercise.mark:
        return exercise
    text = sent_text(exercise.question, request.texts(field_name(place)))[:MAX_TEXT]
    most, count = len(hint_parts(exercise.question)), request.text("hints")
    former = int(count) if count.isdecimal() and len(count) <= len(str(most)) else 0
    hints = min(former + (action == "hint"), most)
    return exercise._replace(text=text, hints=hints, action=action)


_STEPS = {"back": -1, "next": 1}


def _buttons(exercise: Exercise) -> list[Markup]:
    """What can be done; the first is pressed by the key Enter."""
    buttons = [
        button("Check", id_="ask", name="do", value="check"),
        button("Hint", id_="hint", name="do", value="hint"),
        button("Show the answer", id_="show", name="do", value="show"),
    ]
    if exercise.question.numbers:
        buttons.append(button("Another variant", id_="variant", name="do", value="variant"))
    if exercise.place:
        buttons.append(button("Question before", id_="back", name="do", value="back"))
    if exercise.place + 1 < len(exercise.quiz.questions):
        buttons.append(button("Next question", id_="next", name="do", value="next"))
    return [*buttons, button("Go", id_="go", class_="take")]


def _said(exercise: Exercise) -> Markup:
    """What is said of the answer, once that was asked for."""
    if exercise.action == "show":
        lines = _derivation(exercise)
        return _panel(lines, "notice", "The answer")
    if exercise.action != "check":
        return fragment()
    if misunderstanding(exercise.question, exercise.text):
        return element("p", "It cannot be read, and costs nothing.", class_="notice", data_said="Not understood")
    mark = judge(exercise.question, exercise.text)
    if mark.verdict is Verdict.BLANK:
        return element("p", "Nothing is written yet.", class_="notice", data_said="Nothing is written yet")
    is_right = mark.verdict is Verdict.RIGHT
    lines = _reply_lines(mark, is_right=is_right)
    return _panel(lines[1:], "said" if is_right else "alarm", lines[0].capitalize())


def _reply_lines(mark: Mark, *, is_right: bool) -> list[str]:
    """The verdict and its reason; of a choice not what is missing from it, which would be the rest of the key."""
    lines = Reply(mark, is_right, None).lines()
    return lines[:1] if mark.question.options and not is_right else lines


def _derivation(exercise: Exercise) -> list[str]:
    """The key and how it comes about; before it which mistake gives what was written, with its numbers."""
    lines = [words for _, words in key_notes(exercise.question)]
    if misunderstanding(exercise.question, exercise.text):
        return lines
    mark = judge(exercise.question, exercise.text)
    return [*([diagnoses_text(mark.mistakes)] if mark.mistakes else []), *lines]


def _panel(lines: list[str], tone: str, heading: str) -> Markup:
    items = element("ul", fragment(*[element("li", visible(line)) for line in lines])) if lines else ""
    return element("div", element("h2", heading), items, class_=tone, data_said=heading)


def _hints(exercise: Exercise) -> Markup:
    """The hints so far: parts of the derivation, without the result."""
    if not exercise.hints and exercise.action != "hint":
        return fragment()
    sitting = Practice(exercise.quiz)
    hints = [sitting.hint(exercise.question.id) for _ in range(max(exercise.hints, 1))]
    items = fragment(*[element("li", visible(hint)) for hint in hints])
    return element("section", element("h2", "Hints"), element("ol", items))
