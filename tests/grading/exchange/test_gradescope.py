"""The autograder for Gradescope: laid out, installed and run as Gradescope does it, on hostile submissions too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from shapecalc.errors import SpecError
from shapecalc.formats.writing import make_folder
from shapecalc.grading import load_template, plain_seeds
from shapecalc.grading.book.marking import Marking
from shapecalc.grading.book.papers import Papers
from shapecalc.grading.exchange.autograder import PaperSet, graded_submission, open_paper_set
from shapecalc.grading.exchange.bank import QuizBank
from shapecalc.grading.exchange.export import export_quiz
from shapecalc.grading.exchange.gradescope import GradescopeFormat, quiz_files
from shapecalc.grading.exchange.wheels import wheels_in
from shapecalc.grading.judge import plain_points
from shapecalc.grading.quiz.fingerprint import quiz_hash
from shapecalc.grading.quiz.template import QuizTemplate
from shapecalc.grading.quizzes import QUIZ_NAMES
from shapecalc.grading.submissions.sittings import Sitting

#: The keys of Gradescope's specification, of the results and of a test.
KEYS = {"score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "extra_data", "tests"}
TEST_KEYS = {"score", "max_score", "status", "name", "number", "output", "output_format", "tags", "visibility"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}

QUIZ = {
    "title": "Sizes",
    "questions": [
        {"id": "out-width", "text": "How wide?", "kind": "integer", "ask": "width",
         "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x32x32"}},
        {"id": "count", "text": "How many parameters?", "kind": "expression", "points": 2, "feedback": "after-deadline",
         "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x32x32"}, "ask": "parameters"},
        {"id": "secret", "text": "How many channels?", "kind": "integer", "feedback": "never",
         "net": {"spec": "Conv2d(3, 8, 3)", "input": "3x32x32"}, "ask": "channels"},
    ],
}  # fmt: skip


def gradescope_score(results: dict) -> float:
    """What Gradescope makes of results: the score for all, which takes the place of the tests' own, or their sum."""
    assert set(results) <= KEYS
    assert results.get("stdout_visibility", "hidden") in VISIBILITIES
    assert ("score" in results) != ("tests" in results)
    for test in results.get("tests", ()):
        assert set(test) <= TEST_KEYS
        assert "score" in test
        assert test.get("visibility", "visible") in VISIBILITIES
    return results["score"] if "score" in results else sum(test["score"] for test in results["tests"])


def write(folder: Path, **files: str | bytes) -> Path:
    """A folder with files, whose names have a point for two underscores."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture
def papers():
    return PaperSet(QuizTemplate(QUIZ), {"001": "1"})


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    """A folder as Gradescope makes it from the archive, its setup run."""
    root = tmp_path_factory.mktemp("autograder")
    content = GradescopeFormat().write(QuizBank(QuizTemplate(QUIZ), 1)).content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        archive.extractall(root / "source")
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    setup = run(root / "source" / "setup.sh")
    assert setup.returncode == 0, setup.stdout + setup.stderr
    return root


def run(script: Path) -> subprocess.CompletedProcess[str]:
    """A script as the image runs it, whose apt has nothing to offer."""
    tools = script.parent / "tools"
    tools.mkdir(exist_ok=True)
    apt = tools / "apt-get"
    apt.write_text("#!/bin/sh\nexit 1\n")
    apt.chmod(0o755)
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
    command = ["/bin/bash", str(script)]
    return subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603  a script of ours


def submit(root: Path, **files: str | bytes) -> tuple[dict, str]:
    """The results of a submission and what the instructor sees."""
    folder = root / "submission"
    if folder.exists():
        for path in folder.iterdir():
            path.unlink()
    write(folder, **files)
    process = run(root / "run_autograder")
    assert process.returncode == 0
    assert not process.stderr
    return json.loads((root / "results" / "results.json").read_text()), process.stdout


def test_a_program_is_graded_and_not_run(autograder, tmp_path):
    """A submitted program has the marks of its assignments, and does nothing."""
    mark = tmp_path / "executed"
    program = f"open({str(mark)!r}, 'w')\nout_width = 30\ncount = 3*3*3*8 + 8\nsecret = '8'\n"
    results, report = submit(autograder, hw__py=program)
    assert gradescope_score(results) == 4
    assert "submission: 4 of 4" in report
    assert not mark.exists()


def test_modules_of_a_submission_are_not_imported(autograder, tmp_path):
    """A file that has the name of a module of the autograder, or of Python, stays a file."""
    mark = tmp_path / "imported"
    code = f"open({str(mark)!r}, 'w')\n"
    files = dict.fromkeys(("shapecalc__py", "pydantic__py", "json__py", "sitecustomize__py", "ast__py"), code)
    results, _ = submit(autograder, hw__txt="out-width: 30", **files)
    assert gradescope_score(results) == 1
    assert not mark.exists()


def test_a_notebook_is_read_by_the_wheels_alone(autograder):
    """A notebook's answers are read with the notebook package in the archive."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "source": "out_width = 30",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    assert gradescope_score(submit(autograder, hw__ipynb=json.dumps(notebook))[0]) == 1


def test_results_are_written_where_grading_fails(autograder):
    """Where the autograder fails, the student is told that it is no mistake of theirs, the instructor what happened."""
    quiz = autograder / "source" / "quiz" / "quiz.json"
    content = quiz.read_bytes()
    quiz.write_text("{}")
    try:
        results, report = submit(autograder, hw__txt="out-width: 30")
    finally:
        quiz.write_bytes(content)
    assert gradescope_score(results) == 0
    assert "not your mistake" in results["output"]
    assert "For the instructor" in report
    assert "quiz.json" in report
    assert "quiz.json" not in results["output"]


def test_a_setup_that_fails_is_said_with_each_submission(autograder):
    """An image with another machine is refused by its name, then and with every submission."""
    setup = autograder / "source" / "setup.sh"
    text = setup.read_text()
    other = autograder / "source" / "other.sh"
    other.write_text(text.replace(f'machine="{os.uname().machine}"', 'machine="s390x"'))
    refused = run(other)
    results, report = submit(autograder, hw__txt="out-width: 30")
    (autograder / "source" / "setup-failed").unlink()
    assert refused.returncode == 1
    assert "s390x" in refused.stderr
    assert gradescope_score(results) == 0
    assert "s390x" in report


def test_another_python_is_refused_by_its_version(autograder, tmp_path):
    """An image without the wheels' Python is refused with what it has and what to do."""
    text = (autograder / "source" / "setup.sh").read_text()
    script = write(tmp_path / "image", setup__sh=text.replace(f"{sys.version_info[0]}.{sys.version_info[1]}", "3.99"))
    refused = run(script / "setup.sh")
    assert refused.returncode == 1
    assert "Python 3.99, but the image has Python 3." in refused.stderr


def test_the_archive_is_the_same_each_time():
    """The same quiz gives the same bytes, and the scripts may be run."""
    contents = {GradescopeFormat().write(QuizBank(QuizTemplate(QUIZ), 1)).content for _ in range(2)}
    assert len(contents) == 1
    with zipfile.ZipFile(BytesIO(contents.pop())) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert modes["papers.json"] == 0o644


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_marks_are_ours_for_every_answer_of_the_tests(name, tmp_path):
    """Each answer, right or wrong, by which a quiz is tested earns in a submission what it earns here."""
    template = load_template(f"quiz:{name}")
    quiz = template.variant(plain_seeds("1"))
    paper_set = PaperSet(template, {"001": "1"})
    for at in range(6):
        answers = [question.tests[at % len(question.tests)][0] if question.tests else "" for question in quiz.questions]
        entries = dict(zip([question.id for question in quiz.questions], answers, strict=True))
        results, _ = graded_submission(paper_set, write(tmp_path / str(at), hw__json=json.dumps(entries)))
        ours = Marking(Papers(template)).result_of(Sitting("Ada", (tuple(answers),)), quiz)
        assert gradescope_score(results) == pytest.approx(float(ours.points), abs=0.001)
        assert [test["score"] for test in results["tests"]] == [plain_points(mark.points) for mark in ours.marks]


@pytest.mark.parametrize("name", QUIZ_NAMES)
def test_the_quiz_in_the_archive_is_the_quiz(name, tmp_path):
    """With the files of its networks, the quiz that lies in an autograder is the same version."""
    template = load_template(f"quiz:{name}")
    for path, content in {**quiz_files(QuizBank(template, 1)), "papers.json": b'{"001": "1"}'}.items():
        make_folder((tmp_path / path).parent)
        (tmp_path / path).write_bytes(content)
    papers = open_paper_set(tmp_path)
    assert quiz_hash(papers.any_paper) == quiz_hash(template.variant(plain_seeds("1")))


def test_feedback_waits_for_the_deadline(papers, tmp_path):
    """What is shown after the deadline is held back by Gradescope, and what is never shown is not in the results."""
    results, _ = graded_submission(papers, write(tmp_path / "s", hw__txt="out-width: 31\ncount: 216\nsecret: 3"))
    width, count, secret = results["tests"]
    assert (width["visibility"], count["visibility"], secret["visibility"]) == ("visible", "after_due_date", "visible")
    assert "key       30" in width["output"]
    assert "key       224" in count["output"]
    assert "key" not in secret["output"]


def test_a_blank_answer_is_not_told_the_key(papers, tmp_path):
    """Who submits nothing, and may submit again, learns no key."""
    results, _ = graded_submission(papers, write(tmp_path / "s", hw__txt="secret: 3"))
    assert "verdict   blank" in results["tests"][0]["output"]
    assert not [test["name"] for test in results["tests"] if "key" in test["output"]]


def test_an_undecided_answer_is_listed_for_the_instructor(papers, tmp_path):
    """An answer that cannot be read has no points, and the instructor is shown it."""
    results, report = graded_submission(papers, write(tmp_path / "s", hw__txt="out-width: about ten or so"))
    assert results["tests"][0]["name"] == "out-width: not understood"
    assert "out-width: about ten or so" in report


def test_a_network_is_checked(papers, tmp_path):
    """A submitted program with a network has a verdict, which is worth nothing."""
    program = (
        "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = torch.nn.Conv2d(3, 8, 3)\n        self.fc = torch.nn.Linear(7, 10)\n"
        "    def forward(self, x):\n        return self.fc(self.conv(x).flatten(1))\n"
    )
    results, _ = graded_submission(papers, write(tmp_path / "s", net__py=program, hw__txt="out-width: 30"))
    assert gradescope_score(results) == 1
    assert results["tests"][-1]["name"].startswith("check net.py: ")
    assert results["tests"][-1]["max_score"] == 0


def test_a_paper_is_named_by_its_code(tmp_path):
    """Where papers differ, the code says which one is answered; without it nothing is graded."""
    template = load_template("quiz:one-layer")
    paper_set = PaperSet(template, {f"{seed:03}": str(seed) for seed in range(1, 6)})
    key = str(template.variant(plain_seeds("3")).questions[0].key)
    for code, score in (("003", 1), ("3", 1), ("9", 0), ("", 0), ("x" * 99, 0)):
        text = f"code: {code}\nwidth: {key}" if code else f"width: {key}"
        results, _ = graded_submission(paper_set, write(tmp_path / (code[:3] or "none"), hw__txt=text))
        assert gradescope_score(results) == score, code
        assert ("Nothing is graded" in results.get("output", "")) is not score


def _bomb() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hw.txt", b"0" * 30_000_000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "No answers are submitted"),
        ({"hw__txt": ""}, "No answers are submitted"),
        ({"hw__zip": _bomb()}, "hw.zip: answers are read from"),
        ({"hw__txt": "out-width: 30\n" + "x" * 5_000_000}, "hw.txt: it has more than"),
        ({"hw__py": "x = 3\nbreadth = 30\n"}, "Nothing is graded"),
        ({"a__py": "out_width = 30", "b__py": "out_width = 31"}, "is answered differently in two files"),
        ({"hw__pkl": b"cos\nsystem\n(S'true'\ntR."}, "hw.pkl: answers are read from"),
        ({"hw__ipynb": "{}"}, "hw.ipynb: this is not a notebook"),
        ({"hw__yaml": "a: &a [*a]"}, "hw.yaml"),
        ({"hw__json": "[" * 100_000}, "hw.json"),
        ({"hw__py": "(" * 100_000}, "hw.py: it answers no question"),
    ],
    ids=["empty", "empty-file", "bomb", "huge", "names", "two", "pickle", "no-notebook", "cycle", "deep", "parser"],
)
def test_what_is_no_submission_gets_nothing_and_a_reason(papers, tmp_path, files, words):
    """Whatever is submitted, there are results, no points, and the student is told why."""
    results, _ = graded_submission(papers, write(tmp_path / "s", **files))
    assert gradescope_score(results) == 0
    assert words in results["output"]


def test_links_lead_nowhere(papers, tmp_path):
    """A link in a submission is not followed, whatever it leads to."""
    folder = write(tmp_path / "s", hw__txt="out-width: 30")
    secret = write(tmp_path / "t", key__txt="count: 224")
    (folder / "key.txt").symlink_to(secret / "key.txt")
    (folder / "all").symlink_to(secret)
    results, _ = graded_submission(papers, folder)
    assert gradescope_score(results) == 1
    assert "key.txt: it is a link." in results["output"]


def test_a_folder_that_is_missing_is_said(papers, tmp_path):
    """Without a submission there are results as well."""
    assert "cannot be read" in graded_submission(papers, tmp_path / "none")[0]["output"]


def test_wheels_of_a_folder_must_be_complete_and_for_linux(tmp_path):
    """A folder of wheels is refused where a package is missing, or one is for another system."""
    with pytest.raises(SpecError, match="has no wheel of pydantic, PyYAML, nbformat; fetch wheels"):
        wheels_in(write(tmp_path / "none"))
    names = ("pydantic-2-py3-none-any__whl", "nbformat-5-py3-none-any__whl")
    files: dict[str, str | bytes] = dict.fromkeys(names, b"")
    mac = write(tmp_path / "mac", **files, **{"PyYAML-6-cp312-cp312-macosx_11_0_arm64__whl": b""})
    with pytest.raises(SpecError, match=r"macosx_11_0_arm64\.whl is not for every Linux"):
        wheels_in(mac)
    pythons = {f"a{python}-1-cp{python}-cp{python}-manylinux_2_17_x86_64__whl": b"" for python in (311, 312)}
    both = write(tmp_path / "both", **files, **pythons, **{"PyYAML-6-py3-none-any__whl": b""})
    with pytest.raises(SpecError, match=r"wheels for 3\.11, 3\.12, x86_64"):
        wheels_in(both)


def test_the_export_says_what_gradescope_does_otherwise():
    """Drawn numbers need the codes of the papers, which the export says."""
    export = export_quiz(load_template("quiz:one-layer"), "gradescope", variants=3)
    assert "variants" in [shortcoming.code for shortcoming in export.shortcomings]
    assert "3 papers; for CPython 3." in " ".join(str(export.page()).split())


def test_wheels_are_for_an_autograder_alone(tmp_path):
    """Another format has none, which is said."""
    with pytest.raises(SpecError, match="Wheels are for an autograder, --to gradescope; GIFT has none"):
        export_quiz(QuizTemplate(QUIZ), "gift", wheels=tmp_path)
