"""Answers in unusual notations: what is right is right, what is wrong is wrong, and the ambiguous is not understood."""

# ruff: noqa: E501 - the answers to a question stand together

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from shapecalc.grading.judge import judge
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.variants.seeds import plain_seeds

QUESTIONS: dict[str, dict[str, Any]] = {
    "integer": {"key": "2432"},
    "expression": {"key": "112.5"},
    "number": {"key": "58.1", "unit": "MiB"},
    "shape": {"key": "20x16x16"},
    "interval": {"key": "0..2"},
    "formula": {"net": {"spec": "Conv2d(3, 8, F, stride=S, padding=P)", "input": "3xWxW"}, "ask": "width"},
    "layer": {"divides": 2, "types": "pool"},
    "argument": {"layer": "Conv2d(3, 8, 7, padding=?)", "keeps": "size"},
}
RIGHT = {
    "integer": """2432|2,432|2 432|2_432|2'432|2432.0|2432,0|2.432,0|2,432.0|= 2432|=2432|2432.|2432 parameters|2432 params
        2432 weights|2,432 values|2432 neurons|params = 2432|W = 2432|(2432)|**2432**|`2432`|"2432"|$2432$|+2432|02432
        2432 Parameters.|number of parameters = 2432|2432 features|2432pixels|\u00a02432\u00a0|2432,00""",
    "expression": """112.5|112,5|112.50|225/2|= 112.5|112.5 = 225/2|450/4|0.1125k|112,5 values|(224+1)/2|(225)/2|11.25*10
        112.5 units|1125/10|56.25*2|x = 112.5|100+12.5|225÷2""",
    "number": """58.1|58,1|58.1 MiB|58,1 MiB|58.1mib|58.1MiB|≈ 58.1 MiB|~58.1|about 58.1 MiB|58.10 MiB|60.9 MB|60922265 bytes
        0.0567 GiB|ca. 58 MiB|59494 KiB|581/10|487 Mbit""",
    "shape": """20x16x16|(20, 16, 16)|[20,16,16]|20 16 16|20,16,16|20X16X16|20×16×16|20 by 16 by 16|torch.Size([20, 16, 16])
        20@16x16|20*16*16|20·16·16|(20,16,16).|20x16x16.|(20 x 16 x 16)|20, 16, 16""",
    "interval": """0..2|[0, 2]|[0;2]|0-2|0–2|0 to 2|from 0 to 2|between 0 and 2|(0, 2)|[0, 3)|(-1, 2]|]-1, 3[|]-1;3[|[0, 3[
        ]-1, 2]|0 <= x <= 2|0 ≤ i ≤ 2|-1 < x < 3|0 ≤ x < 3|-1 < x ≤ 2|{0, 1, 2}|0, 1, 2|[0, 1, 2]|range(0, 3)|range(3)|0...2
        pixels 0 to 2|0 through 2|inputs 0 to 2|−1 < x < 3""",
    "formula": """floor((W-F+2P)/S)+1|[(W-F+2P)/S]+1|[(W-F+2P)/S + 1]|⌊(W-F+2P)/S⌋+1|(W-F+2P)//S+1|1+[(W+2P-F)/S]|W_out = (W-F+2P)//S+1
        floor[(W-F+2P)/S]+1|⌊(W − F + 2·P)/S + 1⌋|o = [(W-F+2P+S)/S]|(W-F+2P+S)//S|floor((W - (F - 2P))/S) + 1|w//1//1*0 + (w-f+2p)//s + 1
""",
    "layer": """MaxPool2d(2)|nn.MaxPool2d(2)|maxpool 2x2|max_pool2d(x, 3, 2, 1)|F.max_pool2d(x, 3, 2, 1)|F.max_pool2d(x, 2)
        F.avg_pool2d(x, kernel_size=2)|torch.nn.functional.max_pool2d(input, 2)|nn.functional.max_pool2d(x,2,2)|x = F.max_pool2d(x, 2)
        self.pool = nn.MaxPool2d(2)|nn.MaxPool2d(2),|MaxPool2d(kernel_size=2, stride=2)|AvgPool2d(2)|MaxPooling2D((2,2))
        return F.max_pool2d(x, 2)|F.max_pool2d(h, 2, ceil_mode=True)|torch.max_pool2d(x, 2)|MaxPool2d(4, 2, 1)|LPPool2d(2, 2)""",
    "argument": """3|(3,3)|(3, 3)|[3,3]|3,3|3x3|padding=3|padding = 3|padding: 3|(3,)|padding=(3,)|[3]|(3)|'same'|same|"same"|P = 3|p=3
        padding='same'|((3))""",
}
WRONG = {
    "integer": "2431|2,431|24320|2432,5|-2432|243.2|2.432.000|1,234|2431 parameters|= 2431|0|1432.|2432.5|24.32",
    "expression": "112|113|112,4|225|225/3|1125|-112.5|112.5%",
    "number": "58.1 MB|58.1 KiB|58.1 GiB|50|70 MiB|58.1 bytes|5.81|58,100 MiB|58.1 Mbit|58.1 GMAC",
    "shape": "16x16x20|20x16|20x16x16x1|20x15x16|20x16x17|1x20x16x16|5120|(20)|0x0x0|20,16",
    "interval": "0..3|1..2|[0, 2)|(0, 2]|]0, 2[|[0, 2[|0 < x < 2|range(2)|0, 1, 2, 3|(0, 3)|1 to 3|-1..2",
    "formula": """(W-F+2P)/S+1|(W-F+P)//S+1|(W-F+2P)//S|ceil((W-F+2P)/S)+1|W//S|[(W-F+2P)/S]|(W-F+2P)//S+1+0/(F-1)
        ((W-F+2P)//S+1)*(F-1)/(F-1)|((W-F+2P)//S+1)*(W-2)//(W-2)|[(W-F)/S]+1|(F-W+2P)//S+1|[W-F+2P]/S+1|(W-F+2P)//S+1+0*((S-3) mod (S-3))""",
    "layer": """MaxPool2d(3)|F.max_pool2d(x, 3)|max_pool2d(x, 2, 1)|Conv2d(3, 3, 2, stride=2)|MaxPool2d(4)|F.max_pool2d(x, 4)|ReLU()
        F.interpolate(x, scale_factor=0.5)|AdaptiveAvgPool2d(1)|F.max_pool2d(x, 2, 2, 1)""",
    "argument": "2|(3,2)|(2,)|[4]|0|P = 2|padding=(3,4)|valid|None|1000|-3|7",
}
UNCLEAR = {
    "integer": """2.432|24,32|51,20|7,7|2432 or 2433|2432, 2433|~2432|2432!|two thousand|2432 + b|16*152|2432 bytes|2432 MACs
        2432 parameters + biases|2e3|2432?|0x980|2432 2432""",
    "expression": "112,50|112,5,0|about 112.5|1.125e2|112 1/2|112.5 or 113|112,5;3|112,5*2|112,25 + 1|=|112..5|225/|3,3",
    "number": "58,10 apples|58.1 Mb|58.1 or 59|some MiB|MiB|58.1 MiB and more|58.1.2 MiB",
    "shape": "20-16-16|twenty|20x16x|x16x16|20x16x16 or 16x16x20|20..16|H x W|20/16/16",
    "interval": "0:3|(-1, 3)|0|a..b|2..0|0 < 2|[0, 2|0, 1, 3|{0, 2, 1}|range(0, 3, 2)|[-1 3]",
    "formula": """2[(W-F+2P)/S + 1]|(W-F+2P)/S rounded down + 1|[(W-F+2P)/S]S + 1|(W-F+2P)/S+x|(W-F+2P)/S+1)|W - - |S[(W-F)/S]|
        K*F|=|floor((2W-2F+4P)/(2S))+1""",
    "layer": """nn.MaxPool2d(x, 2)|MaxPool2d(k)|F.max_pool2d(x)|F.conv2d(x, w)|pooling|zoo:lenet|MaxPool2d(2) MaxPool2d(2)
        F.max_pool2d(x, 2)(x)|open('a')|F.max_pool2d(F.relu(x), 2)|__import__('os')|MaxPool2d(2, x)""",
    "argument": "three|k//2|1+2|(3|3 or 4|padding|3,|stride=3|3;3",
}
CASES = [
    (kind, answer.strip(), verdicts)
    for answers, verdicts in (
        (RIGHT, {"right"}),
        (WRONG, {"wrong"}),
        (UNCLEAR, {"not understood", "look by hand", "blank"}),
    )
    for kind, text in answers.items()
    for answer in text.replace("\n", "|").split("|")
    if answer.strip()
]


@cache
def question(kind):
    """The question of a kind."""
    entry = {"id": "q", "text": "?", "kind": kind} | QUESTIONS[kind]
    return QuizTemplate({"title": "Notations", "questions": [entry]}).variant(plain_seeds("1")).questions[0]


@pytest.mark.parametrize(("kind", "answer", "verdicts"), CASES)
def test_an_answer_is_what_it_says(kind, answer, verdicts):
    """Whatever way it is written."""
    mark = judge(question(kind), answer)
    assert str(mark.verdict) in verdicts, mark.words()
