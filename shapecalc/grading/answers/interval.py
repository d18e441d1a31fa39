"""An answer that is an interval of whole numbers, its ends counted in: 3..7, [3, 7], 3 to 7, 3 ≤ x ≤ 7."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, final

from shapecalc.formats.text.tokens import MAX_DIGITS
from shapecalc.grading.answers.kind import AnswerKind, Judgement, NotUnderstoodError, bounded

#: The first and the last number.
Ends = tuple[int, int]

_NUMBER = rf"[-−+]?\d{{1,{MAX_DIGITS}}}"
_BETWEEN = r"\.\.\.?|…|,|;|\bto\b|\bbis\b|\bthrough\b|\bthru\b|\band\b|[-–—−]|(?:<=|≤)\s*[a-z]\s*(?:<=|≤)"
_INTERVAL = re.compile(
    rf"(?:\b(?:from|between|inputs?|pixels?)\s+)*(?P<open>[\[(]?)\s*(?P<low>{_NUMBER})\s*(?:{_BETWEEN})\s*"
    rf"(?P<high>{_NUMBER})\s*(?P<close>[\])]?)",
    re.IGNORECASE,
)
_STRAY = re.compile(r"[^\d\s.,;\[\]()+–—−-]")


@final
@dataclass(frozen=True, slots=True)
class IntervalAnswer(AnswerKind[Ends]):
    """The numbers from one to another, such as the inputs that an output sees."""

    name: ClassVar[str] = "interval"
    has_echo: ClassVar[bool] = True
    key: Ends

    def read(self, answer: str) -> Ends:
        return read_interval(answer)

    def judge(self, reading: Ends) -> Judgement:
        return Judgement.of(reading == self.key, self._remark(reading))

    def echo(self, reading: Ends) -> str:
        return "..".join(map(str, reading))

    def plain(self, reading: Ends | None) -> Any:
        return None if reading is None else list(reading)

    def _remark(self, ends: Ends) -> str:
        """What is wrong with an interval that is not the key; "" where that is not known."""
        low, high = ends[0] - self.key[0], ends[1] - self.key[1]
        if low == high == 1:
            return "both ends are 1 too large; the first input is number 0"
        if (low, high) == (0, 1):
            return "the last one does not belong to it"
        if low == high:
            return f"it is as long as the right one, but {abs(low)} too far {'right' if low > 0 else 'left'}"
        return ""


def read_interval(answer: str) -> Ends:
    """The two ends of an interval; a round bracket beside a square one leaves its end out.

    Raises:
        NotUnderstoodError: it is none, or its ends are in the wrong order.
    """
    text = bounded(answer).strip()
    match = _INTERVAL.fullmatch(text)
    if match is None:
        stray = _STRAY.search(text)
        place = f"column {answer.index(stray[0]) + 1}: cannot read {stray[0]!r} in an interval" if stray else ""
        raise NotUnderstoodError(place or "this is not an interval such as 3..7")
    low, high = (int(match[end].replace("−", "-")) for end in ("low", "high"))
    brackets = match["open"] + match["close"]
    if brackets not in ("", "[]", "()", "[)", "(]"):
        raise NotUnderstoodError("the brackets of the interval do not match")
    if brackets in ("[)", "(]"):  # of which one end is open; two round ones are a pair of numbers
        low, high = low + (brackets[0] == "("), high - (brackets[1] == ")")
    if low > high:
        raise NotUnderstoodError(f"the interval ends at {high}, before it begins at {low}")
    return low, high
