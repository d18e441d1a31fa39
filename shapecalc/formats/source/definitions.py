"""Source of layers that torch.nn lacks: definitions that are written above a net, and read as these layers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_LAYER_NORM = '''
class LayerNorm2d(nn.LayerNorm):
    """Normalises over the channels of a map, at each position."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
'''

_FROZEN = '''
class FrozenBatchNorm2d(nn.Module):
    """A batch norm whose numbers are buffers, which training does not change."""

    def __init__(self, num_features, eps=1e-05):
        super().__init__()
        self.eps = eps
        self.register_buffer("weight", torch.ones(num_features))
        self.register_buffer("bias", torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x):
        scale = self.weight * (self.running_var + self.eps).rsqrt()
        shift = self.bias - self.running_mean * scale
        return x * scale[:, None, None] + shift[:, None, None]
'''

_DEPTH = '''
class StochasticDepth(nn.Module):
    """Zeroes each input of a batch in training with probability p, or all of them."""

    def __init__(self, p, mode):
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        count = 1 if self.mode == "batch" else x.shape[0]
        mask = x.new_empty(count, *[1] * (x.dim() - 1)).bernoulli_(1 - self.p)
        if self.p < 1:
            mask = mask / (1 - self.p)
        return x * mask
'''

_DROP = '''
class DropPath(nn.Module):
    """Zeroes each input of a batch in training with probability drop_prob."""

    def __init__(self, drop_prob=0.0, scale_by_keep=True):
        super().__init__()
        self.drop_prob = drop_prob
        self.scale_by_keep = scale_by_keep

    def forward(self, x):
        if not self.training or self.drop_prob == 0:
            return x
        mask = x.new_empty(x.shape[0], *[1] * (x.dim() - 1))
        mask = mask.bernoulli_(1 - self.drop_prob)
        if self.scale_by_keep and self.drop_prob < 1:
            mask = mask / (1 - self.drop_prob)
        return x * mask
'''

_SQUASH = '''
def squash(x, dim=1):
    """Shortens the vectors along a dimension to a length below 1."""
    length = torch.linalg.vector_norm(x, dim=dim, keepdim=True)
    return x * (length / (1 + length * length))
'''

_LENGTHS = '''
def capsule_lengths(x):
    """The length of each vector."""
    return torch.linalg.vector_norm(x, dim=1)
'''

_MASK = '''
def mask_capsules(x):
    """Zeroes all capsules but the longest."""
    longest = torch.linalg.vector_norm(x, dim=1, keepdim=True).argmax(2, keepdim=True)
    return x * torch.zeros_like(x[:, :1]).scatter(2, longest, 1)
'''

_CROP = '''
def center_crop(x, other):
    """The middle of a map, as large as another map."""
    top = (x.shape[2] - other.shape[2]) // 2
    left = (x.shape[3] - other.shape[3]) // 2
    return x[:, :, top : top + other.shape[2], left : left + other.shape[3]]
'''

_CAPSULES = '''
class Capsules(nn.Module):
    """Routing by agreement (Sabour, Frosst and Hinton, 2017), vector x capsules."""

    def __init__(self, in_capsules, in_dim, out_capsules, out_dim, num_iterations=3):
        super().__init__()
        self.num_iterations = num_iterations
        weight = 0.1 * torch.randn(in_capsules, out_capsules, out_dim, in_dim)
        self.weight = nn.Parameter(weight)

    def forward(self, x):
        count, outputs, width, _ = self.weight.shape
        votes = torch.bmm(self.weight.flatten(1, 2), x.permute(2, 1, 0))
        votes = votes.reshape(count, outputs, width, x.shape[0]).permute(3, 1, 0, 2)
        logits = votes.new_zeros(votes.shape[:3])
        for remaining in reversed(range(self.num_iterations)):
            weights = logits.softmax(1)
            upper = squash(weights.unsqueeze(2) @ votes, dim=3)
            if remaining:
                logits = logits + (votes @ upper.transpose(2, 3)).squeeze(3)
        return upper.squeeze(2).transpose(1, 2)
'''


_CAUSAL = '''
class CausalConv1d(nn.Conv1d):
    """Pads the beginning, so that no output sees a later input."""

    def forward(self, x):
        padding = self.dilation[0] * (self.kernel_size[0] - 1)
        return super().forward(F.pad(x, (padding, 0)))
'''

_CAUSAL_AXES = '''
class CausalConv{rank}d(nn.Conv{rank}d):
    """Pads the beginning of each axis, so that no output sees a later input."""

    def forward(self, x):
        padding = []
        for dilation, size in zip(self.dilation, self.kernel_size):
            padding = [dilation * (size - 1), 0, *padding]
        return super().forward(F.pad(x, padding))
'''

#: The source of each definition, in the order in which they stand, by its name.
DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "CausalConv1d": _CAUSAL,
        "CausalConv2d": _CAUSAL_AXES.replace("{rank}", "2"),
        "CausalConv3d": _CAUSAL_AXES.replace("{rank}", "3"),
        "LayerNorm2d": _LAYER_NORM,
        "FrozenBatchNorm2d": _FROZEN,
        "StochasticDepth": _DEPTH,
        "DropPath": _DROP,
        "squash": _SQUASH,
        "capsule_lengths": _LENGTHS,
        "mask_capsules": _MASK,
        "Capsules": _CAPSULES,
        "center_crop": _CROP,
    }
)

#: The layer that a definition is, by its name; the others have the name of their layer.
LAYERS: Mapping[str, str] = MappingProxyType(
    {
        **{f"CausalConv{rank}d": f"Conv{rank}d" for rank in (1, 2, 3)},
        "squash": "Squash",
        "capsule_lengths": "CapsuleLength",
        "mask_capsules": "CapsuleMask",
    }
)
#: Functions that are followed as any other, because they slice by what they are given.
FOLLOWED = frozenset({"center_crop"})
#: Layers that are imported, since torch.nn lacks them and torchvision has them.
IMPORTED: Mapping[str, str] = MappingProxyType({"DeformConv2d": "torchvision.ops"})
