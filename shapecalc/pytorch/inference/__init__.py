"""What a trained net is for: predictions, a look inside, and ONNX."""

# imported first: it names the package that training, and so a trained net, needs and that is missing
from shapecalc.pytorch.training.trainer import load_trained as load_trained
