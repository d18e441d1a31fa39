"""Imports: which format a file of a place has, and the draft that its questions make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from shapecalc.errors import SpecError, check_type
from shapecalc.grading.exchange.draft import QuizDraft, draft_of
from shapecalc.grading.exchange.foreign import ForeignQuestion
from shapecalc.grading.exchange.from_gift import gift_questions, gift_title
from shapecalc.grading.exchange.from_moodle import moodle_questions, moodle_title
from shapecalc.grading.exchange.from_qti import qti12_questions, qti21_question
from shapecalc.grading.exchange.outside import read_outside, xml_members, xml_root

_READ = "Moodle XML, GIFT, QTI 1.2 (Canvas) and QTI 2.1"


def import_quiz(path: str | Path) -> QuizDraft:
    """A draft of a quiz from a file of Moodle, Canvas or QTI, by what the file has in it.

    Nothing in it is run, loaded or kept as markup; what could not be read is in the draft's remarks.

    Raises:
        SpecError: the file cannot be read, is in none of these formats, or is too large.
    """
    check_type("path", path, (str, Path), "the path of a file of questions")
    path = Path(path)
    content, source = read_outside(path), str(path)
    if content.startswith(b"PK\x03\x04"):
        return _package(xml_members(content, source), source)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or content.startswith((b"\xfe\xff", b"\xff\xfe")):
        root = xml_root(content, source)
        return draft_of(_title(root), _questions(root, source))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(f"{source} is not a text in UTF-8; {_READ} are read.") from None
    if "{" not in text:
        raise SpecError(f"{source} has no question in braces, as GIFT has; {_READ} are read.")
    return draft_of(gift_title(text), gift_questions(text))


def _package(members: dict[str, bytes], source: str) -> QuizDraft:
    """The draft of an archive, its documents in their order."""
    questions: list[ForeignQuestion] = []
    remarks: list[tuple[str, str]] = []
    title = ""
    for name, content in members.items():
        try:
            root = xml_root(content, name)
        except SpecError as refused:
            remarks.append((name, str(refused)))
            continue
        if root.tag in ("questestinterop", "assessmentItem"):
            questions += _questions(root, name)
        if root.tag in ("questestinterop", "assessmentTest"):
            title = title or _title(root)
    if not questions and not remarks:
        raise SpecError(f"{source} has no questions of QTI in it; {_READ} are read.")
    return draft_of(title, questions, remarks)


def _questions(root: Element, source: str) -> Iterator[ForeignQuestion]:
    match root.tag:
        case "quiz":
            return moodle_questions(root)
        case "questestinterop":
            return qti12_questions(root)
        case "assessmentItem":
            return iter((qti21_question(root),))
        case tag:
            raise SpecError(f"{source} is XML with {tag[:40]!r} at its root; {_READ} are read.")


def _title(root: Element) -> str:
    if root.tag == "quiz":
        return moodle_title(root)
    assessment = root.find("assessment")
    return (root if assessment is None else assessment).get("title") or ""
