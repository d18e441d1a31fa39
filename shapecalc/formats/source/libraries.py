"""Blocks of torchvision, as programs that the reader follows: what they are made of, and under which names."""

from __future__ import annotations

from shapecalc.formats.source.backbones import BACKBONES
from shapecalc.formats.source.light_backbones import LIGHT_BACKBONES

#: The packages whose modules a file inside of them may name by dots.
PACKAGES = ("torchvision", "timm")

_BLOCKS = """
from torch import nn
from torchvision.ops.stochastic_depth import StochasticDepth


class _ConvNormActivation(nn.Sequential):
    def __init__(self, conv, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1,
                 norm_layer=nn.BatchNorm2d, activation_layer=nn.ReLU, dilation=1, inplace=True, bias=None):
        if padding is None:
            if isinstance(kernel_size, int) and isinstance(dilation, int):
                padding = (kernel_size - 1) // 2 * dilation
            else:
                rank = len(dilation) if isinstance(kernel_size, int) else len(kernel_size)
                kernel_size = (kernel_size,) * rank if isinstance(kernel_size, int) else tuple(kernel_size)
                dilation = (dilation,) * rank if isinstance(dilation, int) else tuple(dilation)
                padding = tuple((kernel_size[axis] - 1) // 2 * dilation[axis] for axis in range(rank))
        if bias is None:
            bias = norm_layer is None
        layers = [conv(in_channels, out_channels, kernel_size, stride, padding, dilation=dilation, groups=groups,
                       bias=bias)]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            layers.append(activation_layer() if inplace is None else activation_layer(inplace=inplace))
        super().__init__(*layers)
        self.out_channels = out_channels


class Conv2dNormActivation(_ConvNormActivation):
    def __init__(self, *args, **kwargs):
        super().__init__(nn.Conv2d, *args, **kwargs)


class Conv3dNormActivation(_ConvNormActivation):
    def __init__(self, *args, norm_layer=nn.BatchNorm3d, **kwargs):
        super().__init__(nn.Conv3d, *args, norm_layer=norm_layer, **kwargs)


class SqueezeExcitation(nn.Module):
    def __init__(self, input_channels, squeeze_channels, activation=nn.ReLU, scale_activation=nn.Sigmoid):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, input):
        return self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(input))))) * input


class MLP(nn.Sequential):
    def __init__(self, in_channels, hidden_channels, norm_layer=None, activation_layer=nn.ReLU, inplace=None,
                 bias=True, dropout=0.0):
        params = {} if inplace is None else {"inplace": inplace}
        layers = []
        for width in hidden_channels[:-1]:
            layers.append(nn.Linear(in_channels, width, bias=bias))
            if norm_layer is not None:
                layers.append(norm_layer(width))
            layers += [activation_layer(**params), nn.Dropout(dropout, **params)]
            in_channels = width
        layers += [nn.Linear(in_channels, hidden_channels[-1], bias=bias), nn.Dropout(dropout, **params)]
        super().__init__(*layers)


class Permute(nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return x.permute(self.dims)
"""

#: The text of each module that is followed, by its full name.
MODULES = {
    "torchvision.ops": _BLOCKS,
    "torchvision.ops.misc": _BLOCKS,
    **{
        f"torchvision.models{name}": BACKBONES + LIGHT_BACKBONES
        for name in (
            "",
            ".resnet",
            ".vgg",
            ".alexnet",
            ".mobilenet",
            ".mobilenetv2",
            ".mobilenetv3",
            ".squeezenet",
            ".efficientnet",
            ".densenet",
            ".convnext",
            ".vision_transformer",
        )
    },
}
#: The name in such a module that says which library it stands for: what else the library has, is not known.
LIBRARY = "__library__"


def absolute_name(path: str, level: int, folders: tuple[str, ...]) -> str:
    """The full name of a module that a file of a known package names by dots; "" in other files.

    Args:
        path: the name behind the dots.
        level: how many dots there are.
        folders: the folders in which the file stands.
    """
    places = [place for place, folder in enumerate(folders) if folder in PACKAGES]
    package = folders[places[-1] :] if places else ()
    outer = package[: len(package) - level + 1]
    return ".".join((*outer, path) if path else outer) if outer else ""
