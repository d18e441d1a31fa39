"""An interpreter of the response processing of QTI 2.1 and 3.0, for what exports use of it."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring


def read_qti(content: bytes) -> dict[str, Element]:
    """The documents of a package, elements and attributes under the names of QTI 2.1, without namespaces."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: _plain(fromstring(archive.read(name))) for name in archive.namelist()}


def _plain(element: Element) -> Element:
    element.tag = _camel(element.tag.partition("}")[2].removeprefix("qti-"))
    element.attrib = {_camel(name): value for name, value in element.attrib.items()}
    for child in element:
        _plain(child)
    return element


def _camel(name: str) -> str:
    return re.sub(r"-([a-z])", lambda match: match[1].upper(), name)


class QtiItem:
    """An item: its declarations, and what its conditions make of an answer."""

    def __init__(self, root: Element) -> None:
        self.root = root
        declaration = root.find("responseDeclaration")
        assert declaration is not None
        self.base, self.cardinality = declaration.get("baseType"), declaration.get("cardinality")
        self.correct = [value.text for value in declaration.findall("correctResponse/value")]
        self.mapping = declaration.find("mapping")

    def mark(self, answer: Any) -> float | None:
        """What an answer earns, a text or the places of options; None where nothing processes it."""
        if self.root.find("responseProcessing") is None:
            return None
        return float(self.outcomes(answer)["SCORE"])

    def outcomes(self, answer: Any) -> dict[str, Any]:
        """The outcomes after the processing of an answer."""
        values = {each.get("identifier"): each.findtext("defaultValue/value") for each in self.outcome_declarations}
        response = self._response(answer)
        for condition in self.root.findall("responseProcessing/responseCondition"):
            for branch in condition:
                parts = [*branch]
                if branch.tag == "responseElse" or self._value(parts.pop(0), response):
                    for rule in parts:
                        values[rule.get("identifier")] = self._value(rule[0], response)
                    break
        return values  # type: ignore[return-value]

    @property
    def outcome_declarations(self) -> list[Element]:
        return self.root.findall("outcomeDeclaration")

    def words(self, answer: Any) -> str:
        """What is shown beside an answer."""
        shown = self.outcomes(answer)["FEEDBACK"]
        feedback = [each for each in self.root.findall("modalFeedback") if each.get("identifier") == shown]
        return " ".join("".join(each.itertext()) for each in feedback)

    def _response(self, answer: Any) -> Any:
        if self.base == "identifier":
            names = [f"option{place}" for place in answer]
            return names if self.cardinality == "multiple" else (names[0] if names else None)
        if self.base == "float":
            try:
                return float(answer)
            except ValueError:
                return None
        return answer

    def _value(self, element: Element, response: Any) -> Any:  # noqa: C901  one case for each expression
        arguments = [self._value(child, response) for child in element]
        match element.tag:
            case "variable":
                return response
            case "correct":
                return self.correct if self.cardinality == "multiple" else self.correct[0]
            case "baseValue":
                text = element.text or ""
                return float(text) if element.get("baseType") in ("float", "integer") else text
            case "isNull":
                return arguments[0] in (None, "", [])
            case "match":
                left, right = arguments
                return sorted(left) == sorted(right) if isinstance(left, list) else left == right
            case "stringMatch":
                left, right = arguments
                return left is not None and left.casefold() == right.casefold()
            case "equal":
                return self._equal(element, *arguments)
            case "or":
                return any(arguments)
            case "sum":
                return sum(arguments)
            case "mapResponse":
                return self._mapped(response)
        raise AssertionError(f"an expression that is not interpreted: {element.tag}")

    def _equal(self, element: Element, left: float | None, right: float) -> bool:
        if left is None:
            return False
        if element.get("toleranceMode") == "exact":
            return left == right
        low, high = map(float, element.get("tolerance", "").split())
        return right - low <= left <= right + high

    def _mapped(self, response: Any) -> float:
        assert self.mapping is not None
        entries = {each.get("mapKey"): float(each.get("mappedValue", "")) for each in self.mapping}
        default = float(self.mapping.get("defaultValue", "0"))
        total = sum(entries.get(name, default) for name in set(response))
        low, high = self.mapping.get("lowerBound"), self.mapping.get("upperBound")
        total = max(total, float(low)) if low is not None else total
        return min(total, float(high)) if high is not None else total
