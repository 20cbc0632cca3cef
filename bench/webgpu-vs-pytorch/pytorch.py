"""AlexNet as the preset `paper`, timed in PyTorch on CUDA. Prints seconds of each step as JSON.

Usage: python3 pytorch.py BATCH STEPS WARM_UP WIDTH
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy

batch, steps, warm_up = (int(text) for text in sys.argv[1:4])
width = float(sys.argv[4])
if not torch.cuda.is_available():
    sys.exit("torch is installed, but finds no CUDA GPU")


def scaled(count):
    return max(1, round(count * width / 2)) * 2


def lrn():
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)  # PyTorch divides alpha by the window


class Conv1(nn.Module):
    """The overhang: zeros right and below only, 227 pixels in all. Each tower has half of the kernels."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, scaled(96), 11, stride=4)

    def forward(self, x):
        return torch.relu(self.conv(nn.functional.pad(x, (0, 3, 0, 3))))


class TowerLrn(nn.Module):
    """Response normalization does not cross the towers."""

    def __init__(self):
        super().__init__()
        self.lrn = lrn()

    def forward(self, x):
        return torch.cat([self.lrn(half) for half in x.chunk(2, 1)], 1)


def conv(channels, filters, size, groups):
    return [nn.Conv2d(scaled(channels), scaled(filters), size, padding=size // 2, groups=groups), nn.ReLU()]


def pool():
    return nn.MaxPool2d(3, 2)


def net():
    units = scaled(4096)
    return nn.Sequential(
        Conv1(), TowerLrn(), pool(),
        *conv(96, 256, 5, 2), TowerLrn(), pool(),
        *conv(256, 384, 3, 1),
        *conv(384, 384, 3, 2),
        *conv(384, 256, 3, 2), pool(),
        nn.Flatten(),
        nn.Linear(scaled(256) * 36, units), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(units, units), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(units, 1000),
    ).cuda()


def timed(run):
    for _ in range(warm_up):
        run()
    seconds = []
    for _ in range(steps):
        torch.cuda.synchronize()
        started = time.perf_counter()
        run()
        torch.cuda.synchronize()
        seconds.append(time.perf_counter() - started)
    return seconds


def measure(name, tf32):
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    model = net()
    update = torch.optim.SGD(model.parameters(), lr=1e-6, momentum=0.9, weight_decay=5e-4)
    xs = torch.empty(batch, 3, 224, 224, device="cuda").uniform_(-128, 128)
    ys = torch.ones(batch, dtype=torch.long, device="cuda")

    def step():
        update.zero_grad(set_to_none=True)
        loss = cross_entropy(model(xs), ys)
        loss.backward()
        update.step()
        loss.item()

    def predict():
        with torch.inference_mode():
            model(xs).softmax(1).cpu()

    model.train()
    training = timed(step)
    model.eval()
    return {"name": name, "training": training, "inference": timed(predict)}


print(json.dumps({
    "device": torch.cuda.get_device_name(),
    "runs": [
        measure(f"PyTorch {torch.__version__}, float32", False),
        measure(f"PyTorch {torch.__version__}, TF32", True),
    ],
}))
