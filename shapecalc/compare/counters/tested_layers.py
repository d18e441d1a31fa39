"""The layers that every tool was tried on. A count marks any other layer, because its count is unknown."""

from __future__ import annotations

from typing import Final

#: Names of classes, exactly; ``tests/data/counters.json`` has what each tool printed for each.
_NAMES: Final = """
    Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d DeformConv2d
    MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d LPPool1d LPPool2d LPPool3d
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d
    FractionalMaxPool2d FractionalMaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d
    ZeroPad1d ZeroPad2d ZeroPad3d ConstantPad1d ConstantPad2d ConstantPad3d ReflectionPad1d ReflectionPad2d
    ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d CircularPad1d CircularPad2d CircularPad3d
    BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d GroupNorm LayerNorm
    RMSNorm LocalResponseNorm CrossMapLRN2d
    ReLU ReLU6 SELU SiLU Mish Hardsigmoid Hardswish ELU CELU LeakyReLU PReLU RReLU GELU Hardtanh Hardshrink Softshrink
    Softplus Threshold Sigmoid LogSigmoid Tanh Tanhshrink Softsign Softmax LogSoftmax Softmin Softmax2d GLU
    Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout
    Permute Transpose Reshape View Squeeze Unsqueeze Expand Select Slice Chunk Split Stack
    Flatten Unflatten PixelShuffle PixelUnshuffle ChannelShuffle Unfold Fold Identity
    Upsample UpsamplingNearest2d UpsamplingBilinear2d
    Linear Bilinear Embedding EmbeddingBag
    RNN LSTM GRU RNNCell LSTMCell GRUCell MultiheadAttention TransformerEncoderLayer TransformerDecoderLayer
    Add Multiply Concat Crop Interpolate Squash Capsules CapsuleLength CapsuleMask
    Mean Sum Max MatMul Parameter LayerNorm2d FrozenBatchNorm2d StochasticDepth DropPath Scale Power
"""
TESTED_LAYERS: Final = frozenset(_NAMES.split())
