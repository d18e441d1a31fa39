"""The network: a graph of named layers with the shapes of its inputs."""

from shapecalc.net.builder import Builder as Builder
from shapecalc.net.net import Net as Net
from shapecalc.net.net import Node as Node
