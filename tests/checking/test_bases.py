"""Classes of other libraries that networks inherit, and imports of everything from files that are not there."""

from __future__ import annotations

import pytest

from shapecalc.checking import check
from shapecalc.checking.verdict import CodeVerdict, FileCheck
from shapecalc.formats.source.programs import Source

FINE, WRONG, UNKNOWN = CodeVerdict.FINE, CodeVerdict.WRONG, CodeVerdict.UNKNOWN
#: Modules of other libraries, each with the import that names it.
BASES = {
    "pl.LightningModule": "import pytorch_lightning as pl",
    "L.LightningModule": "import lightning as L",
    "LightningModule": "from lightning.pytorch import LightningModule",
    "Module": "from fastai.vision.all import Module",
    "transformers.PreTrainedModel": "import transformers",
}


def verdict(
    head: str,
    base: str,
    *,
    out: str = "8",
    width: str = "8",
    last: str = "2",
    forward: str = "return self.b(self.a(x))",
) -> FileCheck:
    """The verdict on a network of two layers."""
    text = (
        f"import torch\nimport torch.nn as nn\n{head}\nclass Net({base}):\n"
        "    def __init__(self, width=8):\n        super().__init__()\n        self.save_hyperparameters()\n"
        f"        self.a = nn.Linear(4, {out})\n        self.b = nn.Linear({width}, {last})\n"
        f"    def forward(self, x):\n        {forward}\n"
    )
    return check(Source("net.py", text if "Lightning" in base else text.replace("self.save_hyperparameters()", "pass")))


@pytest.mark.parametrize("base", BASES)
def test_a_module_of_another_library_is_a_module(base: str) -> None:
    """Its plain layers get their verdict; what else the library gives it is not known, and never wrong."""
    head = BASES[base]
    assert verdict(head, base).verdict is FINE
    assert verdict(head, base, width="9").verdict is WRONG
    assert verdict(head, base, forward="return self.b(self.a(x)) + self.anything").verdict is UNKNOWN


def test_saved_arguments_are_those_of_init() -> None:
    """As Lightning keeps them; one that they lack is not known, and logging changes nothing."""
    head = BASES["pl.LightningModule"]
    log = "self.log('mean', x.mean()); return self.b(self.a(x))"
    assert verdict(head, "pl.LightningModule", out="self.hparams.width", forward=log).verdict is FINE
    assert verdict(head, "pl.LightningModule", out="self.hparams.width + 1").verdict is WRONG
    assert verdict(head, "pl.LightningModule", out="self.hparams.other").verdict is UNKNOWN


#: What stands before a network whose file imports everything from a file that is not there, and its verdict.
STARS = {
    "a layer of the missing file": ("from missing import *", "nn.Module", "WIDTH", UNKNOWN),
    "a constant before it": ("W = 8\nfrom missing import *", "nn.Module", "W", UNKNOWN),
    "a constant behind it": ("from missing import *\nW = 8", "nn.Module", "W", FINE),
    "a class of the missing file": ("from missing import *", "Base", "8", UNKNOWN),
    "nothing of it": ("from missing import *", "nn.Module", "8", FINE),
    "a mistake beside it": ("from missing import *", "nn.Module", "9", WRONG),
}


@pytest.mark.parametrize("name", STARS)
def test_what_may_come_from_a_missing_file_is_not_known(name: str) -> None:
    """Neither wrong nor fine, as it may be anything."""
    head, base, width, expected = STARS[name]
    assert verdict(head, base, width=width).verdict is expected


def test_a_class_whose_decorator_is_not_known_is_listed() -> None:
    """It may be a network, so that the file is not one without any."""
    text = "from torch import nn\nfrom odd import wrap\n@wrap\nclass Net(nn.Module):\n"
    text += "    def forward(self, x):\n        return x\n"
    assert check(Source("net.py", text)).verdict is UNKNOWN
