"""Nothing that stands in a file is run, and nothing in it ends the reader in a traceback."""

from __future__ import annotations

import ast
import random
import sys
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest

from shapecalc.algebra import Name
from shapecalc.algebra.comparison import Comparison, Relation
from shapecalc.checking import check
from shapecalc.checking.domains import with_domains
from shapecalc.checking.files import CheckOptions, check_files, sources
from shapecalc.checking.page import page
from shapecalc.checking.sizes import can_be_met, fitting
from shapecalc.checking.verdict import CodeVerdict
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source import faults
from shapecalc.formats.source.argument_use import ArgumentUse
from shapecalc.formats.source.programs import Source
from shapecalc.formats.source.run import MAX_EFFORT, ReadingEffort
from shapecalc.formats.source.usages import attribute_use
from tests.campaigns import cases
from tests.work import calls

FOLDERS = [Path(__file__).parent / name for name in ("programs", "corpus")]
FILES = [file.read_text(encoding="utf-8-sig") for folder in FOLDERS for file in sorted(folder.glob("*.py"))]
HEAD = "import torch\nfrom torch import nn\n"
#: Programs that would do harm, or never end.
HOSTILE = {
    "runs a command": "import os\nos.system('touch {canary}')\n",
    "opens a file": "open('{canary}', 'w').write('x')\n",
    "calls exec": "exec(\"open('{canary}', 'w')\")\n",
    "calls eval": "eval(\"open('{canary}', 'w')\")\n",
    "imports by name": "__import__('pathlib').Path('{canary}').touch()\n",
    "decorates": "@__import__('pathlib').Path('{canary}').touch\ndef f(): pass\n",
    "has a metaclass": "class M(type):\n def __new__(c, *a): open('{canary}', 'w')\nclass A(metaclass=M): pass\n",
    "goes through subclasses": "().__class__.__bases__[0].__subclasses__()\n",
    "formats an attribute": "'{{0.__class__}}'.format(1)\n",
    "loops for ever": "while True:\n    pass\n",
    "recurs for ever": "def f(n): return f(n + 1)\nf(0)\n",
    "counts to a million": "for i in range(10 ** 9):\n    x = i\n",
    "has a huge number": "x = 10 ** 10 ** 10\n",
    "shifts far": "x = 1 << 10 ** 9\n",
    "has a huge list": "x = [0] * 10 ** 10\n",
    "doubles a list": "x = [0]\nfor i in range(100):\n    x = x + x\n",
    "doubles a text": "x = 'a'\nfor i in range(100):\n    x += x\n",
    "pads a text": "x = '%1000000000d' % 1\n",
    "formats widely": "x = f'{{1:1000000000}}'\n",
    "replaces much": "x = 'a' * 9999\nfor i in range(50):\n    x = x.replace('a', 'aa')\n",
    "joins much": "x = ['a' * 9999] * 9999\ny = ''.join(x)\nz = y.join([y] * 9999)\n",
    "nests deeply": "x = " + "(" * 150 + "1" + ")" * 150 + "\n",
    "adds deeply": "x = " + "+".join(["1"] * 3000) + "\n",
    "appends a list to itself": "x = []\nx.append(x)\ny = str(x)\n",
    "unpacks a long range": "a, *b = range(10 ** 9)\n",
    "has a long product": "import itertools\nx = list(itertools.product(range(1000), range(1000), range(1000)))\n",
    "has a property that loops": "class A:\n @property\n def x(self): return self.x\nA().x\n",
    "inherits itself": "class A(A): pass\n",
    "binds in an expression": "(x := open('{canary}', 'w'))\n",
    "spreads a call": "print(*[open('{canary}', 'w')], **dict(sep=open('{canary}', 'w')))\n",
    "has a descriptor": "class D:\n def __get__(s, o, c): open('{canary}', 'w')\nclass A:\n d = D()\nA().d\n",
    "sets a descriptor": "class D:\n def __set__(s, o, v): open('{canary}', 'w')\nclass A:\n d = D()\nA().d = 1\n",
    "compiles a text": "exec(compile(\"open('{canary}', 'w')\", 'x', 'exec'))\n",
    "loads a pickle": "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch {canary}'\\ntR.\")\n",
    "overrides an operator": "class A:\n def __add__(s, o): return s + o\nA() + A()\n",
    "recurs through two": "def f(n): return g(n)\ndef g(n): return f(n)\nf(0)\n",
    "has huge digits": "x = " + "9" * 4000 + "\n",
    "multiplies for ever": "x = 3\nfor i in range(10 ** 6):\n    x = x * x\n",
    "is a generator": "def f():\n    while True:\n        yield 1\nfor x in f(): pass\n",
}
NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x)
"""


def judged(text: str, shape: tuple[int, ...] = (4,)) -> CodeVerdict | None:
    """The verdict; None for no network, and for a refusal in our own words."""
    try:
        return check(Source("net.py", text), inputs=[shape]).verdict
    except ShapecalcError:
        return None


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_run(name: str, tmp_path: Path) -> None:
    """The file that each of them would write is not there; the network behind it is checked all the same."""
    canary = tmp_path / "canary"
    text = HEAD + HOSTILE[name].format(canary=canary) + NET
    assert judged(text) is not CodeVerdict.WRONG
    assert not canary.exists()


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_run_within_forward(name: str, tmp_path: Path) -> None:
    """Likewise where it stands in forward."""
    lines = HOSTILE[name].format(canary=tmp_path / "canary").splitlines()
    body = "".join(f"        {line}\n" for line in lines)
    judged(HEAD + NET.replace("        return", f"{body}        return"))
    assert not (tmp_path / "canary").exists()


#: What may stand in a file after a letter of it has changed.
LETTERS = "()[]{}:,.=+-*/@%&|~<>!\\ \n\t0123456789abN'\"_#"
#: Pieces of programs that would do harm, among the letters.
PIECES = [text.format(canary="CANARY") for text in HOSTILE.values() if "{canary}" in text]
#: What the interpreter says that it does when a program is run, or reaches outside.
EVENTS = {"exec", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "socket.connect", "pickle.find_class"}


class Watch:
    """The events of the interpreter, noted while the watch is on; a hook cannot be taken away."""

    is_on = False
    noted: ClassVar[list[str]] = []


def _note(event: str, _: tuple[object, ...]) -> None:
    if Watch.is_on and event in EVENTS:
        Watch.noted.append(event)


sys.addaudithook(_note)


def mutated(chance: random.Random) -> str:
    """A program with letters changed, and some of it doubled, taken out or exchanged for a piece that would do harm."""
    text = chance.choice(FILES)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(text) + 1)
        end = place + chance.choice((0, 1, 1, 2, 40))
        kind = chance.randrange(8)
        new = chance.choice(PIECES) if kind == 0 else text[place:end] * 2 if kind == 1 else chance.choice(LETTERS)
        text = text[:place] + new + text[end:]
    return text


def test_mutated_files_are_read_or_refused() -> None:
    """A verdict, or a refusal of our own; nothing is run, within the bound on steps, and no file is made."""
    judged(HEAD + NET)
    judged(HEAD + NET.replace("self.fc(x)", "self.fx(x)"))  # imports what names mistakes, before the watch is on
    chance = random.Random(7)  # noqa: S311  the same every time
    Watch.noted.clear()
    for _ in range(cases(150, deep=10_000)):
        source = Source("net.py", mutated(chance))
        Watch.is_on = True
        try:
            check(source, inputs=[(3, 32, 32)])
        except ShapecalcError:
            continue
        finally:
            Watch.is_on = False
        assert source.effort.steps <= 2 * MAX_EFFORT
    assert Watch.noted == []
    assert not Path("CANARY").exists()


def networks(count: int) -> str:
    return HEAD + "".join(NET.replace("Net", f"Net{number}") for number in range(count))


def test_twice_the_networks_take_twice_the_work() -> None:
    """A network is read without those that it does not mention."""
    check(Source("net.py", NET))  # imports are not counted
    few, many = (calls(partial(check, Source("net.py", networks(count)))) for count in (20, 60))
    assert many < 4 * few


def test_a_file_of_much_work_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The networks behind the bound on steps are not called fine, nor wrong."""
    monkeypatch.setattr("shapecalc.formats.source.run.MAX_EFFORT", 8_000)
    verdicts = [network.verdict for network in check(Source("net.py", networks(20))).networks]
    assert (verdicts[0], verdicts[-1], len(verdicts)) == (CodeVerdict.FINE, CodeVerdict.UNKNOWN, 20)


def test_the_search_for_repairs_reads_the_changed_class_alone() -> None:
    """Three times the wrong networks, each in its own class, take about three times the work."""
    wrong = HEAD + NET.replace("8, 3)", "8, 3), nn.Linear(1, 2)")
    few, many = (calls(partial(check, Source("net.py", networks(count)), inputs=[(5, 32, 32)])) for count in (20, 60))
    assert check(Source("net.py", wrong), inputs=[(5, 32, 32)]).verdict is CodeVerdict.WRONG
    assert many < 4 * few


def test_domains_follow_the_file_once() -> None:
    """And not once for each network."""
    few, many = (
        calls(partial(with_domains, check(source), source))
        for source in (Source("net.py", networks(count)) for count in (20, 60))
    )
    assert many < 4 * few


def test_the_search_for_a_size_tries_the_strictest_condition_first() -> None:
    """Each of the layers that shrink the input is one more condition, and most sizes fail the last."""
    effort = ReadingEffort()
    width = Name("W")
    conditions = [(Comparison(width, Relation.AT_LEAST, each),) for each in range(1, 1_000)]
    assert fitting(conditions, [width], effort)[0] == {width: 999}
    assert effort.steps < 20_000


def test_the_search_for_a_size_takes_steps() -> None:
    """It ends once those of the program are spent, for conditions on two letters that no sizes meet, say."""
    effort = ReadingEffort(limit=1_000)
    height, width = Name("H"), Name("W")
    odd = (Comparison(2 * height + 4 * width, Relation.EQUAL, 4_001),)
    assert not fitting([odd], [height, width], effort)
    assert not can_be_met([odd], effort)
    assert effort.steps < 1_100


def test_an_import_is_sought_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many readings of a program follow it."""
    (tmp_path / "blocks.py").write_text(HEAD + NET.replace("Net", "Block"))
    (tmp_path / "net.py").write_text("from blocks import Block\n" + networks(30))
    source = Source.of_file(tmp_path / "net.py")
    sought: list[str] = []
    is_file = Path.is_file

    def seek(path: Path) -> bool:
        sought.append(path.name)
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", seek)
    assert check(source).verdict is CodeVerdict.FINE
    assert sought.count("blocks.py") <= 2


def test_a_file_is_walked_once_for_all_attributes_of_an_argument() -> None:
    """A configuration may have hundreds."""
    tree = ast.parse("".join(f"a{number} = config.width{number} + 1\n" for number in range(500)))

    def read(count: int) -> list[ArgumentUse]:
        return [attribute_use(tree, "config", f"width{number}", str) for number in range(count)]

    assert calls(partial(read, 500)) < 2 * calls(partial(read, 1))


def test_a_name_that_was_meant_is_sought_where_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for each fault that is left out, as those of a program's own functions are."""
    sought: list[str] = []

    def seek(name: str, *_: object) -> tuple[str, ...]:
        sought.append(name)
        return ("net",)

    monkeypatch.setattr(faults, "similar", seek)
    strays = "".join(f"a{number} = wrong{number}\n" for number in range(100))
    assert check(Source("net.py", f"{HEAD}{strays}{NET}")).verdict is CodeVerdict.FINE
    assert sought == []
    wrong = check(Source("net.py", f"{HEAD}{NET.replace('(x)', '(y)')}"))
    assert "(did you mean net?)" in wrong.networks[0].problems[0].message
    assert "y" in sought


def test_an_attribute_of_a_tensor_that_may_be_meant_takes_steps() -> None:
    """A loop may ask thousands of times, each by another name."""
    effort = ReadingEffort()
    lines = "".join(f"        x.quux{number}\n" for number in range(100))
    check(Source("net.py", HEAD + NET.replace("        return", f"{lines}        return"), effort=effort))
    assert effort.steps > 10_000


def _work(layers: list[str], forward: list[str]) -> int:
    """The work of a check of a network of some lines."""
    made, runs = ("".join(f"        {line}\n" for line in lines) for lines in (layers, forward))
    text = NET.replace("        self.fc", f"{made}        self.fc").replace("        return", f"{runs}        return")
    return calls(partial(check, Source("net.py", HEAD + text)))


@pytest.mark.parametrize(
    ("layers", "forward", "most"),
    [
        ([], ["for i in range({count}):", "    x = x + 1"], 450),  # where the sum lies in memory is not worked out
        ([], ["for i in range({count}):", "    x = x.view(x.size(0), -1, 2, 2)", "x = x.flatten(1)"], 3_500),
        (["self.a{number} = nn.Linear(4, 4)"], ["x = self.a{number}(x)"], 3_000),
        (["self.unused{number} = nn.Linear(4, 4)"], [], 2_500),
    ],
)
def test_the_work_of_a_check_grows_with_the_program(layers: list[str], forward: list[str], most: int) -> None:
    """Equal layers on equal shapes are worked out once, and what names them is found once."""

    def work(count: int) -> int:
        made = [line.format(number=number) for line in layers for number in range(count)]
        repeated = [line.format(number=number) for line in forward if "number" in line for number in range(count)]
        return _work(made, repeated or [line.format(count=count) for line in forward])

    assert (work(120) - work(20)) / 100 < most


def test_classes_behind_a_class_take_steps() -> None:
    """Each class has all that stand behind it in its order."""
    chain = "".join(f"class N{number + 1}(N{number}):\n    pass\n" for number in range(5_000))
    effort = ReadingEffort()
    result = check(Source("net.py", HEAD + NET.replace("Net", "N0") + chain, effort=effort))
    assert result.verdict is CodeVerdict.UNKNOWN
    assert effort.is_spent


def test_many_fields_of_an_f_string_are_not_parsed() -> None:
    """Before Python 3.12, its parser searches the f-string for each field."""
    fields = "{1}" * 50_000
    result = check(Source("net.py", f"x = f'{fields}'\n{HEAD}{NET}"))
    expected = CodeVerdict.UNKNOWN if sys.version_info < (3, 12) else CodeVerdict.FINE
    assert result.verdict is expected
    if expected is CodeVerdict.UNKNOWN:
        assert "the f-string on line 1 has too many fields" in result.problems[0].message
    assert check(Source("net.py", f"x = '{fields}'\n{HEAD}{NET}")).verdict is CodeVerdict.FINE


@pytest.mark.parametrize("operation", ["s + s", "s * 2", "'x' * 20000", "(1,) * 20000"])
@pytest.mark.parametrize("place", ["module", "forward"])
def test_long_lists_take_steps(operation: str, place: str) -> None:
    """As their items are copied, and looked through for tensors."""
    loop = f"s = [1] * 10000\nfor i in range(100):\n    t = {operation}\n"
    body = "".join(f"        {line}\n" for line in loop.splitlines())
    text = HEAD + (loop + NET if place == "module" else NET.replace("(self, x):\n", f"(self, x):\n{body}"))
    source = Source("net.py", text)
    check(source)
    assert source.effort.steps > 100 * 20_000 / 50


def test_classes_behind_what_takes_too_many_steps_are_not_known() -> None:
    """They are named, and not passed over as if the file had no network."""
    (network,) = check(Source("net.py", f"{HEAD}while True:\n    x = [1] * 20000\n{NET}")).networks
    assert (network.name, network.verdict) == ("Net", CodeVerdict.UNKNOWN)
    assert check(Source("net.py", f"{HEAD}{NET}while True:\n    x = [1] * 20000\n")).networks[0].name == "Net"


def test_a_folder_of_many_characters_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are held together."""
    monkeypatch.setattr("shapecalc.checking.files.MAX_CHARACTERS", 500)
    for number in range(5):
        (tmp_path / f"net{number}.py").write_text(HEAD + NET)
    with pytest.raises(ShapecalcError, match="has more than 500 characters in its files; name some of them"):
        sources([str(tmp_path)])


def test_what_cannot_be_read_does_not_end_the_check_of_a_folder(tmp_path: Path) -> None:
    """A file that is nested too deeply, is no text or no notebook is unknown, and the others are checked."""
    (tmp_path / "deep.py").write_text(f"x = {'-' * 100_000}1\n")
    (tmp_path / "fine.py").write_text(HEAD + NET)
    (tmp_path / "latin.py").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "torn.ipynb").write_text("bad")
    results = {Path(each.file).name: each for each in check_files(sources([str(tmp_path)]), CheckOptions())}
    verdicts = {name: str(each.verdict) for name, each in results.items()}
    assert verdicts == {"deep.py": "unknown", "fine.py": "fine", "latin.py": "unknown", "torn.ipynb": "unknown"}
    assert page(results["deep.py"]).text(width=300) == (
        f"{tmp_path / 'deep.py'}: unknown\n  Cannot tell: {tmp_path / 'deep.py'} is nested too deeply."
    )


def test_of_a_long_line_only_the_part_around_the_mistake_is_shown() -> None:
    """The mark stands below it."""
    text = f"x = [{'1, ' * 500}(2 3)]\n"
    shown = page(check(Source("net.py", text))).text(width=300).splitlines()
    line, mark = shown[-2:]
    assert len(line) < 200
    assert line[mark.index("^") :].startswith("2 3")


#: What changes a network behind the back of a reader, or gives no tensor: __init__, forward, what stands before, how
#: forward is defined.
UNCERTAIN = {
    "a text that is run": ("exec('self.l = nn.Linear(3, 10)')", "return self.l(x)", "", "def"),
    "the attributes of a module": ("vars(self)['l'] = nn.Linear(3, 10)", "return self.l(x)", "", "def"),
    "a layer that is replaced": ("self.l = nn.Linear(3, 10)", "return self.l(x)", "nn.Linear = nn.Identity\n", "def"),
    "a hook that cuts": (
        "self.l = nn.Linear(3, 10); self.l.register_forward_hook(lambda m, i, o: o[:, :5])",
        "return self.l(x)", "", "def",
    ),
    "an asynchronous forward": ("self.l = nn.Linear(3, 10)", "return self.l(x)", "", "async def"),
    "a generator": ("self.l = nn.Linear(3, 10)", "yield self.l(x)", "", "def"),
    "a static forward": ("self.l = nn.Linear(3, 10)", "return self.l(x)", "", "@staticmethod\n    def"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNCERTAIN)
def test_what_changes_a_network_unseen_is_never_judged(case: str) -> None:
    """Neither fine nor wrong: torch may do anything."""
    init, forward, before, define = UNCERTAIN[case]
    text = (
        f"import torch.nn as nn\n{before}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {init}\n    {define} forward(self, x):\n        {forward}\n"
    )
    assert check(Source("net.py", text), inputs=[(3,)]).verdict is CodeVerdict.UNKNOWN


def test_a_hook_that_looks_on_changes_nothing() -> None:
    """It appends what it sees to a list."""
    init = (
        "self.seen = []; self.l = nn.Linear(3, 10); self.l.register_forward_hook(lambda m, i, o: self.seen.append(o))"
    )
    text = (
        "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {init}\n    def forward(self, x):\n        return self.l(x)\n"
    )
    assert check(Source("net.py", text), inputs=[(3,)]).verdict is CodeVerdict.FINE


#: A tuple that holds itself twice, 70 times: few objects, and more parts than can be counted.
TWICE = "t = (1, 2)\nfor i in range(70):\n    t = (t, t)\n"
#: Few steps of Python that take long, or room without end.
COSTLY = {
    "hashes": f"{TWICE}d = {{t: 1}}\n",
    "hashes in a set": f"{TWICE}d = {{t}}\n",
    "looks up": f"{TWICE}d = {{}}\nx = d[t]\n",
    "compares": f"{TWICE}u = (1, 2)\nfor i in range(70):\n    u = (u, u)\nx = t == u\n",
    "copies": f"import copy\n{TWICE}class A:\n    pass\na = A()\na.t = t\nb = copy.deepcopy(a)\n",
    "returns": f"def f():\n    {TWICE.replace(chr(10), chr(10) + '    ')}return t\nx = f()\n",
    "walks": "s = [1] * 20000\nt = [s] * 20000\nx = len([t] * 20000)\n",
    "sorts": "s = list(range(20000))\nfor i in range(20000):\n    t = sorted(s)\n",
    "zips": "s = list(range(20000))\nfor i in range(20000):\n    t = list(zip(s, s, s))\n",
    "sums": "s = list(range(20000))\nfor i in range(20000):\n    t = sum(s)\n",
    "multiplies arrays": "import numpy\na = numpy.arange(20000)\nfor i in range(20000):\n    b = a * 2\n",
    "spreads": "s = [1] * 20000\nfor i in range(20000):\n    t = [*s]\n",
    "names arguments": "d = {str(i): i for i in range(20000)}\nfor i in range(20000):\n    x = dict(**d)\n",
    "slices": "s = [1] * 20000\nfor i in range(20000):\n    t = s[:]\n",
    "shouts": "s = 'a' * 20000\nfor i in range(20000):\n    t = s.upper()\n",
    "fills texts": "s = 'a'\nfor i in range(60):\n    s = f'{s}{s}'\n",
    "fills a list": "s = [1]\nfor i in range(60):\n    s[0:0] = s\n",
    "looks in a range": "x = 'a' in range(10 ** 15)\n",
    "chooses": "import math\nx = math.comb(10 ** 9, 10 ** 8)\n",
    "has many words": "x = [" + "1, " * 300_000 + "]\n",
    "fails often": "x = y\n" * 20_000,
    "calls itself often": '"""' + ">>> Net(1)\n" * 50_000 + '"""\n',
}


@pytest.mark.parametrize("name", COSTLY)
def test_work_is_counted_where_it_is_done(name: str) -> None:
    """In lists, texts and numbers too: without that, one of them takes minutes, or all memory."""
    check(Source("net.py", NET))  # imports are not counted
    verdicts: list[CodeVerdict | None] = []
    assert calls(lambda: verdicts.append(judged(HEAD + COSTLY[name] + NET))) < 12_000_000
    assert verdicts[0] is not CodeVerdict.WRONG


#: Python refuses each of them as a key.
UNHASHABLE = ["d = {(1, [2]): 3}", "d = {{1}: 3}", "d = {(1, [2])}", "d = {}; d[{1}] = 2", "d = {}; x = d[[1]]",
              "d = {[1]: 2 for i in range(3)}", "d = {[1] for i in range(3)}"]  # fmt: skip


@pytest.mark.parametrize("line", UNHASHABLE)
def test_what_cannot_be_a_key_is_a_fault(line: str) -> None:
    """As in Python, and no traceback."""
    verdict = judged(HEAD + NET.replace("        return", f"        {line}\n        return"))
    assert verdict is CodeVerdict.WRONG
    with pytest.raises(TypeError, match="unhashable"):
        exec(line)  # noqa: S102  a line of this file


def test_the_results_of_a_line_are_noted_once() -> None:
    """A line in a loop has a result in each round, and all of them the same layers."""
    rounds = "        for i in range(50):\n            x = self.fc(x)\n        return x"
    loop = NET.replace("        return self.fc(x)", rounds)
    network = check(Source("net.py", HEAD + loop.replace("4, 2", "4, 4")), inputs=[(4,)]).networks[0]
    assert len({id(result.layers) for result in network.results if result.layers}) == 1
