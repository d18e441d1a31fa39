"""Nets as torch modules. Importing this package registers the modules of the layers that torch has no class for."""

from shapecalc.pytorch.modules import capsules as capsules
from shapecalc.pytorch.modules import deformable as deformable
from shapecalc.pytorch.modules import functions as functions
from shapecalc.pytorch.modules import parameters as parameters
from shapecalc.pytorch.modules import torchvision as torchvision
