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
_BETWEEN = (
    r"\.\.\.?|…|,|;|\bto\b|\bbis\b|\bthrough\b|\bthru\b|\band\b|[-–—−]|(?P<first><=|≤|<)\s*[a-z]\s*(?P<second><=|≤|<)"
)
_INTERVAL = re.compile(
    rf"(?:\b(?:from|between|inputs?|pixels?)\s+)*(?P<open>[\[(\]]?)\s*(?P<low>{_NUMBER})\s*(?:{_BETWEEN})\s*"
    rf"(?P<high>{_NUMBER})\s*(?P<close>[\])\[]?)",
    re.IGNORECASE,
)
#: All numbers of an interval, one by one: 0, 1, 2.
_LISTED = re.compile(rf"[{{\[(]?\s*({_NUMBER}(?:\s*[,;]\s*{_NUMBER}){{2,200}})\s*[}}\])]?")
_RANGE = re.compile(rf"range\(\s*(?:(?P<low>{_NUMBER})\s*,\s*)?(?P<high>{_NUMBER})\s*\)")
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
        if isinstance(reading, RoundPair) and (reading[0] + 1, reading[1] - 1) == self.key:
            return Judgement(None, "round brackets may leave both ends out, or hold a pair; write them square")
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


@final
class RoundPair(tuple[int, int]):
    """The ends of an interval in round brackets, which may leave them out."""

    __slots__ = ()


def read_interval(answer: str) -> Ends:
    """The two ends of an interval; a round bracket beside a square one, or a square one turned round, is open.

    Raises:
        NotUnderstoodError: it is none, or its ends are in the wrong order.
    """
    text = bounded(answer).strip()
    ends = _spelled_out(text)
    if ends is not None:
        return ends
    match = _INTERVAL.fullmatch(text)
    if match is None:
        stray = _STRAY.search(text)
        place = f"column {answer.index(stray[0]) + 1}: cannot read {stray[0]!r} in an interval" if stray else ""
        raise NotUnderstoodError(place or "this is not an interval such as 3..7")
    low, high = (int(match[end].replace("−", "-")) for end in ("low", "high"))
    brackets = match["open"] + match["close"]
    if brackets not in ("", "[]", "()", "[)", "(]", "][", "[[", "]]"):
        raise NotUnderstoodError("the brackets of the interval do not match")
    if brackets not in ("", "()"):  # two round ones may be a pair of numbers
        low, high = low + (brackets[0] in "(]"), high - (brackets[1] in ")[")
    low, high = low + (match["first"] == "<"), high - (match["second"] == "<")
    if low > high:
        raise NotUnderstoodError(f"the interval ends at {high}, before it begins at {low}")
    return RoundPair((low, high)) if brackets == "()" else (low, high)


def _spelled_out(text: str) -> Ends | None:
    """The ends of an interval whose numbers are all there, or of a range of Python; None of anything else."""
    call = _RANGE.fullmatch(text)
    if call is not None:
        low, high = int((call["low"] or "0").replace("−", "-")), int(call["high"].replace("−", "-")) - 1
        return (low, high) if low <= high else None
    listed = _LISTED.fullmatch(text)
    numbers = [int(word.replace("−", "-")) for word in re.findall(_NUMBER, listed[1])] if listed else []
    is_all = bool(numbers) and numbers == [*range(numbers[0], numbers[0] + len(numbers))]
    return (numbers[0], numbers[-1]) if is_all else None
