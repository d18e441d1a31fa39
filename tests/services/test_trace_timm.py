"""A model of each family of timm, traced: parameters by name, and torch's count of the work."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import pytest
import torch
from torch import nn

from shapecalc.formats.source.values import name_set
from tests.services.torchvision_beside_cpu import declare_operators
from tests.services.traced import net_counts, torch_counts

pytestmark = pytest.mark.service("timm")

#: Families that are tried each time.
FAMILIES = sorted(
    name_set(
        "efficientnet_b0 resnet18 densenet121 dla34 convnext_atto mobilevit_xxs vit_tiny_patch16_224 "
        "swin_tiny_patch4_window7_224 levit_128s regnetx_002 ghostnet_100 rexnet_100 mixer_s32_224 poolformer_s12 "
        "res2net50_26w_4s mobilenetv3_small_050 vgg11 ese_vovnet19b_dw starnet_s050 beit_base_patch16_224"
    )
)
#: The others, which take minutes.
MORE_FAMILIES = sorted(
    name_set(
        "botnet26t_256 gernet_s cait_xxs24_224 coat_tiny convmixer_768_32 cpubone_b0_bfrobust crossvit_tiny_240 "
        "cspresnet50 cspnext_l davit_tiny deepseek_vit_412m deit_tiny_patch16_224 dpn68 edgenext_xx_small "
        "efficientformer_l1 efficientformerv2_s0 efficientvim_m1 efficientvit_b0 efficientvit_m0 "
        "eva02_tiny_patch14_224 fasternet_t0 fastvit_t8 focalnet_tiny_srf gcvit_xxtiny hardcorenas_a hgnet_tiny "
        "hiera_tiny_224 hieradet_small hrnet_w18_small iformer_t inception_next_atto inception_resnet_v2 "
        "inception_v3 inception_v4 lcnetv2_base lowformer_b0 mambaout_femto coatnet_nano_rw_224 mobilenetv5_300m "
        "mvitv2_tiny naflexvit_base_patch16_gap nasnetalarge nest_tiny nextvit_small eca_nfnet_l0 pit_ti_224 "
        "pnasnet5large pvt_v2_b0 qwen3_vit_306m rdnet_tiny repghostnet_050 repvit_m0_9 resnest14d resnetv2_50 "
        "selecsls42 legacy_seresnet18 shvit_s1 skresnet18 swiftformer_xs swinv2_tiny_window8_256 swinv2_cr_tiny_224 "
        "tiny_vit_5m_224 tnt_s_patch16_224 tresnet_m twins_svt_small visformer_tiny vit_tiny_r_s16_p8_224 "
        "vit_relpos_small_patch16_224 samvit_base_patch16 vitamin_small_224 volo_d1_224 legacy_xception xception41 "
        "xcit_nano_12_p16_224"
    )
)
#: Families whose traces do not have torch's count, each with the reason.
LEFT_OUT = {
    "convit_tiny": "a layer reads a grid that is made for each input of the batch",
    "csatv2": "layers read tables of constants, of which torch counts the work",
    "gemma4_vit_167m": "a layer reads a table that is no parameter",
    "sequencer2d_s": "recurrent layers, of which torch counts the products of each step",
}


def model(name: str) -> nn.Module:
    """A model without weights, on the meta device where it can be made there."""
    declare_operators()
    create: Any = import_module("timm").create_model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with torch.device("meta"):
                module: nn.Module = create(name, pretrained=False)
        except (RuntimeError, NotImplementedError):  # it computes with numbers while it is made
            module = create(name, pretrained=False).to("meta")
    return module.eval()


@pytest.mark.parametrize("name", [*FAMILIES, *[pytest.param(name, marks=pytest.mark.deep) for name in MORE_FAMILIES]])
def test_the_trace_of_a_family_is_exact(name: str) -> None:
    """Each parameter has its name and shape, and the work is what torch counts."""
    module: Any = model(name)
    shape = module.default_cfg["input_size"]
    assert net_counts(module, shape) == torch_counts(module, shape)


def test_every_family_has_a_model() -> None:
    """No family is forgotten, and few are left out."""
    declare_operators()
    registry = import_module("timm.models")
    names = [*FAMILIES, *MORE_FAMILIES, *LEFT_OUT]
    families = {registry.model_entrypoint(name).__module__.rpartition(".")[2] for name in names}
    assert families == {*registry.list_modules()}
    assert len(FAMILIES) + len(MORE_FAMILIES) >= 78
