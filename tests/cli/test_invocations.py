"""Wrong command lines: each ends with one line that names what is wrong and what to try, and with its status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.pages import Shell

#: What is typed, and what is answered; the status is 2.
MISTAKES = {
    "net": "Missing argument 'SPEC'. See shapecalc net --help.",
    "net ''": "The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'.",
    "net ' '": "The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'.",
    "net 'Conv2d(3, 8, 3)' --inptu 3x8x8": "No such option: --inptu (did you mean --input?). See shapecalc net --help.",
    "net 'Conv2d(3, 8, 3)' -i": "Option '-i' requires an argument. See shapecalc net --help.",
    "net 'Conv2d(3, 8, 3)' -i ''": (
        "Option '--input' is empty; give it a value, or leave it out. See shapecalc net --help."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x-8x8": "A size must be at least 1, but '3x-8x8' has -8.",
    "net 'Conv2d(3, 8, 3)' -i 3xtruextrue": "'true' is not a size: 'true' is not an integer.",
    "net 'Conv2d(3, 8, 3)' -i 3x0x8": "A size must be at least 1, but '3x0x8' has 0.",
    "net 'Conv2d(3, 8, 3)' -i 3x8.5x8": "'8.5' is not a size; write a number, a letter, or a shape such as 3x130x130.",
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 -i 3x9x9": (
        "There are shapes of 2 inputs, but only a network of source code takes several."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --batch 0": "The batch must be at least 1, not 0.",
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --batch -4": "The batch must be at least 1, not -4.",
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --batch ''": (
        "Option '--batch' is empty; give it a value, or leave it out. See shapecalc net --help."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --batch 1.5": "The batch must be a number or a letter, not '1.5'.",
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --optimizer adma": (
        "There is no optimizer adma (did you mean adam?); known are sgd, momentum, adam, adamw."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --dtype fp17": (
        "There is no number type fp17; known are float64, float32, float16, bfloat16, int64, int32, int16, int8, amp."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --depth 0": (
        "The depth is at least 1, not 0; for the totals alone there is --totals."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --depth x": (
        "Invalid value for '--depth': 'x' is not a whole number. See shapecalc net --help."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --by name": "--by takes the word type, not name.",
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --by type --depth 2": (
        "Layers are folded to a depth, or summed by type, or left out for the totals; ask for one."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --columns ''": (
        "Option '--columns' is empty; give it a value, or leave it out. See shapecalc net --help."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --columns name,flops": (
        "There is no column flops; there are name, type, layer, reads, layers, input, output, values, parameters,"
        " trainable, buffers, MACs, saved, field, jump, local path, start."
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --columns name,name": "The column name is named twice.",
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --totals --columns name": "The totals have no columns.",
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --convention keras": (
        'count: convention="keras" is not known; it may be "torch", "fvcore", "thop", "ptflops", "ptflops-aten", '
        '"torchinfo", "paper".'
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 --semantics tf": (
        'compare: semantics="tf" is not known; it may be "torch", "keras", "onnx".'
    ),
    "net 'Conv2d(3, 8, 3)' -i 3x8x8 extra": (
        "There is an argument too many: extra; put a text with spaces in quotes. See shapecalc net --help."
    ),
    "net 'Conv2d(3, 8, 3' -i 3x8x8": "column 15: ')' is missing.",
    "net 'Conv2d(3, 8)' -i 3x8x8": (
        "column 1: Conv2d needs kernel_size; to have in_channels found from the input, write LazyConv2d(3, 8)."
    ),
    "net 'Conv2d(3, 8, 3, strid=2)' -i 3x8x8": (
        "column 1: Conv2d has no argument strid (did you mean stride?); it takes in_channels, out_channels, "
        "kernel_size, stride, padding, dilation, groups, bias, padding_mode."
    ),
    "net \"Conv2d(3, 8, 'x')\" -i 3x8x8": (
        'column 1: Conv2d: expected an integer or a tuple of 2 but got kernel_size="x".'
    ),
    "net 'Conv3x(3, 8, 3)' -i 3x8x8": "column 1: there is no layer Conv3x (did you mean Conv3d?).",
    "net zoo:resnet51": "There is no resnet51 in the zoo (did you mean resnet50?).",
    "net zoo:": "There is no '' in the zoo; the command `shapecalc zoo` lists all.",
    "net nofile.yaml": "Cannot read nofile.yaml: No such file or directory.",
    "net /dev/zero": (
        "/dev/zero is not a network file; the name of one ends in .yaml, .yml, .json, .txt, .py or .ipynb."
    ),
    "conv": "Missing argument 'SIZE'. See shapecalc conv --help.",
    "conv 130": "Missing option '--k'. See shapecalc conv --help.",
    "conv 130 --k": "Option '--k' requires an argument. See shapecalc conv --help.",
    "conv 130 --k ''": "Option '--k' is empty; give it a value. See shapecalc conv --help.",
    "conv 130 --k 3 --k 5": "Option '--k' is given 2 times; give it once. See shapecalc conv --help.",
    "conv -130 --k 3": "A size is at least 1, and what begins with a dash is an option. See shapecalc conv --help.",
    "conv 0 --k 3": "A size must be at least 1, but '0' has 0.",
    "conv '' --k 3": "A shape has between 1 and 16 sizes, but '' has 0.",
    "conv 1x2x3x4x5x6 --k 3": (
        "1x2x3x4x5x6 does not have channels and one to three axes; write for example 130, or 3x130x130."
    ),
    "conv 130 --k 3 --dims 4": "Invalid value for '--dims': 4 is not from 1 to 3. See shapecalc conv --help.",
    "conv 130 --k 3 --out 0": "conv1: Conv2d(D, 0, 3): --out must be at least 1, but --out = 0 < 1. Try --out 1.",
    "conv 130 --k 3 --in -3": "--in must be at least 1, but is -3.",
    "conv 130 --k 3 --groups 0": (
        "conv1: Conv2d(D, K, 3, groups=0): --groups must be at least 1, but --groups = 0 < 1. Try --groups 1."
    ),
    "conv 130 --k 3 --p sam": 'conv: --p="sam" is not known; it may be "valid", "same", "causal", "tf_same".',
    "pool 64 --k 2 --p same": 'pool: --p="same" is not known; it may be "tf_same".',
    "pool 64 --k 2 --avg --d 2": "--d belongs to a max pooling; an average pooling has no dilation.",
    "deconv 16 --k 3 --a -1": (
        "deconv1: ConvTranspose2d(D, K, 3, output_padding=-1): --a must not be negative along the height, but A ="
        " −1 < 0. Try --a 0."
    ),
    "domain": "Missing argument 'SPEC'. See shapecalc domain --help.",
    "domain 'MaxPool2d(2)' --batch 3": (
        "domain takes no --batch: which inputs are legal does not depend on it; for memory try shapecalc net."
    ),
    "domain 'MaxPool2d(2)'": "The shape of the input is not known; give it without the batch, as in --input 3x130x130.",
    "solve": "Missing argument 'QUESTION'. See shapecalc solve --help.",
    "solve 227": 'One size is no question; write two, such as "227 -> 55".',
    "solve 227 55 33": "Expected one text, or two sizes as in 227 55, but got 3 texts; quote a text.",
    "solve '227 -> '": (
        '\'227 -> \' is not a question about one layer; write for example "227 -> 55", "3x227x227 -> 96x55x55" or '
        '"W -> W/2".'
    ),
    "solve '227 -> 0'": "A size must be at least 1, but '0' has 0.",
    "solve '227 -> 55' --layer convv": (
        'solve: layer="convv" is not known; it may be "conv", "pool", "avgpool", "deconv".'
    ),
    "solve '227 -> 55' --k 11..3": "--k: 11..3 is empty; write the smaller number first.",
    "solve '227 -> 55' --k abc": "--k: 'abc' is not a range; write 3, 3..7 or 1,3,5.",
    "solve zoo:resnet50 --memory '8 apples'": (
        "--memory: '8 apples' cannot be read; write a size such as 2 GiB, 512 MB or 1048576 (bytes)."
    ),
    "solve zoo:resnet50 --memory '-8 GiB'": (
        "--memory: '-8 GiB' cannot be read; write a size such as 2 GiB, 512 MB or 1048576 (bytes)."
    ),
    "solve zoo:resnet50 --memory ''": (
        "Option '--memory' is empty; give it a value, or leave it out. See shapecalc solve --help."
    ),
    "solve zoo:resnet50 --macs 4Q": "--macs: '4Q' cannot be read; write a number such as 1e6, 1_000_000 or 25.6M.",
    "solve zoo:resnet50 --parameters many": (
        "--parameters: 'many' cannot be read; write a number such as 1e6, 1_000_000 or 25.6M."
    ),
    "solve zoo:resnet50": (
        "Say what is wanted of these layers with one of --output, --field, --parameters, --macs, --memory, "
        "--restore or --repeat."
    ),
    "solve zoo:resnet50 --input 3x224x224 --output 10x10": (
        "The input 3x224x224 has no letters; write some, as in 3xHxW."
    ),
    "solve 'Conv2d(3, 8, 3)' --restore": "--restore needs --input; see shapecalc solve --help.",
    "solve 'Conv2d(3, 8, 3)' --repeat": "--repeat needs --field; see shapecalc solve --help.",
    "solve 'Conv2d(3, 8, F)' -i 3x8x8 --field x": (
        "--field: 'x' cannot be read; write a number such as 1e6, 1_000_000 or 25.6M."
    ),
    "explain": "Missing argument 'SPEC'. See shapecalc explain --help.",
    "explain 'ReLU' -i 3x8x8 --node conv7": "The network has no node conv7.",
    "explain 'ReLU' -i 3x8x8 --node ''": (
        "Option '--node' is empty; give it a value, or leave it out. See shapecalc explain --help."
    ),
    "layers Conv2x": "There is no layer Conv2x (did you mean Conv2d?).",
    "layers ''": "There is no layer ''; `shapecalc layers` lists all.",
    "zoo resnet500": "There is no resnet500 in the zoo (did you mean resnet50?).",
    "check": "Missing argument 'FILES'. See shapecalc check --help.",
    "check nofile.py": "Cannot read nofile.py: No such file or directory.",
    "grade": "Missing argument 'QUIZ'. See shapecalc grade --help.",
    "grade nofile.yaml docs/examples/flatten-answers.csv": "Cannot read nofile.yaml: No such file or directory.",
    "grade docs/examples/flatten-quiz.yaml nofile.csv": "Cannot read nofile.csv: No such file or directory.",
    "nett ReLU": "No such command 'nett'. Did you mean 'net'? See shapecalc --help.",
}
#: Files that are no networks, by name: what they hold, and the answer behind the name.
FILES = {
    "empty.yaml": (b"", ": expected keys with their values, but found nothing."),
    "empty.txt": (b"", ": The text has no layers; write some, such as 'Conv2d(3, 10, 3) ReLU()'."),
    "binary.txt": (b"\xff\xfe\x00", " is not a text in UTF-8."),
    "broken.json": (b'{"a": 1', ": line 1: Expecting ',' delimiter."),
    "broken.yaml": (b"layers: [ReLU", ": line 1: expected ',' or ']', but got '<stream end>'."),
    "bare.yaml": (b"input: 3x8x8", ": layers: is missing."),
    "broken.py": (b"x = (", ", line 1: Python cannot parse this: '(' was never closed."),
    "bare.py": (b"x = 1", " defines no network."),
}


@pytest.mark.parametrize("command", MISTAKES)
def test_a_mistake_is_answered_in_one_line(command: str) -> None:
    """In plain words, with status 2; with --json the same words are an object as well."""
    shell = Shell()
    assert (shell.run(f"shapecalc {command}"), shell.status) == (f"{MISTAKES[command]}\n", 2)
    name, *words = command.split(maxsplit=1)
    printed, _, _ = shell.run(" ".join(["shapecalc", name, "--json", *words])).rpartition("}\n")
    assert json.loads(f"{printed}}}")["error"] == MISTAKES[command]


@pytest.mark.parametrize("command", ["net", "explain", "domain"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_network_is_named(name: str, command: str, tmp_path: Path) -> None:
    """With what is wrong in it, and the line."""
    path = tmp_path / name
    path.write_bytes(FILES[name][0])
    shell = Shell()
    assert (shell.run(f"shapecalc {command} {path}"), shell.status) == (f"{path}{FILES[name][1]}\n", 2)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Neither as a network nor as answers; one without programs has nothing to check."""
    shell = Shell()
    assert shell.run(f"shapecalc net {tmp_path}").startswith(
        f"{tmp_path} is not a network file; the name of one ends in "
    )
    assert shell.run(f"shapecalc check {tmp_path}") == f"{tmp_path} has no Python files and no notebooks.\n"
    assert shell.run(f"shapecalc grade {tmp_path} {tmp_path}") == f"Cannot read {tmp_path}: Is a directory.\n"


def test_two_formats_are_one_too_many() -> None:
    """A table of marks is printed in one format."""
    files = "docs/examples/flatten-quiz.yaml docs/examples/flatten-answers.csv"
    assert Shell().run(f"shapecalc grade {files} --json --csv") == "Give --json or --csv, not both.\n"


def test_options_that_may_be_repeated() -> None:
    """--node names one node each time; a flag says the same twice."""
    shell = Shell()
    shell.run("shapecalc explain 'ReLU ReLU' -i 3x8x8 --node relu1 --node relu2 --json --json")
    assert shell.status == 0


def test_a_number_that_begins_with_a_dash_is_read() -> None:
    """Behind an option."""
    assert Shell().run("shapecalc net ReLU -i 3x8x8 --batch -4") == "The batch must be at least 1, not -4.\n"


def test_a_gradebook_that_is_not_there_is_not_made_in_passing(tmp_path: Path) -> None:
    """A mistyped name is refused by what changes marks, and points are numbers."""
    shell = Shell()
    book = tmp_path / "none.db"
    expected = f"There is no gradebook {book}; shapecalc grade QUIZ FILE --book {book} makes one.\n"
    assert shell.run(f"shapecalc regrade docs/examples/flatten-quiz.yaml --book {book} --diff") == expected
    assert shell.run(f"shapecalc decide Ada size --points 1 --because x --book {book}") == expected
    assert shell.run(f"shapecalc decide Ada size --points 1 --because '' --book {book}") == (
        "Option '--because' is empty; give it a value. See shapecalc decide --help.\n"
    )
    assert shell.run(f"shapecalc decide Ada size --points nan --because x --book {book}") == (
        "The points are a number such as 1 or 0.5, not nan.\n"
    )
    assert not book.exists()


def test_a_class_that_is_refused_makes_no_gradebook(tmp_path: Path) -> None:
    """A mistyped column, engine or number of workers is mended before there is a file."""
    book = tmp_path / "new.db"
    (tmp_path / "a.csv").write_text("student,deepth\nAda,20\n", encoding="utf-8")
    command = f"shapecalc grade docs/examples/flatten-quiz.yaml {{}} --book {book}"
    shell = Shell()
    assert "no question deepth" in shell.run(command.format(tmp_path / "a.csv"))
    assert "Workers are 1 to 256" in shell.run(command.format("docs/examples/flatten-answers.csv --workers 0"))
    assert 'engine="x" is not known' in shell.run(command.format("docs/examples/flatten-answers.csv --engine x"))
    assert not book.exists()
