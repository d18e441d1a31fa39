"""A net as ONNX, through torch's exporter, and how far onnxruntime is from torch on it."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, final

import torch
from torch import Tensor, nn

from shapecalc.errors import ShapecalcError
from shapecalc.formats.writing import write_atomically
from shapecalc.layers import Shape, shape_text
from shapecalc.page import Lines, Page, Presentable
from shapecalc.pytorch.inference.trained import Trained, open_trained
from shapecalc.pytorch.modules.refusals import one_line_refusals

#: Samples of the comparison; the file is written with another number, so that a fixed batch would be noticed.
_WRITTEN, _COMPARED = 2, 3
#: The version of ONNX's operators: every runtime of the last years has it.
_OPSET = 17


@final
@dataclass(frozen=True, slots=True)
class OnnxFile(Presentable):
    """A net that was written as ONNX.

    Attributes:
        path: the file.
        shape: the shape of a sample.
        difference: the largest difference between the outputs of torch and onnxruntime; None where that is missing.
        largest: the largest output of torch in the comparison.
    """

    path: Path
    shape: Shape
    difference: float | None
    largest: float

    def as_dict(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "path": str(self.path),
            "input": list(self.shape),
            "difference": self.difference,
            "largest_output": self.largest,
        }

    def page(self) -> Page:
        """Where the file is, what it takes, and how it was compared."""
        lines = [f"wrote {self.path}: input is a batch of {shape_text(self.shape)}, not normalised; output its scores"]
        if self.difference is None:
            lines.append("not compared: onnxruntime is not installed. Try pip install onnxruntime.")
        else:
            lines.append(
                f"onnxruntime differs from torch by at most {self.difference:.2g} on {_COMPARED} random inputs "
                f"(outputs up to {self.largest:.3g})"
            )
        return Page((Lines(tuple(lines)),))


@final
class _Whole(nn.Module):
    """A trained net with its normalisation in front: it takes samples as they are read."""

    def __init__(self, trained: Trained) -> None:
        super().__init__()
        self.net = trained.module
        self.normalisation = trained.normalisation

    def forward(self, samples: Tensor) -> Tensor:
        output = self.net(self.normalisation(samples))
        first: Tensor = output[0] if isinstance(output, tuple) else output
        return first


def to_onnx(run: str | Path, path: str | Path) -> OnnxFile:
    """Write the net of a training as ONNX; its normalisation is part of the file.

    The file has one input, ``input``, a batch of any size of samples as they are read (of images, values from 0 to 1),
    and one output, ``output``: the logits, or the numbers.

    Args:
        run: the folder of the run, or a weights file.
        path: the file to write.

    Raises:
        SpecError: there is no such run.
        ShapecalcError: the package onnx is missing, a layer has no counterpart in ONNX, or the file cannot be written.
    """
    if not find_spec("onnx"):
        raise ShapecalcError("ONNX needs onnx, which is not installed. Try pip install onnx.")
    trained = open_trained(run)
    pipeline, path = _Whole(trained).eval(), Path(path)
    generator = torch.Generator().manual_seed(0)
    sizes = [int(str(size)) for size in trained.shape]
    buffer = io.BytesIO()
    with one_line_refusals("export"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter, which needs no further package, announces its end
        torch.onnx.export(
            pipeline,
            (torch.rand(_WRITTEN, *sizes, generator=generator),),
            buffer,  # type: ignore[arg-type]  # the older exporter takes files, its annotation is that of the new one
            dynamo=False,
            opset_version=_OPSET,
            input_names=["input"],
            output_names=["output"],
            dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}},
        )
    content = buffer.getvalue()
    samples = torch.rand(_COMPARED, *sizes, generator=generator)
    with torch.no_grad():
        expected = pipeline(samples)
    difference = _difference(content, samples, expected)
    write_atomically(path, content)
    return OnnxFile(path, trained.shape, difference, expected.abs().max().item())


def _difference(content: bytes, samples: Tensor, expected: Tensor) -> float | None:
    """The largest difference of onnxruntime's outputs; None where it is not installed."""
    if not find_spec("onnxruntime"):
        return None
    import onnxruntime  # noqa: PLC0415  it need not be installed

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {"input": samples.numpy()})
    return float((torch.from_numpy(output) - expected).abs().max())
