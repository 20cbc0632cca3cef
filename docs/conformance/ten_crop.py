"""ten-crop.json: the positions and the order of the ten test views, and the mean of their probabilities.

Four corners and the centre, then the same five mirrored (Krizhevsky et al. 2012, sec. 4.1); centre at floor((side - size) / 2).
"""

import math

from vectors import Array, drawn

NAMES = ["top-left", "top-right", "centre", "bottom-left", "bottom-right"]


def places(height, width, size):
    down, right = height - size, width - size
    corners = [(0, 0), (0, right), (down // 2, right // 2), (down, 0), (down, right)]
    return [
        {"name": name + (", mirrored" if mirror else ""), "top": top, "left": left, "mirror": mirror}
        for mirror in (False, True)
        for name, (top, left) in zip(NAMES, corners)
    ]


def views(x, size):
    """[N * 10, size, size, C]: the ten views of an image are consecutive. A mirrored view is cut, then flipped left to right."""
    batch, height, width, channels = x.shape
    out = []
    for n in range(batch):
        for place in places(height, width, size):
            for i in range(size):
                for j in range(size):
                    column = place["left"] + (size - 1 - j if place["mirror"] else j)
                    out.extend(x[n, place["top"] + i, column, c] for c in range(channels))
    return Array([batch * 10, size, size, channels], out)


def softmax(logits):
    powers = [math.exp(v) for v in logits]
    return [v / sum(powers) for v in powers]


def averages():
    """Probabilities of ten views of two images, [20, 3], and their mean over each image's views, [2, 3]."""
    logits = [[v / 4 for v in drawn(80 + i, [3], 20).data] for i in range(20)]
    rows = [softmax(row) for row in logits]
    means = [[sum(row[c] for row in rows[n * 10 : n * 10 + 10]) / 10 for c in range(3)] for n in range(2)]
    return {"probabilities": Array([20, 3], sum(rows, [])).json(), "mean": Array([2, 3], sum(means, [])).json()}


X = Array([2, 7, 6, 2], range(168))
CONTENT = {
    "operation": "ten test views",
    "tolerance": 1e-6,
    "places": [
        {"height": 256, "width": 256, "size": 224, "views": places(256, 256, 224)},
        {"height": 7, "width": 6, "size": 4, "views": places(7, 6, 4)},
    ],
    "cases": [{"name": "two images of 7 x 6, views of 4", "size": 4, "x": X.json(), "y": views(X, 4).json()}],
    "average": averages(),
}
