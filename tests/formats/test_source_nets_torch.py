"""The net of a program computes what the program computes, with its weights under their names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from shapecalc import SpecError
from shapecalc.formats.source.opening import read_network_file
from shapecalc.pytorch import build, verify
from tests.checking.mutants import PROGRAMS, input_shape

pytestmark = pytest.mark.torch

#: Programs of which a net cannot say something yet, with the words of the refusal.
REFUSED = {
    "attention": "line 22: a net cannot say the operator *",
    "crnn_old_sequence": "line 20: a net cannot say Reshape(25N, 512) joins the batch",
    "gru_decoder": "line 20: a net cannot say nn.GRUCell",
    "transformer_positions": "line 24: a net cannot say the operator *",
    "unet_padded": "line 32: a net cannot say torch.nn.functional.pad",
    "vae": "line 16: a net cannot say torch.randn_like",
}
FILES = [file for file in sorted(PROGRAMS.glob("*.py")) if file.stem not in REFUSED]


def module_of(file: Path) -> torch.nn.Module:
    """The network of a program of ours, which is run."""
    scope: dict[str, Any] = {}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), scope)  # noqa: S102  a program of ours
    torch.manual_seed(0)
    return scope["Net"]().eval()


def example(shape: tuple[int, ...], text: str) -> torch.Tensor:
    if "TOKENS" in text:
        return torch.randint(0, 1000, (3, *shape))
    return torch.rand(3, *shape)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_net_computes_what_its_program_computes(file: Path) -> None:
    """With the weights of the program's module, loaded by their names, the outputs are equal; and verify passes."""
    text = file.read_text(encoding="utf-8")
    shape = input_shape(text)
    net = read_network_file(file, "Net", [shape])
    module, built = module_of(file), build(net)
    built.load_state_dict(module.state_dict())
    value = example(shape, text)
    with torch.no_grad():
        expected, outputs = module(value), built.eval()(value)
    assert torch.allclose(outputs, expected, atol=1e-5)
    assert verify(net).ok


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_net_cannot_say_is_refused(name: str) -> None:
    """With the line on which it stands."""
    file = PROGRAMS / f"{name}.py"
    with pytest.raises(SpecError) as refused:
        read_network_file(file, "Net", [input_shape(file.read_text(encoding="utf-8"))])
    assert REFUSED[name] in str(refused.value)
