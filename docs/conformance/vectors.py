"""Code shared by the oracle scripts: input sequences, plain loops over NHWC arrays, and the file format. Standard library only."""

import itertools
import json
import pathlib

HERE = pathlib.Path(__file__).parent


def sequence(seed, count, reach):
    """`count` whole numbers in -reach .. reach: s <- 48271 s mod (2^31 - 1), value = s mod (2 reach + 1) - reach."""
    values = []
    for _ in range(count):
        seed = seed * 48271 % 2147483647
        values.append(seed % (2 * reach + 1) - reach)
    return values


def size_of(shape):
    size = 1
    for side in shape:
        size *= side
    return size


class Array:
    """A dense row-major array of Python numbers that reads as 0 outside its borders."""

    def __init__(self, shape, data=None):
        self.shape = list(shape)
        self.data = [0] * size_of(shape) if data is None else list(data)
        assert len(self.data) == size_of(shape)

    def __getitem__(self, index):
        return self.data[self.offset(index)] if self.holds(index) else 0

    def add(self, index, value):
        """Adds in place; values outside the borders are dropped, like the gradient of padding."""
        if self.holds(index):
            self.data[self.offset(index)] += value

    def set(self, index, value):
        self.data[self.offset(index)] = value

    def holds(self, index):
        return all(0 <= i < side for i, side in zip(index, self.shape, strict=True))

    def offset(self, index):
        offset = 0
        for i, side in zip(index, self.shape, strict=True):
            offset = offset * side + i
        return offset

    def places(self):
        return itertools.product(*(range(side) for side in self.shape))

    def slice(self, begin, size):
        ranges = (range(b, b + s) for b, s in zip(begin, size, strict=True))
        return Array(size, (self[i] for i in itertools.product(*ranges)))

    def json(self):
        return {"shape": self.shape, "data": [rounded(v) for v in self.data]}


def drawn(seed, shape, reach):
    return Array(shape, sequence(seed, size_of(shape), reach))


def rounded(value):
    """Nine significant digits: enough for float32, and the same text whatever libm computed the last bit."""
    return value if isinstance(value, int) else float(f"{value:.9g}")


def file_of(name, content):
    """The text of a vector file, and its path."""
    return HERE / f"{name}.json", layout(content) + "\n"


def layout(value, indent=""):
    """JSON with lists of numbers on one line and everything else indented."""
    inner = indent + " "
    if isinstance(value, dict):
        rows = [f"{inner}{json.dumps(key)}: {layout(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(inner + layout(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, separators=(",", ":"))
