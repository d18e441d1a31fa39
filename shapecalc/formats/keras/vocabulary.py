"""The words that show that a text may be Keras; this module alone is imported where it is not."""

from __future__ import annotations

from collections.abc import Iterable

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
        *("batchnormalization", "layernormalization", "input", "inputlayer"),
    }
)
#: Its layers that are not.
OTHERS = frozenset(
    {
        *("lstm", "gru", "simplernn", "bidirectional", "timedistributed", "embedding", "reshape", "permute", "lambda"),
        *("multiheadattention", "attention", "add", "concatenate", "multiply", "average", "repeatvector", "masking"),
        *("prelu", "gaussiannoise", "gaussiandropout", "alphadropout", "rescaling", "resizing", "normalization"),
        *("convlstm1d", "convlstm2d", "convlstm3d", "groupnormalization", "unitnormalization"),
        *("simplernncell", "lstmcell", "grucell", "rnn"),
    }
)
NAMES = LAYERS | OTHERS
#: Its layers that torch has under the same letters, perhaps with other arguments.
_SHARED = frozenset(
    {
        *(f"{name}{rank}d" for name in ("conv", "maxpool", "avgpool") for rank in (1, 2, 3)),
        *("flatten", "dropout", "relu", "leakyrelu", "elu", "softmax", "prelu", "identity", "lstm", "gru", "rnn"),
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
    }
)
_PREFIXES = ("layers.", "keras.", "tf.", "tensorflow.")
_WORDS = NAMES - _SHARED


def has_keras_words(tokens: Iterable[Token]) -> bool:
    """Whether a text has a word that only Keras has, or writes a layer in its capitals (``Conv2D``)."""
    words = {token.text for token in tokens if token.kind == "name"}
    return any(
        word in _ARGUMENTS
        or (word[-1] == "D" and word[-2:-1].isdecimal())
        or word.replace("_", "").lower() in _WORDS
        or word.startswith(_PREFIXES)
        for word in words
    )


def has_keras_prefix(word: str) -> bool:
    """Whether a word begins as one of Keras's modules."""
    return word.startswith(_PREFIXES)
