"""overlapping-pooling.json: max pooling over z x z squares with stride s, ties included.

Three gradients, for the three answers to a tie: `dxFirst` gives each square's to its first greatest place in row-major order
(Caffe, PyTorch, TensorFlow.js on cpu), `dxLast` to its last (TensorFlow.js on wasm and webgpu), and `dxAll` gives it whole to
every place that equals the maximum (the original program: kLocalMaxUndo in conv_util.cu).
"""

from vectors import Array, drawn


def pool(x, dy_seed, poolSize, strides, cutSquares):
    """`cutSquares`: squares that the image cuts off on the right and bottom are pooled too."""
    batch, height, width, channels = x.shape
    spare = strides - 1 if cutSquares else 0
    rows, columns = ((side - poolSize + spare) // strides + 1 for side in (height, width))
    y = Array([batch, rows, columns, channels])
    dy = drawn(dy_seed, y.shape, 9)
    first, last, every = (Array(x.shape) for _ in range(3))
    for n, i, j, c in y.places():
        square = [(n, i * strides + u, j * strides + v, c) for u in range(poolSize) for v in range(poolSize)]
        inside = [place for place in square if x.holds(place)]
        greatest = max(x[place] for place in inside)
        y.set((n, i, j, c), greatest)
        tied = [place for place in inside if x[place] == greatest]
        first.add(tied[0], dy[n, i, j, c])
        last.add(tied[-1], dy[n, i, j, c])
        for place in tied:
            every.add(place, dy[n, i, j, c])
    return y, dy, first, last, every


def case(name, x, seed, poolSize=3, strides=2, cutSquares=False):
    y, dy, first, last, every = pool(x, seed, poolSize, strides, cutSquares)
    head = {"name": name, "poolSize": poolSize, "strides": strides, "cutSquares": cutSquares}
    arrays = {"x": x, "dy": dy, "y": y, "dxFirst": first, "dxLast": last, "dxAll": every}
    return head | {key: value.json() for key, value in arrays.items()}


def without_ties(seed, shape):
    """A permutation of 0 .. size - 1, so no two values are equal."""
    keys = drawn(seed, shape, 2**30 - 1).data
    order = sorted(range(len(keys)), key=lambda i: (keys[i], i))
    x = Array(shape)
    for rank, i in enumerate(order):
        x.data[i] = rank
    return x


def rectified(seed, shape):
    """Whole numbers 0 .. 3, two thirds of them 0, as after a ReLU."""
    return Array(shape, (max(0, value) for value in drawn(seed, shape, 3).data))


CONTENT = {
    "operation": "overlapping max pooling",
    "tolerance": 0,
    "cases": [
        case("z = 3, s = 2, no ties, 13 -> 6 as layer 5", without_ties(61, [1, 13, 13, 2]), 62),
        case("z = 3, s = 2, ties behind a ReLU", rectified(63, [2, 7, 9, 3]), 64),
        case("z = 3, s = 2, all equal", Array([1, 5, 5, 1], [1] * 25), 65),
        case("z = 3, s = 2, negative values only", Array([1, 5, 5, 1], (v - 9 for v in without_ties(66, [1, 5, 5, 1]).data)), 67),
        case("z = 3, s = 2, two rows that no square reaches", without_ties(68, [1, 8, 6, 1]), 69),
        case("z = 2, s = 2, cut squares, 55 -> 28 at small size", without_ties(71, [1, 7, 7, 2]), 72, 2, 2, True),
    ],
}
