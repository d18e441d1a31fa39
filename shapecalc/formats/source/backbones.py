"""Networks of torchvision as programs that the reader follows, with the names of their parts as they are there."""

from __future__ import annotations

BACKBONES = """
import torch
from torch import nn


def _norm(norm_layer):
    return nn.BatchNorm2d if norm_layer is None else norm_layer


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64, dilation=1,
                 norm_layer=None):
        super().__init__()
        norm = _norm(norm_layer)
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = norm(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = norm(planes)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)) + shortcut)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, groups=1, base_width=64, dilation=1,
                 norm_layer=None):
        super().__init__()
        norm = _norm(norm_layer)
        width = planes * base_width // 64 * groups
        self.conv1 = nn.Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = norm(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, dilation, dilation, groups, bias=False)
        self.bn2 = norm(width)
        self.conv3 = nn.Conv2d(width, planes * 4, 1, bias=False)
        self.bn3 = norm(planes * 4)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        return self.relu(self.bn3(self.conv3(y)) + shortcut)


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000, zero_init_residual=False, groups=1, width_per_group=64,
                 replace_stride_with_dilation=None, norm_layer=None):
        super().__init__()
        norm = _norm(norm_layer)
        dilated = replace_stride_with_dilation or [False, False, False]
        self.inplanes, self.dilation = 64, 1
        self.groups, self.base_width = groups, width_per_group
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = norm(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = self._make_layer(block, 64, layers[0], 1, False, norm)
        self.layer2 = self._make_layer(block, 128, layers[1], 2, dilated[0], norm)
        self.layer3 = self._make_layer(block, 256, layers[2], 2, dilated[1], norm)
        self.layer4 = self._make_layer(block, 512, layers[3], 2, dilated[2], norm)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

    def _make_layer(self, block, planes, count, stride, dilate, norm):
        first = self.dilation
        if dilate:
            self.dilation, stride = self.dilation * stride, 1
        downsample, width = None, planes * block.expansion
        if stride != 1 or self.inplanes != width:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, width, 1, stride, bias=False), norm(width))
        blocks = [block(self.inplanes, planes, stride, downsample, self.groups, self.base_width, first, norm)]
        self.inplanes = width
        for _ in range(1, count):
            blocks.append(block(width, planes, 1, None, self.groups, self.base_width, self.dilation, norm))
        return nn.Sequential(*blocks)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def _residual(block, layers, **fixed):
    def make(pretrained=False, progress=True, weights=None, **kwargs):
        return ResNet(block, layers, **fixed, **kwargs)
    return make


resnet18 = _residual(BasicBlock, [2, 2, 2, 2])
resnet34 = _residual(BasicBlock, [3, 4, 6, 3])
resnet50 = _residual(Bottleneck, [3, 4, 6, 3])
resnet101 = _residual(Bottleneck, [3, 4, 23, 3])
resnet152 = _residual(Bottleneck, [3, 8, 36, 3])
resnext50_32x4d = _residual(Bottleneck, [3, 4, 6, 3], groups=32, width_per_group=4)
wide_resnet50_2 = _residual(Bottleneck, [3, 4, 6, 3], width_per_group=128)


class VGG(nn.Module):
    def __init__(self, features, num_classes=1000, init_weights=True, dropout=0.5):
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(True), nn.Dropout(dropout),
            nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(dropout), nn.Linear(4096, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def _plain(counts, batch_norm):
    def make(pretrained=False, progress=True, weights=None, **kwargs):
        layers, width = [], 3
        for count, planes in zip(counts, (64, 128, 256, 512, 512)):
            for _ in range(count):
                layers.append(nn.Conv2d(width, planes, 3, padding=1))
                if batch_norm:
                    layers.append(nn.BatchNorm2d(planes))
                layers.append(nn.ReLU(inplace=True))
                width = planes
            layers.append(nn.MaxPool2d(2, 2))
        return VGG(nn.Sequential(*layers), **kwargs)
    return make


vgg11, vgg11_bn = _plain((1, 1, 2, 2, 2), False), _plain((1, 1, 2, 2, 2), True)
vgg13, vgg13_bn = _plain((2, 2, 2, 2, 2), False), _plain((2, 2, 2, 2, 2), True)
vgg16, vgg16_bn = _plain((2, 2, 3, 3, 3), False), _plain((2, 2, 3, 3, 3), True)
vgg19, vgg19_bn = _plain((2, 2, 4, 4, 4), False), _plain((2, 2, 4, 4, 4), True)


class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, dropout=0.5):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2))
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(inplace=True),
            nn.Dropout(dropout), nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Linear(4096, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def alexnet(pretrained=False, progress=True, weights=None, **kwargs):
    return AlexNet(**kwargs)
"""
