"""Published networks that are not in the zoo, as builders, to measure them against published numbers."""

from tests.nets.classic import alexnet_d2l as alexnet_d2l
from tests.nets.classic import alexnet_v2_slim as alexnet_v2_slim
from tests.nets.classic import capsnet as capsnet
from tests.nets.classic import capsnet_baseline as capsnet_baseline
from tests.nets.classic import fastbook as fastbook
from tests.nets.classic import happy_house as happy_house
from tests.nets.classic import nin_d2l as nin_d2l
from tests.nets.dense import context_module as context_module
from tests.nets.dense import tcn as tcn
from tests.nets.dense import wavenet as wavenet
from tests.nets.residual import keras_resnet50 as keras_resnet50
from tests.nets.residual import mobilenet_v1_slim as mobilenet_v1_slim
from tests.nets.residual import slim_resnet_v1 as slim_resnet_v1
from tests.nets.slim_inception import inception_resnet_v2_slim as inception_resnet_v2_slim
from tests.nets.slim_inception import inception_v2_slim as inception_v2_slim
from tests.nets.slim_inception import inception_v3_slim as inception_v3_slim
from tests.nets.slim_inception import inception_v4_slim as inception_v4_slim
