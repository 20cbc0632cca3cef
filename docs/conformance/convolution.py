"""convolution.json and grouped-convolution.json: whole numbers throughout, so every value is exact in float32.

y(i,j,f) = b(f) + sum over u, v, c of x(i s + u - top, j s + v - left, g C/G + c) w(u,v,c,f),  g = floor(f G / F)
"""

from vectors import Array, drawn


def convolve(x, w, bias, dy_seed, strides, padding, groups):
    """Values, and the gradients of sum(dy y) with respect to x, w and b, with dy drawn from `dy_seed`."""
    (top, bottom), (left, right) = padding
    batch, height, width, channels = x.shape
    kh, kw, depth, filters = w.shape
    rows = (height + top + bottom - kh) // strides + 1
    columns = (width + left + right - kw) // strides + 1
    y = Array([batch, rows, columns, filters])
    dy = drawn(dy_seed, y.shape, 3)
    dx, dw, db = Array(x.shape), Array(w.shape), Array(bias.shape)
    for n, i, j, f in y.places():
        first = f * groups // filters * channels // groups
        gradient = dy[n, i, j, f]
        total = bias[(f,)]
        for u in range(kh):
            for v in range(kw):
                row, column = i * strides + u - top, j * strides + v - left
                if not (0 <= row < height and 0 <= column < width):
                    continue
                at = x.offset((n, row, column, first))
                to = w.offset((u, v, 0, f))
                for c in range(depth):
                    total += x.data[at + c] * w.data[to + c * filters]
                    dx.data[at + c] += gradient * w.data[to + c * filters]
                    dw.data[to + c * filters] += gradient * x.data[at + c]
        y.set((n, i, j, f), total)
        db.add((f,), gradient)
    return y, dy, dx, dw, db


def overhang():
    """Layer 1: 224 pixels, 11 x 11 kernels with stride 4, 3 rows and columns of zeros after the right and bottom border."""
    options = {"strides": 4, "padding": [[0, 3], [0, 3]], "groups": 1}
    inputs = {
        "x": {"shape": [1, 224, 224, 3], "sequence": {"seed": 31, "reach": 9}},
        "filter": {"shape": [11, 11, 3, 2], "sequence": {"seed": 32, "reach": 2}},
    }
    x, w = (drawn(i["sequence"]["seed"], i["shape"], i["sequence"]["reach"]) for i in inputs.values())
    bias = Array([2], [5, -7])
    y, dy, dx, dw, db = convolve(x, w, bias, 33, **options)
    dy_drawn = {"shape": dy.shape, "sequence": {"seed": 33, "reach": 3}}
    corners = [[0, 0, 0, 0], [0, 212, 212, 0]]
    slices = [{"begin": b, **dx.slice(b, [1, 12, 12, 3]).json()} for b in corners]
    expected = {"y": y.json(), "dxSlices": slices, "dxSum": sum(dx.data), "dFilter": dw.json(), "dBias": db.json()}
    return {"name": "224 pixels with overhang: 55 x 55"} | options | inputs | {"bias": bias.json(), "dy": dy_drawn} | expected


def grouped(name, shape, kernel, seed, strides, padding, groups):
    x, w = drawn(seed, shape, 5), drawn(seed + 1, kernel, 3)
    bias = drawn(seed + 2, [kernel[3]], 9)
    y, dy, dx, dw, db = convolve(x, w, bias, seed + 3, strides, padding, groups)
    inputs = {"x": x.json(), "filter": w.json(), "bias": bias.json(), "dy": dy.json()}
    expected = {"y": y.json(), "dx": dx.json(), "dFilter": dw.json(), "dBias": db.json()}
    return {"name": name, "strides": strides, "padding": padding, "groups": groups} | inputs | expected


CONTENT = {"operation": "convolution", "tolerance": 1e-6, "cases": [overhang()]}

GROUPED = {
    "operation": "grouped convolution",
    "tolerance": 1e-6,
    "cases": [
        grouped("two groups, 5 x 5, as layer 2", [2, 6, 7, 4], [5, 5, 2, 6], 41, 1, [[2, 2], [2, 2]], 2),
        grouped("two groups, 3 x 3, as layers 4 and 5", [1, 5, 5, 8], [3, 3, 4, 4], 45, 1, [[1, 1], [1, 1]], 2),
        grouped("three groups, 3 x 2, stride 2, no padding", [1, 5, 6, 6], [3, 2, 2, 3], 49, 2, [[0, 0], [0, 0]], 3),
        grouped("as many groups as channels, lopsided padding", [1, 4, 5, 3], [3, 3, 1, 3], 53, 1, [[2, 0], [0, 1]], 3),
        grouped("one group", [1, 5, 4, 3], [3, 3, 3, 2], 57, 1, [[1, 1], [1, 1]], 1),
    ],
}
