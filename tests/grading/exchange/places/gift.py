"""How Moodle reads GIFT, as the source of its reader says; it then marks as it marks its own questions.

Signs behind a backslash are put aside first. A blank line ends a question, and the first braces hold its answers:
``#`` begins a number, ``~`` makes options, ``=`` with ``->`` pairs. A key that is no number becomes ``*``, which any
answer is.
"""

from __future__ import annotations

import re

from tests.grading.exchange.places.moodle import MoodleAnswer, MoodleQuestion

_ASIDE = {f"\\{sign}": f"&&{ord(sign):03};" for sign in ":#={}~"} | {"\\n": "&&010"}


def read_gift(text: str) -> list[MoodleQuestion]:
    """The questions of a file."""
    category, questions = "", []
    for block in re.split(r"\n\s*\n", text):
        lines = ["" if line.strip().startswith("//") else line for line in block.split("\n")]
        question = "\n".join(lines).strip()
        if question.startswith("$CATEGORY:"):
            category = question.removeprefix("$CATEGORY:").strip()
        elif question:
            questions.append(_question(_put_aside(question), category))
    return questions


def _put_aside(text: str) -> str:
    text = text.replace("\\\\", "&&092;")
    for sign, code in _ASIDE.items():
        text = text.replace(sign, code)
    return text.replace("&&092;", "\\")


def _back(text: str) -> str:
    for sign, code in _ASIDE.items():
        text = text.replace(code, "\n" if sign == "\\n" else sign[1])
    return text.strip()


def _question(text: str, category: str) -> MoodleQuestion:
    name = ""
    if text.startswith("::"):
        name, text = text[2:].split("::", 1)
    start, end = text.index("{"), text.index("}")
    answers = text[start + 1 : end].strip()
    answers = answers[: answers.rindex("####")].strip() if "####" in answers else answers
    question = MoodleQuestion(_back(name), _kind(answers), category=category)
    match question.kind:
        case "numerical":
            question.answers = _numbers(answers[1:])
        case "multichoice":
            question.is_single = "=" in answers
            question.answers = [_option(part) for part in answers.replace("=", "~=").split("~") if part.strip()]
        case "shortanswer":
            question.answers = [_weighted(part) for part in answers.split("=") if part.strip()]
    return question


def _kind(answers: str) -> str:
    if not answers:
        return "essay"
    if answers[0] == "#":
        return "numerical"
    if "~" in answers:
        return "multichoice"
    if "=" in answers and "->" in answers:
        return "match"
    word = answers.split("#", maxsplit=1)[0].strip()
    return "truefalse" if word in ("T", "TRUE", "F", "FALSE") else "shortanswer"


def _numbers(text: str) -> list[MoodleAnswer]:
    text, _, fallback = text.partition("~")
    answers = [_weighted(part) for part in text.split("=") if part.strip()]
    for answer in answers:
        if ".." in answer.text:
            low, high = map(float, answer.text.split(".."))
            answer.text, answer.tolerance = str((low + high) / 2), (high - low) / 2
        elif ":" in answer.text:
            key, _, tolerance = answer.text.partition(":")
            answer.text, answer.tolerance = key.strip(), float(tolerance)
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", answer.text, re.IGNORECASE):
            answer.text = "*"
    if fallback:
        answers.append(MoodleAnswer("*", 0, _back(fallback.partition("#")[2])))
    return answers


def _option(text: str) -> MoodleAnswer:
    text = text.strip()
    return _answer(text[1:], 100) if text.startswith("=") else _weighted(text, 0)


def _weighted(text: str, weight: float = 100) -> MoodleAnswer:
    text = text.strip()
    match = re.match(r"%-*([0-9]{1,2})\.?([0-9]*)%", text)
    return _answer(text[match.end() :], float(match[0].strip("%"))) if match else _answer(text, weight)


def _answer(text: str, weight: float) -> MoodleAnswer:
    answer, _, feedback = text.partition("#")
    return MoodleAnswer(_back(answer), weight, _back(feedback))
