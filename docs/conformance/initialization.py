"""initialization.json: the shape, distribution and bias of every layer before training, at 1000 classes.

`std` is the deviation of the weights, `within` the share of them inside 1, 2 and 3 deviations of 0.
"""

import math

from vectors import rounded, size_of

LAYERS = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"]
# [kernel height, kernel width, channels in, filters] or [units in, units], for one of two towers
TOWER = [[11, 11, 3, 48], [5, 5, 48, 128], [3, 3, 256, 192], [3, 3, 192, 192], [3, 3, 192, 128], [9216, 2048], [4096, 2048]]
# the same layers as two groups of one layer (Caffe): channels in are counted per group
GROUPED = [[11, 11, 3, 96], [5, 5, 48, 256], [3, 3, 256, 384], [3, 3, 192, 384], [3, 3, 192, 256], [9216, 4096], [4096, 4096]]
WEIRD = [[11, 11, 3, 64], [5, 5, 64, 192], [3, 3, 192, 384], [3, 3, 384, 256], [3, 3, 256, 256], [9216, 4096], [4096, 4096]]
NORMAL = [math.erf(deviations / math.sqrt(2)) for deviations in (1, 2, 3)]
UNIFORM = [min(1, deviations / math.sqrt(3)) for deviations in (1, 2, 3)]


def net(name, source, towers, kernels, rows):
    """`rows`: the std and the bias of each layer. The output layer has no towers."""
    layers = [
        {"name": layer, "towers": 1 if layer == "fc8" else towers, "kernel": kernel, "std": rounded(std), "bias": bias}
        for layer, kernel, (std, bias) in zip(LAYERS, kernels + [[4096, 1000]], rows, strict=True)
    ]
    parameters = sum(row["towers"] * (size_of(row["kernel"]) + row["kernel"][-1]) for row in layers)
    within = UNIFORM if rows[0][1] == "uniform" else NORMAL
    head = {"name": name, "source": source, "distribution": "uniform" if within is UNIFORM else "normal"}
    return head | {"within": [rounded(v) for v in within], "parameters": parameters, "layers": layers}


def pytorch(kernels):
    """U(-b, b), b = 1 / sqrt(fan in), for weights and biases: what torch.nn draws unless told otherwise."""
    return [(1 / math.sqrt(3 * size_of(kernel[:-1])), "uniform") for kernel in kernels + [[4096, 1000]]]


ONES = [0, 1, 0, 1, 1, 1, 1, 0]
CONTENT = {
    "operation": "initial weights",
    "nets": [
        net("paper", "sec. 5", 2, TOWER, [(0.01, bias) for bias in ONES]),
        net(
            "original2012",
            "layers/layers-145.cfg: initW, initB",
            2,
            TOWER,
            [(0.03 if layer in ("conv3", "conv4", "conv5") else 0.01, bias) for layer, bias in zip(LAYERS, ONES)],
        ),
        net(
            "caffe",
            "BVLC/caffe models/bvlc_alexnet/train_val.prototxt: weight_filler, bias_filler",
            1,
            GROUPED,
            [(0.005 if layer in ("fc6", "fc7") else 0.01, bias / 10) for layer, bias in zip(LAYERS, ONES)],
        ),
        net(
            "oneWeirdTrick",
            "cuda-convnet2 layers/layers-223-1gpu.cfg: initW, initB",
            1,
            WEIRD,
            [(0.03 if layer in ("conv3", "conv4", "conv5") else 0.01, bias) for layer, bias in zip(LAYERS, ONES[:7] + [-7])],
        ),
        net("torchvision", "pytorch/vision torchvision/models/alexnet.py; torch.nn's defaults", 1, WEIRD, pytorch(WEIRD)),
    ],
}
