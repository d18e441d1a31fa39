"""gift-pegjs, a reader of GIFT that is not Moodle's, reads every export."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from shapecalc.grading import load_template
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.export import FORMATS
from shapecalc.grading.exchange.items import ChoiceItem, EssayItem, NumberItem, TextItem
from shapecalc.grading.quizzes import PREFIX, QUIZ_NAMES

pytestmark = pytest.mark.service("node")

#: Where make services puts it.
READER = Path(__file__).parents[2] / "build" / "npm" / "node_modules" / "gift-pegjs"
PROGRAM = "const {parse} = require(process.argv[1]); const fs = require('fs'); \
console.log(JSON.stringify(parse(fs.readFileSync(0, 'utf8'))))"
KINDS = {NumberItem: "Numerical", TextItem: "Short", ChoiceItem: "MC", EssayItem: "Essay"}


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_it_reads_every_question(name):
    """Each as what it is, its key first and alone right, with its words."""
    bank = QuizBank(load_template(PREFIX + name), 2)
    command = ["node", "-e", PROGRAM, str(READER)]
    content = FORMATS["gift"].write(bank).content
    output = subprocess.run(command, input=content, capture_output=True, check=True).stdout  # noqa: S603  ours
    questions = [question for question in json.loads(output) if question["type"] != "Category"]
    entries = [entry for pool in bank.pools for entry in pool.entries]
    assert [(each["title"], each["type"]) for each in questions] == [
        (entry.name, KINDS[type(entry.item)]) for entry in entries
    ]
    for question, entry in zip(questions, entries, strict=True):
        if isinstance(entry.item, NumberItem):
            key, *wrong = question["choices"]
            assert (key["text"]["number"], key["weight"]) == (float(entry.item.key), None)
            assert {choice["weight"] for choice in wrong} <= {0, None}
        if entry.derivation:
            assert entry.derivation[0].split(":")[0] in question["globalFeedback"]["text"]
