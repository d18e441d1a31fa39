"""The codes of problems, each with what it means."""

from __future__ import annotations

#: What torch or Python refuses.
ERRORS = {
    "syntax": "Python cannot parse the file.",
    "shape": "A layer or a function refuses the shapes that it gets.",
    "batch": "A view joins the batch with other dimensions, and forward gives another number of examples.",
    "dimension": "A function names a dimension that the tensor has not.",
    "einops": "einops cannot read a pattern.",
    "argument": "A layer is made with arguments that torch refuses.",
    "call": "A call has too many arguments, too few, or one of another name.",
    "type": "A value is of a kind with which this cannot be done.",
    "dtype": "A layer or a function gets numbers of a kind that it does not take: floats, whole numbers, truth values.",
    "attribute": "An object has no attribute of that name.",
    "name": "A name is not defined.",
    "index": "An index lies outside.",
    "key": "A dict has no such key.",
    "unpack": "A tuple has another number of values than there are names for.",
    "assert": "An assertion fails.",
    "raise": "The program raises an exception.",
    "sequential": "nn.Sequential gets what is no module.",
    "forward": "A module that has no forward is called.",
    "super": "A module sets a layer before super().__init__() has run.",
}
#: What runs but is surely not meant.
WARNINGS = {
    "bias-before-norm": "A bias has no effect, because the batch norm behind it takes the mean away.",
    "loss": "What comes out of the network does not suit the loss.",
    "no-eval": "A network that does another thing in training is evaluated, and nothing calls eval().",
    "no-return": "forward returns nothing.",
    "norm-of-one-value": "A batch norm gets one value a channel, which torch refuses in training for a batch of 1.",
    "plain-list": "Layers stand in a list of Python's, where no optimizer sees their weights.",
    "softmax-over-batch": "A softmax runs over the batch instead of the classes.",
    "unused-layer": "A layer is built but never called.",
}
CODES = ERRORS | WARNINGS
