"""Quizzes and answers as large as the bounds let in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, final


@final
class Class(NamedTuple):
    """A quiz, and the answers of all students as CSV."""

    quiz: str
    answers: str


def _class(
    questions: Iterable[dict[str, Any]], answers: Callable[[int, int], str], students: int, **keys: Any
) -> Class:
    listed = [{"id": f"q{number}", "text": "?", **question} for number, question in enumerate(questions)]
    rows = [["student", *(question["id"] for question in listed)]]
    rows += [[f"s{i}", *(answers(i, number) for number in range(len(listed)))] for i in range(students)]
    return Class(json.dumps({"title": "t", **keys, "questions": listed}), "".join(",".join(row) + "\n" for row in rows))


_SMALL = {"spec": "Conv2d(3, 8, 3)", "input": "3x32x32"}
_COUNT = {"kind": "expression", "ask": "values"}


def _claims(count: int) -> list[dict[str, Any]]:
    return [
        {"text": f"{number}", "ask": {"measure": "values"}, "more_than": {"measure": "parameters"}}
        for number in range(count)
    ]


#: Classes by the kind of what they hold.
CLASSES: dict[str, Callable[[], Class]] = {
    "short answers": lambda: _class([_COUNT] * 8, lambda i, _: str(i), 5_000, net=_SMALL),
    "many questions": lambda: _class([_COUNT] * 200, lambda i, q: str(i * 200 + q), 200, net=_SMALL),
    "sums": lambda: _class([_COUNT] * 8, lambda i, q: "1+" * 240 + str(i * 8 + q), 100, net=_SMALL),
    "products": lambda: _class([_COUNT] * 8, lambda i, q: "9*" * 240 + str(i * 8 + q), 100, net=_SMALL),
    "powers": lambda: _class([_COUNT] * 8, lambda i, q: "9**9**2*" * 60 + str(i * 8 + q), 100, net=_SMALL),
    "brackets": lambda: _class([_COUNT] * 8, lambda i, q: "(" * 19 + str(i * 8 + q) + ")" * 19, 1_000, net=_SMALL),
    "words": lambda: _class([_COUNT] * 8, lambda i, q: "idk " * 120 + str(i * 8 + q), 100, net=_SMALL),
    "shapes": lambda: _class(
        [{"kind": "shape", "ask": "output_shape"}] * 8,
        lambda i, q: "x".join(["9"] * 200) + str(i * 8 + q),
        100,
        net=_SMALL,
    ),
    "integers": lambda: _class(
        [{"kind": "integer", "ask": "values"}] * 8, lambda i, q: "1" * 480 + str(i * 8 + q), 100, net=_SMALL
    ),
    "decimals": lambda: _class(
        [{"kind": "integer", "ask": "values"}] * 8, lambda i, q: "1519." + "9" * 480 + str(i * 8 + q), 100, net=_SMALL
    ),
    "choices": lambda: _class(
        [{"kind": "select-all", "options": _claims(20)}] * 40, lambda i, q: f'"a, b, c {i * 40 + q}"', 1_000, net=_SMALL
    ),
    "choices in words": lambda: _class(
        [{"kind": "select-all", "options": _claims(20)}] * 8,
        lambda i, q: f'"{"a, " * 150}{i * 8 + q}"',
        100,
        net=_SMALL,
    ),
    "nets": lambda: _class(
        [
            {**_COUNT, "net": {"spec": f"Conv2d(3, 3, 3) Conv2d(3, {i + 1}, 3, 2) " + "ReLU " * 30, "input": "3x64x64"}}
            for i in range(200)
        ],
        lambda i, _: str(i),
        200,
    ),
    "one large net": lambda: _class(
        [{"kind": "expression", "ask": {"measure": "parameters"}}] * 200,
        lambda i, _: str(i),
        200,
        net={"spec": "Linear(8,8) " * 1_600, "input": "8"},
    ),
    "fields": lambda: _class(
        [{"kind": "integer", "ask": {"measure": "receptive_field", "node": f"conv{i + 1}"}} for i in range(200)],
        lambda i, _: str(i),
        200,
        net={"spec": "Conv2d(3,3,3) " * 1_400, "input": "3x4000x4000"},
    ),
    "zoo": lambda: _class(
        [
            {**_COUNT, "net": {"spec": f"zoo:{name}"}}
            for name in ("densenet201", "efficientnet_v2_l", "regnet_y_128gf", "vit_h_14", "resnet152", "inception_v3")
        ],
        lambda i, _: str(i),
        1_000,
    ),
}
