"""lrn.json: local response normalization across channels, values and gradients, in four conventions.

b_i = a_i / d_i^beta,  d_i = k + w sum of a_j^2 over the window,  w = alpha, or alpha / size where alpha is divided
da_i = db_i / d_i^beta - 2 beta w a_i sum over the window of db_j a_j / d_j^(beta + 1)
"""

from vectors import Array, drawn

# Krizhevsky et al. 2012, sec. 3.3; layer.py and layer-params of cuda-convnet; bvlc_alexnet and caffe.proto; tfjs's defaults
CONVENTIONS = {
    "paper": {"size": 5, "k": 2, "alpha": 1e-4, "alphaIsDividedBySize": False, "beta": 0.75},
    "original2012": {"size": 5, "k": 2, "alpha": 1e-4, "alphaIsDividedBySize": True, "beta": 0.75},
    "caffe": {"size": 5, "k": 1, "alpha": 1e-4, "alphaIsDividedBySize": True, "beta": 0.75},
    "tfjs": {"size": 11, "k": 1, "alpha": 1, "alphaIsDividedBySize": False, "beta": 0.5},
}


def normalize(x, dy, size, k, alpha, alphaIsDividedBySize, beta, groups):
    """Values and gradient; the window stays inside one of `groups` equal ranges of channels."""
    weight = alpha / size if alphaIsDividedBySize else alpha
    run = x.shape[3] // groups
    y, dx = Array(x.shape), Array(x.shape)

    def window(c):
        first = c // run * run
        return range(max(first, c - size // 2), min(first + run, c + size // 2 + 1))

    def divisor(n, h, w, c):
        return k + weight * sum(x[n, h, w, j] ** 2 for j in window(c))

    for n, h, w, c in x.places():
        a = x[n, h, w, c]
        d = divisor(n, h, w, c)
        y.set((n, h, w, c), a / d**beta)
        others = sum(dy[n, h, w, j] * x[n, h, w, j] / divisor(n, h, w, j) ** (beta + 1) for j in window(c))
        dx.set((n, h, w, c), dy[n, h, w, c] / d**beta - 2 * beta * weight * a * others)
    return y, dx


def case(name, convention, shape, seed, reach, groups=1):
    options = CONVENTIONS[convention]
    x, dy = drawn(seed, shape, reach), drawn(seed + 1, shape, 9)
    y, dx = normalize(x, dy, **options, groups=groups)
    head = {"name": name, "convention": convention, **options, "groups": groups}
    return head | {"x": x.json(), "dy": dy.json(), "y": y.json(), "dx": dx.json()}


def towers(name, convention, channels, seed, reach):
    """The border in the middle of the channels: the window stops there, then crosses it."""
    shape = [1, 1, 2, channels]
    return [
        case(f"{name}, the border of two towers", convention, shape, seed, reach, groups=2),
        case(f"{name}, the same channels joined", convention, shape, seed, reach),
    ]


CONTENT = {
    "operation": "local response normalization",
    "tolerance": 1e-5,
    "cases": [
        case("paper, both channel borders", "paper", [1, 2, 2, 8], 11, 200),
        case("original2012, both channel borders", "original2012", [1, 2, 2, 8], 11, 200),
        case("caffe, both channel borders", "caffe", [1, 2, 2, 8], 11, 200),
        case("tfjs's defaults, both channel borders", "tfjs", [1, 2, 1, 13], 13, 9),
        case("paper, fewer channels than the window", "paper", [2, 1, 2, 3], 15, 200),
        case("original2012, the 96 channels of layer 1, towers apart", "original2012", [1, 1, 2, 96], 17, 400, groups=2),
        case("original2012, the 96 channels of layer 1, towers joined", "original2012", [1, 1, 2, 96], 17, 400),
        *towers("paper", "paper", 16, 19, 200),
        *towers("caffe", "caffe", 16, 19, 200),
        *towers("tfjs's defaults", "tfjs", 26, 19, 9),
    ],
}
