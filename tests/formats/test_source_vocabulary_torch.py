"""What public files use, by how many of them: each is followed, or listed as not followed with the reason."""

from __future__ import annotations

import ast

import pytest

from shapecalc.formats.source import expressions, statements
from shapecalc.formats.source.python.names import library
from shapecalc.formats.source.torch.declarations import declare_rules
from shapecalc.formats.source.values import Unknown
from tests.tools import vocabulary

pytestmark = pytest.mark.torch

CLASSES = (
    "Linear Sequential Conv2d ReLU Dropout BatchNorm2d MaxPool2d ConvTranspose2d ModuleList Tanh Sigmoid "
    "AdaptiveAvgPool2d Conv1d Parameter LayerNorm Flatten LeakyReLU Embedding Softmax BatchNorm1d AvgPool2d GELU "
    "Identity LSTM MaxPool1d Conv3d AdaptiveAvgPool1d Dropout2d Upsample GRU ModuleDict TransformerEncoder "
    "TransformerEncoderLayer TransformerDecoderLayer PixelShuffle LSTMCell LazyLinear LazyConv2d"
)
METHODS = (
    "view size shape unsqueeze transpose permute device reshape contiguous to mean squeeze flatten float exp sum cos "
    "sin ndim matmul clone data detach item sigmoid chunk expand repeat cuda masked_fill bmm roll expand_as "
    "type_as clamp"
)
FUNCTIONS = (
    "torch.cat torch.zeros torch.arange torch.flatten torch.exp torch.sum torch.ones torch.matmul torch.stack "
    "torch.linspace torch.mean torch.randn torch.sigmoid torch.chunk torch.Tensor torch.meshgrid torch.bmm "
    "torch.einsum torch.roll torch.from_numpy torch.autograd.Variable torch.utils.checkpoint.checkpoint "
    "torch.nn.functional.relu "
    "torch.nn.functional.log_softmax torch.nn.functional.softmax torch.nn.functional.max_pool2d torch.cos torch.sin "
    "torch.nn.functional.avg_pool2d torch.nn.functional.leaky_relu torch.nn.functional.dropout torch.clamp "
    "torch.nn.functional.interpolate torch.nn.functional.pad torch.nn.functional.linear math.log math.sqrt "
    "functools.partial einops.rearrange einops.repeat einops.reduce einops.layers.torch.Rearrange timm.layers.DropPath"
)
STATEMENTS = (ast.If, ast.For, ast.While, ast.Try, ast.Assert, ast.AugAssign, ast.AnnAssign, ast.ImportFrom, ast.With)
EXPRESSIONS = (
    ast.IfExp,
    ast.ListComp,
    ast.Lambda,
    ast.NamedExpr,
    ast.JoinedStr,
    ast.Slice,
    ast.Subscript,
    ast.DictComp,
)


def _followed(path: str) -> bool:
    owner, _, name = path.rpartition(".")
    if owner == "Tensor":
        return name in vocabulary.tensor_methods() | {"shape", "ndim", "data"}
    return not isinstance(library(path, 0), Unknown)


@pytest.mark.parametrize(
    "path",
    [
        *[f"torch.nn.{name}" for name in CLASSES.split()],
        *[f"Tensor.{name}" for name in METHODS.split()],
        *FUNCTIONS.split(),
    ],
)
def test_what_files_use_is_followed_or_listed(path: str) -> None:
    """Every name that public files use often."""
    declare_rules()
    assert _followed(path) is not (path in vocabulary.NOT_FOLLOWED)


def test_the_statements_and_expressions_of_files_are_followed() -> None:
    """Those that public files use, rare ones too."""
    assert {*STATEMENTS} - statements.RULES.keys() == set()
    assert {*EXPRESSIONS} - expressions.RULES.keys() == set()


def test_the_page_is_current() -> None:
    """`python -m tests.tools.refresh_docs` brings it up to date."""
    assert vocabulary.PAGE.read_text(encoding="utf-8") == vocabulary.page()
