"""The exports of forms and courses, known by their headers: who answered, when, and in which columns.

Each is an entry: a course that exports otherwise is one more. Headers are compared without case; Google's and Moodle's
are translated, so that what is known of them is known in several languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, final


@final
class Export(NamedTuple):
    """How a program exports answers.

    Attributes:
        name: the program.
        mark: what the header of one of its columns matches, and no other program's.
        students: the columns that may name the students, the best first; two that belong together in one entry.
        times: the columns that may say when, or at which attempt, the answers were given.
        extra: what the header of a column matches that is no answer.
        question: what the header of an answer matches, with the group ``text`` or ``number``.
        identities: the columns that tell students of the same name apart, the best first.
    """

    name: str
    mark: re.Pattern[str]
    students: tuple[tuple[str, ...], ...]
    times: tuple[str, ...] = ()
    extra: re.Pattern[str] = re.compile(r"(?!)")
    question: re.Pattern[str] = re.compile(r"(?P<text>.*)", re.DOTALL)
    identities: tuple[tuple[str, ...], ...] = ()


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.DOTALL)


_MAIL = (
    *(("email address",), ("email",), ("e-mail",), ("e-mail-adresse",), ("adresse e-mail",), ("username",)),
    *(("user name",), ("id number",), ("matriculation number",), ("student id",), ("student",), ("name",)),
    *(("full name",), ("first name", "last name"), ("first name", "surname")),
)

EXPORTS = (
    Export(
        "Canvas",
        _pattern(r"\d{2,}: .+"),
        (("name",), ("sis_id",), ("id",)),
        ("attempt", "submitted"),
        _pattern(r"name|id|sis_id|section.*|submitted|attempt|n (in)?correct|score|\d+(\.\d+)?|login.*|root_account"),
        _pattern(r"\d+: (?P<text>.*)"),
        (("id",), ("sis_id",)),
    ),
    Export(
        "Moodle",
        _pattern(r"(response|antwort|réponse|respuesta|risposta|resposta|antwoord) \d+"),
        _MAIL,
        ("started on", "started", "begonnen am"),
        _pattern(
            r"(last|first|full) name|surname|institution|department|id number|username|e-?mail.*|state|status|"
            r"started.*|completed|time taken|duration|grade/.*|(question|right answer|q\.) ?\d+.*"
        ),
        _pattern(r"(?:response|antwort|réponse|respuesta|risposta|resposta|antwoord) (?P<number>\d+)"),
    ),
    Export(
        "Microsoft Forms",
        _pattern(r"completion time|fertigstellungszeit|heure de fin"),
        (("email",), ("e-mail",), ("name",), ("id",)),
        ("completion time",),
        _pattern(
            r"id|start time|completion time|startzeit|fertigstellungszeit|e-?mail|name|total points|quiz feedback|"
            r"grade posted time|last modified time|(points|feedback) [-–] .*"
        ),
    ),
    Export(
        "Google Forms",
        _pattern(r"timestamp|zeitstempel|horodateur|marca temporal|carimbo de data.*|informazioni cronologiche"),
        _MAIL,
        ("timestamp",),
        _pattern(
            r"timestamp|zeitstempel|horodateur|marca temporal|carimbo.*|informazioni.*|score|punktzahl|"
            r".*\[(score|feedback)\]|e-?mail.*|user ?name"
        ),
    ),
)
#: A table without a program's mark: the first column names the students.
PLAIN = Export(
    "", _pattern(r"(?!)"), (), ("attempt", "timestamp", "submitted"), _pattern(r"timestamp|submitted|attempt")
)

#: The name that a form gives to everybody where it asks for none.
ANONYMOUS = "anonymous"


def recognize(header: Sequence[str]) -> Export:
    """Which program exported a table with this header."""
    for export in EXPORTS:
        if any(export.mark.fullmatch(name) for name in header):
            return export
    return PLAIN
