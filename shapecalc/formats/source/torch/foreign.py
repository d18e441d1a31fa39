"""Classes of other libraries that are modules of torch, as a program inherits them."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from shapecalc.formats.source.torch.members import begin
from shapecalc.formats.source.values import MODULE, Class, Instance, Native, ProgramFunction, Unknown, Value, name_set

if TYPE_CHECKING:
    from shapecalc.formats.source.reader import Interpreter

#: How the name of such a class ends, by the library.
_ENDINGS = {
    "pytorch_lightning": "LightningModule",
    "lightning": "LightningModule",
    "fastai": "Module",
    "transformers": "PreTrainedModel",
}
#: Methods that give nothing back and change no layer.
_SILENT = name_set("log log_dict print post_init init_weights")


def foreign_class(base: Unknown) -> Class | None:
    """The class of another library as a program inherits it; None where it is not known as a module of torch."""
    library, _, path = base.construct.partition(".")
    return _class(base.construct) if library in _ENDINGS and path.endswith(_ENDINGS[library]) else None


@cache
def _class(path: str) -> Class:
    rules = {"__init__": _begin, "save_hyperparameters": _save_arguments} | dict.fromkeys(_SILENT, _nothing)
    methods: dict[str, Value] = {name: Native(f"{path}.{name}", rule) for name, rule in rules.items()}
    return Class(path.rpartition(".")[2], (MODULE, Unknown(path, 0)), methods)


def _begin(reader: Interpreter, node: ast.AST, self: Value, *args: Value, **kwargs: Value) -> None:
    if isinstance(self, Instance):
        begin(self)


def _nothing(reader: Interpreter, node: ast.AST, self: Value, *args: Value, **kwargs: Value) -> None:
    pass


def _save_arguments(reader: Interpreter, node: ast.AST, self: Value, *args: Value, **kwargs: Value) -> None:
    """Keep the arguments of ``__init__`` under one name, where all of them are meant."""
    if isinstance(self, Instance):
        initializer = None if args or kwargs else self.cls.find("__init__")
        saved = _arguments(self, initializer) if isinstance(initializer, ProgramFunction) else {}
        self.attributes["hparams"] = Instance(_SAVED, saved)


def _arguments(instance: Instance, initializer: ProgramFunction) -> dict[str, Value]:
    """The values of the arguments with which an object is made, but for those that are set anew."""
    signature = initializer.node.args
    names = [parameter.arg for parameter in (*signature.posonlyargs, *signature.args)][1:]
    values = {**initializer.defaults, **dict(zip(names, instance.args, strict=False)), **instance.kwargs}
    stored = {
        target.id
        for target in ast.walk(initializer.node)
        if isinstance(target, ast.Name) and not isinstance(target.ctx, ast.Load)
    }
    return {name: value for name, value in values.items() if name not in stored}


#: The class of arguments that are saved: what else they hold is not known.
_SAVED = Class("hparams", (Unknown("hparams", 0),), {})
