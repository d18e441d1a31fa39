"""What Keras and ONNX make of a layer: ``python -m tests.tools.frameworks`` runs those installed and records it.

``tests/data/semantics.json`` has a line for each layer and framework: the sizes that came out for the sizes from 1 on,
a dash where nothing did. Lines of versions that are not installed stay as they are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

DATA = Path(__file__).parents[1] / "data" / "semantics.json"

#: A layer as both write it: the class, and its arguments by torch's names.
Case = tuple[str, dict[str, Any]]

#: The sizes that are tried; those of transposed convolutions, which are linear in them, only up to 10.
SIZES, FEW = range(1, 41), range(1, 11)
KERNELS, DILATIONS = range(1, 5), range(1, 4)


def sizes_of(case: Case) -> range:
    """The input sizes that a case is tried with."""
    return FEW if case[0] == "ConvTranspose1d" else SIZES


def pools() -> Iterator[Case]:
    """Pooling in ceil mode: every window that torch takes."""
    for k, s, d in product(KERNELS, KERNELS, DILATIONS):
        for p in range(k // 2 + 1):
            yield "MaxPool1d", {"kernel_size": k, "stride": s, "padding": p, "dilation": d, "ceil_mode": True}
            if d == 1:
                yield "AvgPool1d", {"kernel_size": k, "stride": s, "padding": p, "ceil_mode": True}


def keras_cases() -> Iterator[Case]:
    """What has a counterpart in Keras: with padding and without, with ceil mode, transposed."""
    for k, s, d in product(KERNELS, KERNELS, DILATIONS):
        for padding in (0, 1):
            yield "Conv1d", {"kernel_size": k, "stride": s, "padding": padding, "dilation": d}
        for padding, added in product((0, 1), range(4)):
            yield (
                "ConvTranspose1d",
                {"kernel_size": k, "stride": s, "padding": padding, "output_padding": added, "dilation": d},
            )
    for kind, k, s in product(("MaxPool1d", "AvgPool1d"), KERNELS, KERNELS):
        yield kind, {"kernel_size": k, "stride": s, "padding": 0, "ceil_mode": False}
        yield kind, {"kernel_size": k, "stride": s, "padding": 0, "ceil_mode": True}
        if k > 1:
            yield kind, {"kernel_size": k, "stride": s, "padding": 1, "ceil_mode": False}


def keras() -> ModuleType:
    """Keras, on torch."""
    from tests.services.torchvision_beside_cpu import declare_operators

    declare_operators()  # on torch, Keras imports torchvision if it is there
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return import_module("keras")


def keras_layer(case: Case) -> Any:
    """A case as Keras writes it: a padding other than 0 and a ceil mode are "same".

    Raises:
        ValueError: Keras refuses the arguments.
    """
    layers = keras().layers
    kind, arguments = case
    padding = "same" if arguments["padding"] or arguments.get("ceil_mode") else "valid"
    if kind in ("MaxPool1d", "AvgPool1d"):
        pool = {"MaxPool1d": layers.MaxPooling1D, "AvgPool1d": layers.AveragePooling1D}[kind]
        return pool(arguments["kernel_size"], strides=arguments["stride"], padding=padding)
    named: dict[str, Any] = {"strides": arguments["stride"], "dilation_rate": arguments["dilation"], "padding": padding}
    if kind == "Conv1d":
        return layers.Conv1D(1, arguments["kernel_size"], **named)
    return layers.Conv1DTranspose(
        1, arguments["kernel_size"], output_padding=arguments["output_padding"] or None, **named
    )


def run_keras(case: Case) -> list[int | None]:
    """The sizes that Keras gives."""
    try:
        layer = keras_layer(case)
    except ValueError:
        return [None for _ in sizes_of(case)]
    return [_keras_size(layer, size) for size in sizes_of(case)]


def _keras_size(layer: Any, size: int) -> int | None:
    import numpy as np

    try:
        return int(layer(np.ones((1, size, 1), np.float32)).shape[1])
    except (ValueError, RuntimeError):  # a kernel that does not fit
        return None


def onnx_model(case: Case, opset: int, size: int | str = "W") -> Any:
    """A pooling as an ONNX model."""
    from onnx import TensorProto, helper

    kind, arguments = case
    values: dict[str, Any] = {
        "kernel_shape": [arguments["kernel_size"]],
        "strides": [arguments["stride"]],
        "pads": [arguments["padding"]] * 2,
        "ceil_mode": int(arguments["ceil_mode"]),
    }
    if arguments.get("dilation", 1) != 1:
        values["dilations"] = [arguments["dilation"]]
    node = helper.make_node({"MaxPool1d": "MaxPool", "AvgPool1d": "AveragePool"}[kind], ["x"], ["y"], **values)
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, size])
    found = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "pool", [given], [found])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def inferred(case: Case, opset: int) -> list[int | None]:
    """The sizes that the standard's own shape inference gives at an opset."""
    from onnx import shape_inference

    models = [shape_inference.infer_shapes(onnx_model(case, opset, size)) for size in sizes_of(case)]
    sizes = [int(model.graph.output[0].type.tensor_type.shape.dim[-1].dim_value) for model in models]
    return [size if size > 0 else None for size in sizes]


def run_onnx(case: Case, opset: int) -> list[int | None]:
    """The sizes that onnxruntime gives at an opset."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    model = onnx_model(case, opset).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return [_onnx_size(session, size) for size in sizes_of(case)]


def _onnx_size(session: Any, size: int) -> int | None:
    import numpy as np
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, RuntimeException

    try:
        return session.run(None, {"x": np.ones((1, 1, size), np.float32)})[0].shape[-1] or None
    except (Fail, InvalidArgument, RuntimeException):
        return None


#: What is run where its package is installed: the package, the cases, and how.
RUNS: dict[str, tuple[str, Callable[[], Iterator[Case]], Callable[[Case], list[int | None]]]] = {
    "keras": ("keras", keras_cases, run_keras),
    "onnx, opset 20": ("onnx", pools, lambda case: inferred(case, 20)),
    "onnx, opset 22": ("onnx", pools, lambda case: inferred(case, 22)),
    "onnxruntime, opset 13": ("onnxruntime", pools, lambda case: run_onnx(case, 13)),
}


def title(name: str) -> str:
    """How a run is called in the record: with its version."""
    return f"{name} ({version(RUNS[name][0])})"


def spec(case: Case) -> str:
    """A case as torch writes it."""
    kind, arguments = case
    counts = "1, 1, " if kind.startswith("Conv") else ""
    return f"{kind}({counts}{', '.join(f'{name}={value!r}' for name, value in arguments.items())})"


def written(sizes: list[int | None]) -> str:
    """Sizes as one line: "1 1 2 2", with a dash for none."""
    return " ".join("-" if size is None else str(size) for size in sizes)


def record() -> None:
    """Run whatever is installed and write down what comes out."""
    kept: dict[str, dict[str, str]] = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
    for name, (package, cases, run) in RUNS.items():
        if find_spec(package):
            print(title(name), flush=True)
            kept[title(name)] = {spec(case): written(run(case)) for case in cases()}
    DATA.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
