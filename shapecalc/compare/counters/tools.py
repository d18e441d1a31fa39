"""How each tool counts: for each class of layer, the terms that it adds up.

These tables come from the source code of the tools and were then tested against them, layer by layer and net by net,
on a CPU, in evaluation mode, with one input. The modules were made by :func:`shapecalc.pytorch.build`, where a sum of
branches is ``a + b`` and a dense layer is ``nn.Linear``. The counts are recorded in ``tests/data/counters.json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar, final

from shapecalc.algebra import Env, Formula
from shapecalc.compare.counters import terms as t
from shapecalc.compare.counters.terms import Term
from shapecalc.layers import Layer
from shapecalc.layers import activation as act
from shapecalc.layers.adaptive import AdaptiveAvgPool, AdaptiveAvgPool2d, AdaptivePool
from shapecalc.layers.attention import MultiheadAttention, TransformerLayer
from shapecalc.layers.capsule import Capsules
from shapecalc.layers.conv import Conv, ConvTranspose
from shapecalc.layers.deformable import DeformConv2d
from shapecalc.layers.linear import Bilinear, Embedding, EmbeddingBag, Linear
from shapecalc.layers.merge import Add, MatMul, Multiply
from shapecalc.layers.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    LocalResponseNorm,
    RMSNorm,
    SyncBatchNorm,
)
from shapecalc.layers.pool import AvgPool, AvgPool1d, LPPool, MaxPool
from shapecalc.layers.recurrent import GRU, LSTM, RNN, Cell, GRUCell, LSTMCell, Recurrent, RNNCell
from shapecalc.layers.sized import Interpolate
from shapecalc.layers.torchvision import LayerNorm2d
from shapecalc.layers.unpool import MaxUnpool
from shapecalc.layers.upsample import Upsample, UpsamplingBilinear2d, UpsamplingNearest2d

Terms = tuple[Term, ...]


@final
class Failure(NamedTuple):
    """A failure of a tool: the reason, and a formula that is True for the arguments at which it fails."""

    reason: str
    condition: Formula


@final
@dataclass(frozen=True)
class Convention:
    """How one tool counts.

    Attributes:
        name: its name on the command line.
        call: the call that was run.
        version: the version of the tool that was run; "" for shapecalc's own count.
        unit: the tool's name for its number.
        terms: the terms that are added up for a layer: the entry for its class, or for the nearest class that it
            inherits from. A layer without an entry is not counted.
        failures: the classes at which the tool fails.
        notes: notes on a class, for every net that has it.
        traces: whether the tool traces the module, so that layers that lead to no output disappear.
    """

    name: str
    call: str
    version: str
    unit: str
    terms: Mapping[type[Layer], Terms]
    failures: Mapping[type[Layer], Failure] = field(default_factory=dict)
    notes: Mapping[type[Layer], str] = field(default_factory=dict)
    traces: bool = False

    def terms_of(self, layer: Layer) -> Terms:
        """The terms for a layer."""
        return _nearest(self.terms, layer) or ()

    def failure(self, layer: Layer, env: Env) -> str:
        """The reason why the tool fails at a layer, or ""."""
        failure = _nearest(self.failures, layer)
        return failure.reason if failure and failure.condition.at(env) else ""


Value = TypeVar("Value")


def _nearest(table: Mapping[type[Layer], Value], layer: Layer) -> Value | None:
    """The entry for a layer's class, or for the nearest class that it inherits from."""
    return next((table[cls] for cls in type(layer).__mro__ if cls in table), None)


_MACS_ONLY: dict[type[Layer], Terms] = dict.fromkeys(
    (Conv, ConvTranspose, DeformConv2d, Linear, Bilinear, MatMul, MultiheadAttention, Recurrent, Cell, Capsules),
    (t.MACS,),
)

PAPER = Convention("paper", "shapecalc", "", "multiply-accumulates", _MACS_ONLY)

_ONE_OPERATION = "on a CPU torch runs the products of attention inside it as one operation that is not counted"
_IN_EVALUATION = "where batch_first=True and gradients are off, torch runs all of it as one operation, and counts 0"
TORCH = Convention(
    "torch",
    "torch.utils.flop_counter.FlopCounterMode",
    "2.13.0",
    "FLOP",
    {
        **dict.fromkeys((Conv, ConvTranspose, Linear, MatMul, Recurrent, Cell, Capsules), (t.MACS, t.ADDITIONS)),
        LSTM: (t.MACS, t.UNSEEN_UNPROJECTED, t.ADDITIONS_PROJECTED),
        MultiheadAttention: (t.MACS, t.UNSEEN_FUSED, t.ADDITIONS_UNFUSED),
        **dict.fromkeys((Bilinear, DeformConv2d), (t.MACS, t.UNSEEN)),
    },
    notes={
        LSTM: "without a projection, it is one operation on a CPU and not counted; on the meta device it is counted",
        TransformerLayer: f"{_ONE_OPERATION}; on the meta device it is counted, and {_IN_EVALUATION}",
        MultiheadAttention: _IN_EVALUATION,
    },
)

FVCORE = Convention(
    "fvcore",
    "fvcore.nn.FlopCountAnalysis(module.eval(), inputs).total()",
    "0.1.5.post20221221",
    "flops, one for each multiply-accumulate",
    {
        Conv: (t.MACS, t.UNSEEN_NAMED_PADDING),
        **dict.fromkeys((ConvTranspose, Linear, MatMul, Cell, Capsules), (t.MACS,)),
        **dict.fromkeys((Bilinear, DeformConv2d, Recurrent), (t.MACS, t.UNSEEN)),
        MultiheadAttention: (t.MACS, t.UNSEEN_FUSED),
        BatchNorm: (t.NORM_KEPT,),
        **dict.fromkeys((InstanceNorm, GroupNorm, LayerNorm, LayerNorm2d), (t.norm(plain=4, scaled=5),)),
        AdaptiveAvgPool2d: (t.POOL_INPUT,),
        **dict.fromkeys((Upsample, UpsamplingNearest2d, UpsamplingBilinear2d, Interpolate), (t.RESIZE_IMAGE,)),
    },
    failures={MaxUnpool: Failure("fvcore cannot trace a max unpooling (TypeError)", Formula(lambda: True))},
    notes={BatchNorm: "in training mode, 5 for each number instead of 2"},
    traces=True,
)

#: The terms that thop and ptflops share.
_RECURRENT: dict[type[Layer], Terms] = {
    RNN: (t.MACS, t.BIAS_OF_STEPS, t.states(1)),
    GRU: (t.MACS, t.BIAS_OF_STEPS, t.states(7)),
    RNNCell: (t.MACS, t.BIAS_OF_CELL, t.state(1)),
    GRUCell: (t.MACS, t.BIAS_OF_CELL, t.state(7)),
}

THOP = Convention(
    "thop",
    "thop.profile(module, inputs)[0]",
    "0.1.1.post2209072238",
    "MACs",
    {
        **dict.fromkeys((Conv, Linear), (t.MACS,)),
        ConvTranspose: (t.MACS, t.TRANSPOSED),
        **dict.fromkeys((Bilinear, DeformConv2d, MatMul, MultiheadAttention, Capsules), (t.MACS, t.UNSEEN)),
        **_RECURRENT,
        LSTM: (t.MACS, t.BIAS_OF_STEPS, t.states(8), t.PROJECTION),
        LSTMCell: (t.MACS, t.BIAS_OF_CELL, t.state(8)),
        **dict.fromkeys((BatchNorm, InstanceNorm, LayerNorm), (t.norm(plain=2, scaled=4),)),
        **dict.fromkeys((AvgPool, AvgPool1d), (t.POOL_OUTPUT,)),
        AdaptiveAvgPool: (t.POOL_BOTH, t.POOL_CUT),
        act.PReLU: (t.ACTIVATION,),
        act.Softmax: (t.SOFTMAX,),
        **dict.fromkeys(
            (Upsample, UpsamplingNearest2d, UpsamplingBilinear2d),
            (t.resize(nearest=1, linear=5, bilinear=11, bicubic=259),),
        ),
    },
    failures={act.Softmax: Failure("thop needs the dim of a softmax (TypeError)", Formula(lambda dim: dim is None))},
)

_POOLED = (t.POOL_INPUT, t.AGAIN)
_ACTIVATED = (t.ACTIVATION, t.AGAIN)
PTFLOPS = Convention(
    "ptflops",
    "ptflops.get_model_complexity_info(module, ..., backend='pytorch')[0]",
    "0.7.5",
    "MACs",
    {
        **dict.fromkeys((Conv, ConvTranspose, Linear), (t.MACS, t.BIAS)),
        **dict.fromkeys((Bilinear, DeformConv2d), (t.MACS, t.UNSEEN)),
        MatMul: (t.MACS,),
        Capsules: (t.MACS, t.UNSEEN_ROUTING),
        MultiheadAttention: (
            t.MACS,
            t.BIAS_OF_ATTENTION_ALWAYS,
            t.ATTENTION,
            t.ATTENTION_AGAIN,
            t.ATTENTION_SIZES,
        ),
        **_RECURRENT,
        LSTM: (t.MACS, t.BIAS_OF_STEPS, t.states(10), t.UNSEEN_PROJECTION),
        LSTMCell: (t.MACS, t.BIAS_OF_CELL, t.state(10)),
        **dict.fromkeys((BatchNorm, InstanceNorm, GroupNorm), (t.norm(plain=1, scaled=2),)),
        LayerNorm: (t.norm(plain=1, scaled=1),),
        SyncBatchNorm: (),
        LocalResponseNorm: (t.NORM_LOCAL,),
        **dict.fromkeys((MaxPool, AvgPool, AvgPool1d, AdaptivePool), _POOLED),
        LPPool: (t.POOL_POWER,),
        **dict.fromkeys((act.ReLU, act.ELU, act.PReLU, act.GELU), _ACTIVATED),
        **dict.fromkeys((act.LeakyReLU, act.ReLU6, act.SiLU, act.Softmax, act.Softmax2d), (t.ACTIVATION,)),
        Upsample: (t.RESIZE_OUTPUT, t.RESIZE_AGAIN, t.AREA_AGAIN),
        **dict.fromkeys((UpsamplingNearest2d, UpsamplingBilinear2d), (t.RESIZE_SCALED,)),
        Interpolate: (t.RESIZE_OUTPUT, t.AREA_AGAIN),
    },
    notes={
        **dict.fromkeys((Add, Multiply), "written as torch.add(a, b) or torch.mul(a, b), it would count every entry"),
        **dict.fromkeys(
            (act.ReLU, MaxPool, AvgPool), "a function called without its module is counted once, not twice"
        ),
    },
)

PTFLOPS_ATEN = Convention(
    "ptflops-aten",
    "ptflops.get_model_complexity_info(module, ..., backend='aten')[0]",
    "0.7.5",
    "MACs",
    {
        **dict.fromkeys((Conv, ConvTranspose, Linear), (t.MACS, t.BIAS)),
        **dict.fromkeys((Bilinear, DeformConv2d), (t.MACS, t.UNSEEN)),
        **dict.fromkeys((MatMul, Capsules), (t.MACS,)),
        MultiheadAttention: (t.MACS, t.UNSEEN_FUSED, t.BIAS_OF_ATTENTION),
        **dict.fromkeys((RNN, GRU), (t.MACS, t.BIAS_OF_STEPS)),
        LSTM: (t.MACS, t.UNSEEN_UNPROJECTED, t.BIAS_OF_PROJECTED),
        Cell: (t.MACS, t.BIAS_OF_CELL),
    },
    notes={TransformerLayer: _ONE_OPERATION},
)

TORCHINFO = Convention(
    "torchinfo",
    "torchinfo.summary(module, input_data=inputs).total_mult_adds",
    "1.8.0",
    "mult-adds",
    {
        **dict.fromkeys((Conv, DeformConv2d), (t.MACS, t.BIAS)),
        ConvTranspose: (t.MACS, t.TRANSPOSED, t.BIAS),
        **dict.fromkeys((Linear, Bilinear), (t.MACS, t.BIAS, t.FIRST_PLACE)),
        **dict.fromkeys((MatMul, MultiheadAttention), (t.MACS, t.UNSEEN)),
        Capsules: (t.MACS, t.UNSEEN_ROUTING),
        Recurrent: (t.MACS, t.BIAS_OF_STEPS),
        Cell: (t.MACS, t.BIAS_OF_CELL, t.STATE_AS_STEPS),
        **dict.fromkeys((BatchNorm, InstanceNorm, GroupNorm, LayerNorm, LayerNorm2d, RMSNorm), (t.NORM_WEIGHTS,)),
        act.PReLU: (t.ACTIVATION_WEIGHTS,),
        **dict.fromkeys((Embedding, EmbeddingBag), (t.EMBEDDING,)),
    },
)

#: Every convention by its name.
CONVENTIONS = {tool.name: tool for tool in (TORCH, FVCORE, THOP, PTFLOPS, PTFLOPS_ATEN, TORCHINFO, PAPER)}
