"""same-map-normalization.json: the second normalization of the original program's layer 2, over a square of the same channel.

b(y,x) = a(y,x) / d^beta,  d = k + alpha / size^2 sum of a^2 over the size x size square around (y,x), zero outside the image
"""

from vectors import Array, drawn

OPTIONS = {"size": 5, "k": 1, "alpha": 1e-3, "alphaIsDividedBySizeSquared": True, "beta": 0.75}


def normalize(x, dy, size, k, alpha, alphaIsDividedBySizeSquared, beta):
    weight = alpha / size**2 if alphaIsDividedBySizeSquared else alpha
    reach = range(-(size // 2), size // 2 + 1)
    y, dx, d = Array(x.shape), Array(x.shape), Array(x.shape)
    for n, h, w, c in x.places():
        total = sum(x[n, h + v, w + u, c] ** 2 for v in reach for u in reach)
        d.set((n, h, w, c), k + weight * total)
        y.set((n, h, w, c), x[n, h, w, c] / d[n, h, w, c] ** beta)
    for n, h, w, c in x.places():
        around = [(n, h + v, w + u, c) for v in reach for u in reach if x.holds((n, h + v, w + u, c))]
        others = sum(dy[p] * x[p] / d[p] ** (beta + 1) for p in around)
        own = dy[n, h, w, c] / d[n, h, w, c] ** beta
        dx.set((n, h, w, c), own - 2 * beta * weight * x[n, h, w, c] * others)
    return y, dx


def case(name, shape, seed):
    x, dy = drawn(seed, shape, 200), drawn(seed + 1, shape, 9)
    y, dx = normalize(x, dy, **OPTIONS)
    return {"name": name, **OPTIONS, "x": x.json(), "dy": dy.json(), "y": y.json(), "dx": dx.json()}


CONTENT = {
    "operation": "response normalization within a channel",
    "tolerance": 1e-5,
    "cases": [
        case("all four borders of an image", [1, 7, 6, 2], 21),
        case("an image smaller than the window", [2, 2, 3, 2], 23),
    ],
}
