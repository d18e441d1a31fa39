"""Networks whose output is a map or a sequence: U-Net, GANs, dilated stacks."""

from __future__ import annotations

from shapecalc import Builder, Net
from shapecalc.layers import (
    Add,
    BatchNorm2d,
    Concat,
    Conv1d,
    ConvTranspose2d,
    LeakyReLU,
    MaxPool2d,
    Multiply,
    ReLU,
    Sigmoid,
    Tanh,
    ZeroPad2d,
)
from tests.nets.parts import conv, conv_relu


def unet(size: int = 572, inputs: int = 1, outputs: int = 2, padding: int = 0) -> Net:
    """U-Net; without padding the skip connections are cropped to the size of what they join."""
    b = Builder((inputs, size, size), name="unet")
    skips = _contract(b, padding)
    for level in reversed(range(4)):
        up = b.add(ConvTranspose2d(128 << level, 64 << level, 2, stride=2))
        report = b.build().measure()
        crop = (report[up].output_shape[-1] - report[skips[level]].output_shape[-1]) // 2
        skip = b.add(ZeroPad2d(crop), inputs=skips[level]) if crop else skips[level]
        b.add(Concat(), inputs=(skip, up))
        conv_relu(b, 64 << level, 3, 1, padding)
        conv_relu(b, 64 << level, 3, 1, padding)
    b.add(conv(outputs, 1), name="output")
    return b.build()


def unet_contracting(size: int) -> Net:
    """The first half of U-Net without padding."""
    b = Builder((1, size, size), name="unet_contracting")
    _contract(b, 0)
    return b.build()


def _contract(b: Builder, padding: int) -> list[str]:
    skips = []
    for level in range(5):
        conv_relu(b, 64 << level, 3, 1, padding)
        skip = conv_relu(b, 64 << level, 3, 1, padding)
        if level < 4:
            skips.append(skip)
            b.add(MaxPool2d(2), name=f"pool{level + 1}")
    return skips


def dcgan_generator() -> Net:
    """The generator of PyTorch's DCGAN tutorial."""
    b = Builder((100, 1, 1), name="dcgan_generator")
    for out, s, p in ((512, 1, 0), (256, 2, 1), (128, 2, 1), (64, 2, 1)):
        b.chain(
            ConvTranspose2d(out_channels=out, kernel_size=4, stride=s, padding=p, bias=False), BatchNorm2d(), ReLU()
        )
    b.chain(ConvTranspose2d(64, 3, 4, stride=2, padding=1, bias=False), Tanh())
    return b.build()


def dcgan_discriminator() -> Net:
    """The discriminator of PyTorch's DCGAN tutorial."""
    b = Builder((3, 64, 64), name="dcgan_discriminator")
    for out in (64, 128, 256, 512):
        b.add(conv(out, 4, 2, 1, bias=False))
        if out > 64:
            b.add(BatchNorm2d())
        b.add(LeakyReLU(0.2))
    b.chain(conv(1, 4, bias=False), Sigmoid())
    return b.build()


def patchgan(strided: int, inputs: int = 6, size: int = 256) -> Net:
    """The discriminator of pix2pix with so many convolutions of stride 2: 1, 3 and 5 give patches of 16, 70 and 286.

    A bias stands only where no batch normalisation follows.
    """
    b = Builder((inputs, size, size), name="patchgan")
    b.chain(conv(64, 4, 2, 1), LeakyReLU(0.2))
    for number in range(1, strided + 1):
        stride = 2 if number < strided else 1
        b.chain(conv(64 * min(1 << number, 8), 4, stride, 1, bias=False), BatchNorm2d(), LeakyReLU(0.2))
    b.add(conv(1, 4, 1, 1), name="output")
    return b.build()


def pixelgan(inputs: int = 6) -> Net:
    """The 1×1 discriminator of pix2pix."""
    b = Builder((inputs, 256, 256), name="pixelgan")
    b.chain(conv(64, 1), LeakyReLU(0.2), conv(128, 1, bias=False), BatchNorm2d(), LeakyReLU(0.2))
    b.add(conv(1, 1), name="output")
    return b.build()


def wavenet(length: int = 4096) -> Net:
    """One stack of WaveNet: causal convolutions with gates, dilations 1 to 512, residual and skip connections."""
    b = Builder((32, length), name="wavenet")
    skips = []
    for power in range(10):
        source = b.last
        window = {"kernel_size": 2, "dilation": 1 << power, "padding": "causal"}
        b.add(Conv1d(32, 32, **window))
        signal = b.add(Tanh())
        b.add(Conv1d(32, 32, **window), inputs=source)
        gate = b.add(Sigmoid())
        gated = b.add(Multiply(), inputs=(signal, gate))
        skips.append(b.add(Conv1d(32, 64, 1), inputs=gated))
        b.add(Conv1d(32, 32, 1), inputs=gated)
        b.add(Add(), inputs=(b.last, source))
    b.add(Add(), inputs=skips, name="output")
    return b.build()


def tcn(kernel_size: int = 4, blocks: int = 7, length: int = 2048) -> Net:
    """A temporal convolutional net: two causal convolutions per block, dilations 1, 2, 4, ..."""
    b = Builder((8, length), name="tcn")
    for block in range(blocks):
        source = b.last
        for _ in range(2):
            b.chain(Conv1d(8, 8, kernel_size, dilation=1 << block, padding="causal"), ReLU())
        b.add(Add(), inputs=(b.last, source), name="output" if block == blocks - 1 else "")
    return b.build()


def context_module(channels: int = 21, size: int = 64) -> Net:
    """Yu and Koltun's basic context module: dilations 1, 1, 2, 4, 8, 16, 1, then 1×1."""
    b = Builder((channels, size, size), name="context_module")
    for number, dilation in enumerate((1, 1, 2, 4, 8, 16, 1), 1):
        b.add(conv(channels, 3, 1, dilation, dilation=dilation), name=f"layer{number}")
        b.add(ReLU())
    b.add(conv(channels, 1), name="layer8")
    return b.build()
