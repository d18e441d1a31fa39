"""QTI 3.0: what QTI 2.1 has, under the names of the third version."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import final
from xml.etree.ElementTree import Element

from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.format import ExchangeFormat, WrittenFiles
from shapecalc.grading.exchange.markup import archive, xml_bytes
from shapecalc.grading.exchange.qti import Qti21Format, package

_NAMESPACES = MappingProxyType(
    {
        "http://www.imsglobal.org/xsd/imsqti_v2p1": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        "http://www.imsglobal.org/xsd/imscp_v1p1": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        "imsqti_test_xmlv2p1": "imsqti_test_xmlv3p0",
        "imsqti_item_xmlv2p1": "imsqti_item_xmlv3p0",
        "QTIv2.1 Package": "QTI Package",
    }
)
#: Elements of HTML, which have the same names in both versions.
_HTML = frozenset({"p", "pre", "em", "br"})
#: What stands in a body of its own.
_BODIES = frozenset({"modalFeedback", "rubricBlock"})
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@final
class Qti3Format(ExchangeFormat):
    """QTI 3.0."""

    name = "qti3"
    title = "QTI 3.0"
    ending = ".zip"
    lacks = Qti21Format.lacks
    afterwards = Qti21Format.afterwards

    def write(self, bank: QuizBank) -> WrittenFiles:
        documents = package(bank)
        manifest = documents.pop("imsmanifest.xml")
        for element in manifest.iter():
            element.attrib.update({name: _NAMESPACES.get(value, value) for name, value in element.attrib.items()})
            element.text = _NAMESPACES.get(element.text or "", element.text)
        files = {"imsmanifest.xml": xml_bytes(manifest)}
        files |= {name: xml_bytes(renamed(root)) for name, root in documents.items()}
        return WrittenFiles(archive(files))


def renamed(element: Element) -> Element:
    """An element of 2.1 as one of 3.0: ``responseIf`` is ``qti-response-if``, ``baseType`` is ``base-type``."""
    attributes = {_hyphened(name): _NAMESPACES.get(value, value) for name, value in element.attrib.items()}
    if element.tag in _HTML:
        copy = Element(element.tag, attributes)
    else:
        copy = Element(f"qti-{_hyphened(element.tag)}", attributes)
    copy.text, copy.tail = element.text, element.tail
    if element.tag == "rubricBlock":
        copy.set("use", "instructions")
    parent = copy
    if element.tag in _BODIES:
        parent = Element("qti-content-body")
        copy.append(parent)
    parent.extend(map(renamed, element))
    return copy


def _hyphened(name: str) -> str:
    return _CAPITAL.sub("-", name).lower()
