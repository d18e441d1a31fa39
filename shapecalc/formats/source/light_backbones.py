"""Networks of torchvision that are made for few computations, and dense ones, as programs that the reader follows."""

from __future__ import annotations

LIGHT_BACKBONES = """
import math
from collections import OrderedDict
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation
from torchvision.ops import StochasticDepth


def _divisible(width, divisor=8):
    rounded = max(divisor, int(width + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * width else rounded


def _linear_head(width, num_classes, dropout):
    return nn.Sequential(nn.Dropout(dropout), nn.Linear(width, num_classes))


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        hidden = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        layers = []
        if expand_ratio != 1:
            layers.append(Conv2dNormActivation(inp, hidden, 1, activation_layer=nn.ReLU6))
        layers.append(Conv2dNormActivation(hidden, hidden, stride=stride, groups=hidden, activation_layer=nn.ReLU6))
        layers += [nn.Conv2d(hidden, oup, 1, bias=False), nn.BatchNorm2d(oup)]
        self.conv = nn.Sequential(*layers)
        self.out_channels = oup

    def forward(self, x):
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, num_classes=1000, width_mult=1.0, dropout=0.2):
        super().__init__()
        width, last = _divisible(32 * width_mult), _divisible(1280 * max(1.0, width_mult))
        self.last_channel = last
        layers = [Conv2dNormActivation(3, width, stride=2, activation_layer=nn.ReLU6)]
        for expansion, planes, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
                                                 (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
            planes = _divisible(planes * width_mult)
            for place in range(count):
                layers.append(InvertedResidual(width, planes, stride if place == 0 else 1, expansion))
                width = planes
        layers.append(Conv2dNormActivation(width, last, 1, activation_layer=nn.ReLU6))
        self.features = nn.Sequential(*layers)
        self.classifier = _linear_head(last, num_classes, dropout)

    def forward(self, x):
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(self.features(x), (1, 1)), 1))


def mobilenet_v2(pretrained=False, progress=True, weights=None, **kwargs):
    return MobileNetV2(**kwargs)


class _MobileBlock(nn.Module):
    def __init__(self, width, kernel, hidden, planes, squeeze, hard, stride):
        super().__init__()
        self.use_res_connect = stride == 1 and width == planes
        norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
        activation = nn.Hardswish if hard else nn.ReLU
        layers = []
        if hidden != width:
            layers.append(Conv2dNormActivation(width, hidden, 1, norm_layer=norm, activation_layer=activation))
        layers.append(Conv2dNormActivation(hidden, hidden, kernel, stride, groups=hidden, norm_layer=norm,
                                           activation_layer=activation))
        if squeeze:
            layers.append(SqueezeExcitation(hidden, _divisible(hidden // 4), scale_activation=nn.Hardsigmoid))
        layers.append(Conv2dNormActivation(hidden, planes, 1, norm_layer=norm, activation_layer=None))
        self.block = nn.Sequential(*layers)
        self.out_channels = planes

    def forward(self, x):
        return x + self.block(x) if self.use_res_connect else self.block(x)


class MobileNetV3(nn.Module):
    def __init__(self, blocks, last, num_classes=1000, dropout=0.2):
        super().__init__()
        norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
        layers, width = [Conv2dNormActivation(3, 16, stride=2, norm_layer=norm, activation_layer=nn.Hardswish)], 16
        for kernel, hidden, planes, squeeze, hard, stride in blocks:
            layers.append(_MobileBlock(width, kernel, hidden, planes, squeeze, hard, stride))
            width = planes
        layers.append(Conv2dNormActivation(width, 6 * width, 1, norm_layer=norm, activation_layer=nn.Hardswish))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Linear(6 * width, last), nn.Hardswish(inplace=True), nn.Dropout(dropout),
                                        nn.Linear(last, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


_LARGE = ((3, 16, 16, 0, 0, 1), (3, 64, 24, 0, 0, 2), (3, 72, 24, 0, 0, 1), (5, 72, 40, 1, 0, 2),
          (5, 120, 40, 1, 0, 1), (5, 120, 40, 1, 0, 1), (3, 240, 80, 0, 1, 2), (3, 200, 80, 0, 1, 1),
          (3, 184, 80, 0, 1, 1), (3, 184, 80, 0, 1, 1), (3, 480, 112, 1, 1, 1), (3, 672, 112, 1, 1, 1),
          (5, 672, 160, 1, 1, 2), (5, 960, 160, 1, 1, 1), (5, 960, 160, 1, 1, 1))
_SMALL = ((3, 16, 16, 1, 0, 2), (3, 72, 24, 0, 0, 2), (3, 88, 24, 0, 0, 1), (5, 96, 40, 1, 1, 2),
          (5, 240, 40, 1, 1, 1), (5, 240, 40, 1, 1, 1), (5, 120, 48, 1, 1, 1), (5, 144, 48, 1, 1, 1),
          (5, 288, 96, 1, 1, 2), (5, 576, 96, 1, 1, 1), (5, 576, 96, 1, 1, 1))


def mobilenet_v3_large(pretrained=False, progress=True, weights=None, **kwargs):
    return MobileNetV3(_LARGE, 1280, **kwargs)


def mobilenet_v3_small(pretrained=False, progress=True, weights=None, **kwargs):
    return MobileNetV3(_SMALL, 1024, **kwargs)


class Fire(nn.Module):
    def __init__(self, inplanes, squeeze_planes, expand1x1_planes, expand3x3_planes):
        super().__init__()
        self.squeeze = nn.Conv2d(inplanes, squeeze_planes, 1)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeeze_planes, expand1x1_planes, 1)
        self.expand1x1_activation = nn.ReLU(inplace=True)
        self.expand3x3 = nn.Conv2d(squeeze_planes, expand3x3_planes, 3, padding=1)
        self.expand3x3_activation = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.squeeze_activation(self.squeeze(x))
        return torch.cat([self.expand1x1_activation(self.expand1x1(x)),
                          self.expand3x3_activation(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    def __init__(self, first, pools, num_classes=1000, dropout=0.5):
        super().__init__()
        self.num_classes = num_classes
        width, kernel = first
        layers = [nn.Conv2d(3, width, kernel, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, ceil_mode=True)]
        for place, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64)):
            layers.append(Fire(width, squeeze, 4 * squeeze, 4 * squeeze))
            width = 8 * squeeze
            if place in pools:
                layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Conv2d(512, num_classes, 1), nn.ReLU(inplace=True),
                                        nn.AdaptiveAvgPool2d((1, 1)))

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


def squeezenet1_0(pretrained=False, progress=True, weights=None, **kwargs):
    return SqueezeNet((96, 7), (2, 6), **kwargs)


def squeezenet1_1(pretrained=False, progress=True, weights=None, **kwargs):
    return SqueezeNet((64, 3), (1, 3), **kwargs)


class MBConv(nn.Module):
    def __init__(self, expansion, kernel, stride, width, planes):
        super().__init__()
        hidden = _divisible(width * expansion)
        self.use_res_connect = stride == 1 and width == planes
        layers = []
        if hidden != width:
            layers.append(Conv2dNormActivation(width, hidden, 1, activation_layer=nn.SiLU))
        layers += [Conv2dNormActivation(hidden, hidden, kernel, stride, groups=hidden, activation_layer=nn.SiLU),
                   SqueezeExcitation(hidden, max(1, width // 4), activation=nn.SiLU),
                   Conv2dNormActivation(hidden, planes, 1, activation_layer=None)]
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(0.2, "row")
        self.out_channels = planes

    def forward(self, x):
        return x + self.stochastic_depth(self.block(x)) if self.use_res_connect else self.block(x)


class EfficientNet(nn.Module):
    def __init__(self, width_mult, depth_mult, dropout, num_classes=1000):
        super().__init__()
        width = _divisible(32 * width_mult)
        layers = [Conv2dNormActivation(3, width, stride=2, activation_layer=nn.SiLU)]
        for expansion, kernel, stride, planes, count in ((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2),
                                                         (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
                                                         (6, 3, 1, 320, 1)):
            planes, blocks = _divisible(planes * width_mult), []
            for place in range(int(math.ceil(count * depth_mult))):
                blocks.append(MBConv(expansion, kernel, stride if place == 0 else 1, width, planes))
                width = planes
            layers.append(nn.Sequential(*blocks))
        layers.append(Conv2dNormActivation(width, 4 * width, 1, activation_layer=nn.SiLU))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = _linear_head(4 * width, num_classes, dropout)

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def _efficient(width_mult, depth_mult, rate):
    def make(pretrained=False, progress=True, weights=None, dropout=rate, **kwargs):
        return EfficientNet(width_mult, depth_mult, dropout, **kwargs)
    return make


efficientnet_b0 = _efficient(1.0, 1.0, 0.2)
efficientnet_b1 = _efficient(1.0, 1.1, 0.2)
efficientnet_b2 = _efficient(1.1, 1.2, 0.3)
efficientnet_b3 = _efficient(1.2, 1.4, 0.3)
efficientnet_b4 = _efficient(1.4, 1.8, 0.4)
efficientnet_b5 = _efficient(1.6, 2.2, 0.4)
efficientnet_b6 = _efficient(1.8, 2.6, 0.5)
efficientnet_b7 = _efficient(2.0, 3.1, 0.5)


class _DenseLayer(nn.Module):
    def __init__(self, width, growth, size, rate):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(width)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(width, size * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(size * growth)
        self.relu2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(size * growth, growth, 3, padding=1, bias=False)

    def forward(self, features):
        x = self.conv1(self.relu1(self.norm1(torch.cat(features, 1))))
        return self.conv2(self.relu2(self.norm2(x)))


class _DenseBlock(nn.ModuleDict):
    def __init__(self, count, width, size, growth, rate):
        super().__init__()
        for place in range(count):
            self.add_module(f"denselayer{place + 1}", _DenseLayer(width + place * growth, growth, size, rate))

    def forward(self, x):
        features = [x]
        for name, layer in self.items():
            features.append(layer(features))
        return torch.cat(features, 1)


class _Transition(nn.Sequential):
    def __init__(self, width, planes):
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(width, planes, 1, bias=False)
        self.pool = nn.AvgPool2d(2, 2)


class DenseNet(nn.Module):
    def __init__(self, growth_rate=32, block_config=(6, 12, 24, 16), num_init_features=64, bn_size=4, drop_rate=0,
                 num_classes=1000, memory_efficient=False):
        super().__init__()
        width = num_init_features
        self.features = nn.Sequential(OrderedDict([
            ("conv0", nn.Conv2d(3, width, 7, 2, 3, bias=False)), ("norm0", nn.BatchNorm2d(width)),
            ("relu0", nn.ReLU(inplace=True)), ("pool0", nn.MaxPool2d(3, 2, 1))]))
        for place, count in enumerate(block_config):
            block = _DenseBlock(count, width, bn_size, growth_rate, drop_rate)
            self.features.add_module(f"denseblock{place + 1}", block)
            width = width + count * growth_rate
            if place != len(block_config) - 1:
                self.features.add_module(f"transition{place + 1}", _Transition(width, width // 2))
                width = width // 2
        self.features.add_module("norm5", nn.BatchNorm2d(width))
        self.classifier = nn.Linear(width, num_classes)

    def forward(self, x):
        x = F.relu(self.features(x), inplace=True)
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))


def _dense(growth, counts, width):
    def make(pretrained=False, progress=True, weights=None, **kwargs):
        return DenseNet(growth, counts, width, **kwargs)
    return make


densenet121 = _dense(32, (6, 12, 24, 16), 64)
densenet161 = _dense(48, (6, 12, 36, 24), 96)
densenet169 = _dense(32, (6, 12, 32, 32), 64)
densenet201 = _dense(32, (6, 12, 48, 32), 64)


class LayerNorm2d(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.width = width

    def forward(self, x):
        x = F.layer_norm(x.permute(0, 2, 3, 1), (self.width,), self.weight, self.bias)
        return x.permute(0, 3, 1, 2)


class _Permuted(nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return x.permute(self.dims)


class CNBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(dim, dim, 7, padding=3, groups=dim), _Permuted((0, 2, 3, 1)), nn.LayerNorm(dim, eps=1e-6),
            nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim), _Permuted((0, 3, 1, 2)))
        self.layer_scale = nn.Parameter(torch.ones(dim, 1, 1) * 1e-6)
        self.stochastic_depth = StochasticDepth(0.1, "row")

    def forward(self, x):
        return x + self.stochastic_depth(self.layer_scale * self.block(x))


class ConvNeXt(nn.Module):
    def __init__(self, widths, counts, num_classes=1000):
        super().__init__()
        layers = [nn.Sequential(nn.Conv2d(3, widths[0], 4, 4), LayerNorm2d(widths[0]))]
        for place, (width, count) in enumerate(zip(widths, counts)):
            layers.append(nn.Sequential(*[CNBlock(width) for _ in range(count)]))
            if place < 3:
                layers.append(nn.Sequential(LayerNorm2d(width), nn.Conv2d(width, widths[place + 1], 2, 2)))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(LayerNorm2d(widths[-1]), nn.Flatten(1), nn.Linear(widths[-1], num_classes))

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)))


def _convnext(widths, counts):
    def make(pretrained=False, progress=True, weights=None, **kwargs):
        return ConvNeXt(widths, counts, **kwargs)
    return make


convnext_tiny = _convnext((96, 192, 384, 768), (3, 3, 9, 3))
convnext_small = _convnext((96, 192, 384, 768), (3, 3, 27, 3))
convnext_base = _convnext((128, 256, 512, 1024), (3, 3, 27, 3))
convnext_large = _convnext((192, 384, 768, 1536), (3, 3, 27, 3))


class MLPBlock(nn.Sequential):
    def __init__(self, width, hidden):
        super().__init__(nn.Linear(width, hidden), nn.GELU(), nn.Dropout(0.0), nn.Linear(hidden, width),
                         nn.Dropout(0.0))


class EncoderBlock(nn.Module):
    def __init__(self, heads, width, hidden):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=1e-6)
        self.self_attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.dropout = nn.Dropout(0.0)
        self.ln_2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = MLPBlock(width, hidden)

    def forward(self, input):
        x = self.ln_1(input)
        x, _ = self.self_attention(x, x, x, need_weights=False)
        x = self.dropout(x) + input
        return x + self.mlp(self.ln_2(x))


class Encoder(nn.Module):
    def __init__(self, length, count, heads, width, hidden):
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.zeros(1, length, width))
        self.dropout = nn.Dropout(0.0)
        layers = OrderedDict()
        for place in range(count):
            layers[f"encoder_layer_{place}"] = EncoderBlock(heads, width, hidden)
        self.layers = nn.Sequential(layers)
        self.ln = nn.LayerNorm(width, eps=1e-6)

    def forward(self, input):
        return self.ln(self.layers(self.dropout(input + self.pos_embedding)))


class VisionTransformer(nn.Module):
    def __init__(self, patch_size, num_layers, num_heads, hidden_dim, mlp_dim, image_size=224, num_classes=1000):
        super().__init__()
        self.image_size, self.patch_size, self.hidden_dim = image_size, patch_size, hidden_dim
        self.conv_proj = nn.Conv2d(3, hidden_dim, patch_size, patch_size)
        self.class_token = nn.Parameter(torch.zeros(1, 1, hidden_dim))
        self.encoder = Encoder((image_size // patch_size) ** 2 + 1, num_layers, num_heads, hidden_dim, mlp_dim)
        self.heads = nn.Sequential(OrderedDict([("head", nn.Linear(hidden_dim, num_classes))]))

    def _process_input(self, x):
        n, c, h, w = x.shape
        torch._assert(h == self.image_size, "Wrong image height!")
        torch._assert(w == self.image_size, "Wrong image width!")
        return torch.flatten(self.conv_proj(x), 2).permute(0, 2, 1)

    def forward(self, x):
        x = self._process_input(x)
        x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], dim=1)
        return self.heads(self.encoder(x)[:, 0])


def _patches(patch_size, num_layers, num_heads, hidden_dim, mlp_dim):
    def make(pretrained=False, progress=True, weights=None, **kwargs):
        return VisionTransformer(patch_size, num_layers, num_heads, hidden_dim, mlp_dim, **kwargs)
    return make


vit_b_16 = _patches(16, 12, 12, 768, 3072)
vit_b_32 = _patches(32, 12, 12, 768, 3072)
vit_l_16 = _patches(16, 24, 16, 1024, 4096)
vit_l_32 = _patches(32, 24, 16, 1024, 4096)
"""
