"""The words that show that a text may be Keras; this module alone is imported where it is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from shapecalc.formats.text.tokens import Token

#: Keras's layers of several ranks, by their letters alone, with these ranks.
_RANKED = {
    **dict.fromkeys(("conv{}d", "convolution{}d", "conv{}dtranspose", "convolution{}dtranspose"), (1, 2, 3)),
    **dict.fromkeys(("separableconv{}d", "separableconvolution{}d", "depthwiseconv{}d"), (1, 2)),
    **dict.fromkeys(("maxpooling{}d", "maxpool{}d", "averagepooling{}d", "avgpool{}d"), (1, 2, 3)),
    **dict.fromkeys(("globalaveragepooling{}d", "globalavgpool{}d"), (1, 2, 3)),
    **dict.fromkeys(("globalmaxpooling{}d", "globalmaxpool{}d"), (1, 2, 3)),
    **dict.fromkeys(("spatialdropout{}d", "zeropadding{}d", "cropping{}d", "upsampling{}d"), (1, 2, 3)),
}
#: Its layers that are read, by their letters alone.
LAYERS = frozenset(
    {
        *(name.format(rank) for name, ranks in _RANKED.items() for rank in ranks),
        *("dense", "flatten", "dropout", "activation", "relu", "leakyrelu", "elu", "softmax", "identity"),
        *("batchnormalization", "layernormalization", "groupnormalization", "input", "inputlayer"),
        *("lstm", "gru", "simplernn", "bidirectional", "timedistributed", "embedding", "repeatvector"),
        *("reshape", "permute", "prelu", "alphadropout"),
    }
)
_BRANCHES = "it joins several tensors, and a chain has one; write a network file"
_UNWEIGHTED = "it changes neither a size nor a count, and torch has no such layer; leave it out"
#: Its layers that are not, and why.
OTHERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot"), _BRANCHES
        ),
        **dict.fromkeys(("multiheadattention", "attention", "additiveattention", "groupqueryattention"), _BRANCHES),
        **dict.fromkeys(("gaussiannoise", "gaussiandropout", "rescaling", "normalization", "masking"), _UNWEIGHTED),
        **dict.fromkeys(("activityregularization", "unitnormalization"), _UNWEIGHTED),
        **dict.fromkeys(("randomflip", "randomrotation", "randomzoom", "randomcontrast"), _UNWEIGHTED),
        "lambda": "it is a program; write the layers of torch that compute the same",
        "resizing": "write torch's Upsample(size=(H, W)) in its place",
        **dict.fromkeys(("convlstm1d", "convlstm2d", "convlstm3d"), "torch has no such layer"),
        **dict.fromkeys(("lstmcell", "grucell", "simplernncell", "rnn"), "write LSTM, GRU or SimpleRNN"),
    }
)
NAMES = LAYERS | OTHERS.keys()
#: Its layers that hold another.
WRAPPERS = frozenset({"bidirectional", "timedistributed"})
#: Its layers that torch has under the same letters, perhaps with other arguments.
_SHARED = frozenset(
    {
        *(f"{name}{rank}d" for name in ("conv", "maxpool", "avgpool") for rank in (1, 2, 3)),
        *(
            "flatten",
            "dropout",
            "relu",
            "leakyrelu",
            "elu",
            "softmax",
            "prelu",
            "identity",
            "lstm",
            "gru",
            "rnn",
            "embedding",
        ),
        *(
            "multiheadattention",
            "add",
            "multiply",
            "permute",
            "reshape",
            "alphadropout",
            "lstmcell",
            "grucell",
            "bidirectional",
        ),
    }
)
#: Arguments that torch's layers do not have.
_ARGUMENTS = frozenset(
    {
        *("filters", "strides", "activation", "units", "pool_size", "dilation_rate", "use_bias", "rate", "data_format"),
        *("input_shape", "max_value", "axis", "epsilon", "keepdims", "depth_multiplier", "kernel_initializer"),
        *(
            "return_sequences",
            "return_state",
            "go_backwards",
            "recurrent_dropout",
            "recurrent_activation",
            "reset_after",
        ),
        *("input_dim", "output_dim", "input_length", "mask_zero", "merge_mode", "target_shape", "shared_axes"),
    }
)
#: The ends of arguments that change neither a shape nor a count.
IGNORED = ("_initializer", "_regularizer", "_constraint")
_PREFIXES = ("layers.", "keras.", "tf.", "tensorflow.")
_WORDS = NAMES - _SHARED


def has_keras_words(tokens: Iterable[Token]) -> bool:
    """Whether a text has a word that only Keras has, or writes a layer in its capitals (``Conv2D``)."""
    words = {token.text for token in tokens if token.kind == "name"}
    return any(
        word in _ARGUMENTS
        or word == "Bidirectional"  # not torch's argument
        or (word[-1] == "D" and word[-2:-1].isdecimal())
        or word.replace("_", "").lower() in _WORDS
        or word.startswith(_PREFIXES)
        for word in words
    )


def has_keras_prefix(word: str) -> bool:
    """Whether a word begins as one of Keras's modules."""
    return word.startswith(_PREFIXES)
