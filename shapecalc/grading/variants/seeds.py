"""Seeds: which variant a student gets."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable

from shapecalc.errors import check_type

#: The seed of a question by its id; that of what all questions share by "".
Seeds = Callable[[str], str]


def plain_seeds(seed: str) -> Seeds:
    """Seeds from a text that anyone may know: for practice, and for looking at variants."""
    check_type("seed", seed, str, "a text such as '1'")
    return lambda question: f"{seed}/{question}"


def student_seeds(secret: bytes, student: str) -> Seeds:
    """Seeds of a student for graded work: without the secret nobody can compute them.

    Each is the HMAC with SHA-256, under the secret, of the student's name in Unicode's composed form, a zero byte, and
    the id of the question, in hexadecimal digits.
    """
    check_type("secret", secret, bytes, "the bytes of a secret")
    check_type("student", student, str, "the name of a student")
    name = unicodedata.normalize("NFC", student)

    def seed(question: str) -> str:
        return hmac.new(secret, f"{name}\0{question}".encode(), hashlib.sha256).hexdigest()

    return seed
