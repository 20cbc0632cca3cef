"""Compares PyTorch (float64, CPU) with the vectors, as a second opinion on the scripts. `python3 check_pytorch.py`; requires torch.

Prints one line a case with the greatest difference over the greatest expected magnitude; exits 1 if one is above 1e-8.
"""

import json
import sys

import torch
import torch.nn.functional as F
from vectors import HERE, sequence, size_of

worst = 0.0


def load(name):
    return json.loads((HERE / f"{name}.json").read_text())


def tensor(stored):
    data = stored.get("data") or sequence(stored["sequence"]["seed"], size_of(stored["shape"]), stored["sequence"]["reach"])
    return torch.tensor(data, dtype=torch.float64).reshape(stored["shape"])


def nchw(stored):
    return tensor(stored).permute(0, 3, 1, 2).contiguous()


def nhwc(t):
    return t.permute(0, 2, 3, 1)


def compare(name, pairs):
    global worst
    error = max(float((a - e).detach().abs().max() / max(float(e.abs().max()), 1e-300)) for a, e in pairs)
    worst = max(worst, error)
    print(f"{error:8.1e}  {name}")


def lrn(case):
    """torch always divides alpha by the size."""
    alpha = case["alpha"] if case["alphaIsDividedBySize"] else case["alpha"] * case["size"]
    x = nchw(case["x"]).requires_grad_()
    parts = x.chunk(case["groups"], 1)
    y = torch.cat([F.local_response_norm(p, case["size"], alpha, case["beta"], case["k"]) for p in parts], 1)
    y.backward(nchw(case["dy"]))
    return [(nhwc(y), tensor(case["y"])), (nhwc(x.grad), tensor(case["dx"]))]


def same_map(case):
    x = nchw(case["x"]).requires_grad_()
    mean = F.avg_pool2d(x**2, case["size"], 1, case["size"] // 2)
    y = x / (case["k"] + case["alpha"] * mean) ** case["beta"]
    y.backward(nchw(case["dy"]))
    return [(nhwc(y), tensor(case["y"])), (nhwc(x.grad), tensor(case["dx"]))]


def convolution(case):
    (top, bottom), (left, right) = case["padding"]
    x = nchw(case["x"]).requires_grad_()
    w = tensor(case["filter"]).permute(3, 2, 0, 1).contiguous().requires_grad_()
    b = tensor(case["bias"]).requires_grad_()
    y = F.conv2d(F.pad(x, (left, right, top, bottom)), w, b, case["strides"], groups=case["groups"])
    y.backward(nchw(case["dy"]))
    dx = nhwc(x.grad)
    pairs = [(nhwc(y), tensor(case["y"])), (w.grad.permute(2, 3, 1, 0), tensor(case["dFilter"])), (b.grad, tensor(case["dBias"]))]
    if "dx" in case:
        return pairs + [(dx, tensor(case["dx"]))]
    for part in case["dxSlices"]:
        cut = tuple(slice(start, start + size) for start, size in zip(part["begin"], part["shape"]))
        pairs.append((dx[cut], tensor(part)))
    return pairs + [(dx.sum(), torch.tensor(float(case["dxSum"])))]


def pooling(case):
    x = nchw(case["x"]).requires_grad_()
    y = F.max_pool2d(x, case["poolSize"], case["strides"], ceil_mode=case["cutSquares"])
    y.backward(nchw(case["dy"]))
    return [(nhwc(y), tensor(case["y"])), (nhwc(x.grad), tensor(case["dxFirst"]))]


def initialization(net):
    """What torch.nn really draws: 1e6 weights per layer determine a standard deviation to a thousandth."""
    errors = []
    torch.manual_seed(1)
    for layer in net["layers"]:
        shape = layer["kernel"]
        made = torch.nn.Conv2d(shape[2], shape[3], shape[0]) if len(shape) == 4 else torch.nn.Linear(*shape)
        errors.append(abs(float(made.weight.detach().std()) / layer["std"] - 1))
        assert float(made.bias.detach().abs().max()) <= layer["std"] * 3**0.5, f"{layer['name']}: a bias beyond the bound"
    print(f"{max(errors):8.1e}  initialization, {net['name']}: deviations of torch.nn's draws")
    assert max(errors) < 0.01, "torch.nn draws other deviations"


for file, check in {
    "lrn": lrn,
    "same-map-normalization": same_map,
    "convolution": convolution,
    "grouped-convolution": convolution,
    "overlapping-pooling": pooling,
}.items():
    for case in load(file)["cases"]:
        compare(f"{file}, {case['name']}", check(case))
initialization(next(net for net in load("initialization")["nets"] if net["name"] == "torchvision"))
print(f"PyTorch {torch.__version__}: greatest difference {worst:.1e}")
sys.exit(0 if worst < 1e-8 else 1)
