"""Nets for spreadsheets: every layer that has a sheet, with the arguments that change its formulas."""

from __future__ import annotations

from shapecalc import Builder, Net, layers, parse

#: Chains, each with its input.
CHAINS = {
    "digits": ("Conv2d(1, 2, 3, padding=1) ReLU MaxPool2d(2) Flatten Linear(32, 3) Softmax(1)", "1x8x8"),
    "strides": ("Conv2d(2, 3, 3, stride=2, padding=1) Conv2d(3, 2, (2, 3), stride=(1, 2), padding=(0, 1))", "2x9x7"),
    "dilation": ("Conv2d(2, 2, 3, dilation=2, padding=2) Conv2d(2, 1, (3, 2), dilation=(1, 3), padding=1)", "2x7x8"),
    "groups": ("Conv2d(4, 6, 3, groups=2, bias=False) Conv2d(6, 6, 2, groups=6)", "4x6x5"),
    "same": ('Conv2d(1, 2, 5, padding="same") Conv2d(2, 1, 3, padding="tf_same", stride=2)', "1x6x7"),
    "reflect": ('Conv2d(2, 2, 3, padding=2, padding_mode="reflect") Conv2d(2, 1, 1)', "2x5x6"),
    "replicate": ('Conv2d(2, 2, 3, padding=(1, 3), padding_mode="replicate", stride=2)', "2x5x6"),
    "circular": ('Conv2d(2, 2, 3, padding=1, padding_mode="circular", dilation=2)', "2x5x6"),
    "length": ("Conv1d(3, 4, 3, padding=2, stride=2) BatchNorm1d(4) Conv1d(4, 2, 2, groups=2, dilation=2)", "3x12"),
    "causal": (
        'Conv1d(2, 2, 3, padding="causal", dilation=2) Conv1d(2, 2, 3, padding=1, padding_mode="circular")',
        "2x9",
    ),
    "transposed": ("ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1) ConvTranspose2d(3, 3, 2)", "2x3x4"),
    "spread": ("ConvTranspose2d(2, 4, (2, 3), stride=(1, 3), dilation=(2, 1), groups=2, bias=False)", "2x3x3"),
    "maxima": ("MaxPool2d(3, stride=2, padding=1) MaxPool2d(2, stride=1, dilation=2)", "2x9x9"),
    "ceil": ("MaxPool2d(3, stride=2, ceil_mode=True) AvgPool2d(2, stride=2, ceil_mode=True)", "2x8x7"),
    "means": ("AvgPool2d(3, stride=2, padding=1, ceil_mode=True)", "2x8x7"),
    "counted": ("AvgPool2d(3, stride=2, padding=1, count_include_pad=False)", "2x8x7"),
    "divided": ("AvgPool2d(3, stride=1, divisor_override=7)", "2x5x6"),
    "lengths": ("MaxPool1d(3, padding=1) AvgPool1d(2, padding=1)", "2x11"),
    "adaptive": ("AdaptiveAvgPool2d((3, 4)) AdaptiveMaxPool2d((2, 3))", "2x7x7"),
    "adaptive_lengths": ("AdaptiveAvgPool1d(5) AdaptiveMaxPool1d(2)", "2x7"),
    "pooled": ("Conv2d(2, 4, 3) AdaptiveAvgPool2d(1) Flatten Linear(4, 3, bias=False) LogSoftmax(dim=1)", "2x6x6"),
    "padded": ("ZeroPad2d((1, 2, 0, 1)) ReflectionPad2d(2) ReplicationPad2d((0, 1, 2, 0)) CircularPad2d(1)", "2x4x5"),
    "constants": ("ConstantPad2d((1, -1, 2, 0), -1.5) ConstantPad2d(1, 0.25)", "2x4x5"),
    "padded_lengths": (
        "ZeroPad1d(2) ReflectionPad1d((1, 2)) ReplicationPad1d(1) CircularPad1d((2, 0)) ConstantPad1d(1, 2)",
        "2x5",
    ),
    "norms": ("BatchNorm2d(4) GroupNorm(2, 4) LayerNorm((4, 3, 3))", "4x3x3"),
    "bare_norms": ("BatchNorm2d(3, affine=False) GroupNorm(1, 3, affine=False)", "3x3x4"),
    "features": ("Linear(6, 5) BatchNorm1d(5) LayerNorm(5) PReLU Linear(5, 4) Softmin(dim=1)", "6"),
    "rows": ("Linear(4, 3) Softmax(dim=-1) Softmax(dim=1) Transpose(1, 2) Linear(5, 2)", "5x4"),
    "images": ("Softmax2d Softmax(dim=3) LogSoftmax(dim=2) PReLU(3)", "3x4x3"),
    "moved": ("Permute(0, 2, 3, 1) Flatten(2) Unflatten(2, (2, 3)) Reshape(-1) Unsqueeze(1) Squeeze(1)", "3x4x2"),
    "viewed": ("Dropout1d View(-1, 6) Squeeze(-1)", "3x4"),
}
#: Functions of each entry, on numbers of both signs.
FUNCTIONS = (
    *("ReLU", "ReLU6", "LeakyReLU(0.2)", "ELU(0.5)", "CELU(2)", "SELU", "SiLU", "GELU", 'GELU("tanh")', "Mish"),
    *("Sigmoid", "LogSigmoid", "Tanh", "Tanhshrink", "Softsign", "Softplus(2, 3)", "Hardtanh(-0.5, 2)"),
    *("Hardsigmoid", "Hardswish", "Hardshrink(0.3)", "Softshrink(0.3)", "Threshold(0.2, -3)", "Scale(-2, 0.5)"),
    *("Power(2)", "Identity", "Dropout(0.5)", "Dropout2d", "Dropout3d", "AlphaDropout"),
    "FeatureAlphaDropout",
)


def functions() -> Net:
    """Each function on the same numbers, from -4 to 4."""
    builder = Builder((2, 3, 4))
    numbers = builder.add(layers.Scale(8, -4))
    words = [parse(function).nodes[0].layer for function in FUNCTIONS]
    return builder.build(*[builder.add(layer, inputs=numbers) for layer in words])


def branches() -> Net:
    """Two inputs, of which one is stretched; sums, products and joins; weights that two layers share."""
    builder = Builder(image=(2, 4, 4), gate=(2, 1, 1))
    shared = layers.Conv2d(2, 2, 3, padding=1)
    first = builder.add(shared, inputs="image", name="fc1")
    gated = builder.add(layers.Multiply(), inputs=(builder.add(shared, inputs=first, name="again"), "gate"))
    total = builder.add(layers.Add(), inputs=(gated, first, "image"))
    joined = builder.add(layers.Concat(1), inputs=(total, "image"))
    return builder.build(builder.add(layers.Concat(2), inputs=(joined, joined)))


def nets() -> dict[str, Net]:
    """Every net by its name."""
    chains = {name: parse(spec, input_shape=shape) for name, (spec, shape) in CHAINS.items()}
    return {**chains, "functions": functions(), "branches": branches()}
