"""shapecalc/zoo/listing.json: what the list of nets shows of each, so that it is shown without measuring them."""

from __future__ import annotations

import json

from shapecalc.catalogue import all_cards
from shapecalc.catalogue.card_page import cells
from tests.tools.pages import ROOT

PAGE = ROOT / "shapecalc" / "zoo" / "listing.json"


def page() -> str:
    """The file as it should be: a line for each net."""
    rows = {net.architecture.name: cells(net) for net in all_cards()}
    lines = [f"{json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in rows.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"
