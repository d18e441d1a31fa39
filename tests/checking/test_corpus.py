"""Networks as people write them: what is said of each, checked against its index and against torch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shapecalc.checking import fixes
from shapecalc.checking.codes import ERRORS
from shapecalc.checking.files import CheckOptions
from shapecalc.checking.verdict import CodeVerdict, FileCheck, NetworkCheck
from shapecalc.layers import shape_text
from tests.campaigns import cases
from tests.checking.corpus_files import CorpusFile, corpus

pytestmark = pytest.mark.torch

FILES = corpus()
#: Every how many files of the corpus run in torch in the usual tests.
STEP = cases(8, deep=1)
SAMPLE = [*FILES][::STEP]


def _network(result: FileCheck, file: CorpusFile) -> NetworkCheck:
    return next((each for each in result.networks if each.name == file.options.name), result.networks[-1])


def _errors(result: FileCheck) -> list[tuple[int, str]]:
    problems = [*result.problems, *[each for network in result.networks for each in network.problems]]
    return sorted((each.line, each.code) for each in problems if each.severity == "error")


def test_the_corpus_is_large() -> None:
    """At least 120 files in 40 styles, half of them with a mistake, of every kind of error that shapes can have."""
    wrong = [file for file in FILES.values() if not file.is_right]
    codes = {mistake.code for file in wrong for mistake in file.mistakes}
    assert len(FILES) >= 120
    assert len({file.style for file in FILES.values()}) >= 40
    assert 2 * len(wrong) >= len(FILES)
    assert codes == {*ERRORS}


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_its_verdict(name: str) -> None:
    """A right file is fine, with the outputs of the index; a wrong one is wrong at the lines of the index."""
    file = FILES[name]
    result = file.options.check(file.source)
    if file.is_right:
        outputs = tuple(shape_text(tuple(each)) if each else "" for each in _network(result, file).outputs)
        assert (result.verdict, outputs) == (CodeVerdict.FINE, file.outputs)
    else:
        expected = sorted((mistake.line, mistake.code) for mistake in file.mistakes)
        assert (result.verdict, _errors(result)) == (CodeVerdict.WRONG, expected)


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if not file.is_right])
def test_a_file_is_repaired(name: str) -> None:
    """The repairs make the lines of the index, and the network fine; where the index has none, nothing is proposed."""
    file = FILES[name]
    expected = file.mended if all(mistake.is_repaired for mistake in file.mistakes) else file.source
    assert fixes.fixed(file.source, file.options.check).text == expected.text
    assert file.options.check(file.mended).verdict is CodeVerdict.FINE


@pytest.mark.parametrize("name", FILES)
def test_a_right_file_is_not_wrong_without_its_input(name: str) -> None:
    """Whatever input is found in the file, or inferred."""
    file = FILES[name]
    options = replace(file.options, inputs=())
    assert options.check(file.mended).verdict is not CodeVerdict.WRONG


@pytest.mark.parametrize("name", SAMPLE)
def test_a_file_is_in_torch_what_the_index_says(name: str) -> None:
    """Right files, and those with their lines mended, give the outputs of the index; the others fail."""
    file = FILES[name]
    before, after = file.runs(file.source), file.runs(file.mended)
    assert (before is None) is not (file.is_right or file.loses_batch)
    assert after is not None
    assert after.outputs == file.outputs
    result = CheckOptions(file.options.name, file.call, file.options.inputs).check(file.mended)
    assert _network(result, file).parameters == after.parameters
