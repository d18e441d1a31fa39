"""docs/reference/net.schema.json, written from the model that reads network files."""

from __future__ import annotations

import json
from typing import Any

from shapecalc.formats.document.model import Document
from tests.tools.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "net.schema.json"


def schema() -> dict[str, Any]:
    """The JSON Schema of a network file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Document.model_json_schema()}


def page() -> str:
    """The page as it should be."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
