"""dropout.json: every mask of four units with its probability, and the mean over masks against the test-time output.

paper:     training y = m x,               test y = (1 - rate) x
inverted:  training y = m x / (1 - rate),  test y = x
"""

import itertools
from fractions import Fraction

X = [3, -5, 8, 2]
DY = [1, 2, -3, 4]


def case(mode, rate):
    rate = Fraction(rate)
    kept = 1 if mode == "paper" else 1 / (1 - rate)
    at_test = 1 - rate if mode == "paper" else Fraction(1)
    masks, mean_y, mean_dx = [], [Fraction(0)] * 4, [Fraction(0)] * 4
    for mask in itertools.product([0, 1], repeat=4):
        probability = Fraction(1)
        for m in mask:
            probability *= 1 - rate if m else rate
        y = [kept * m * x for m, x in zip(mask, X)]
        dx = [kept * m * g for m, g in zip(mask, DY)]
        mean_y = [total + probability * v for total, v in zip(mean_y, y)]
        mean_dx = [total + probability * v for total, v in zip(mean_dx, dx)]
        masks.append({"mask": list(mask), "probability": float(probability), "y": numbers(y), "dx": numbers(dx)})
    test_y, test_dx = [at_test * x for x in X], [at_test * g for g in DY]
    assert (mean_y, mean_dx) == (test_y, test_dx)
    test = {"y": numbers(test_y), "dx": numbers(test_dx)}
    return {"name": f"{mode}, rate {float(rate)}", "mode": mode, "rate": float(rate), "x": X, "dy": DY} | {
        "training": masks,
        "test": test,
    }


def numbers(fractions):
    return [float(f"{float(f):.9g}") for f in fractions]


CONTENT = {
    "operation": "dropout",
    "tolerance": 1e-6,
    "cases": [case(mode, rate) for rate in ("1/2", "1/4") for mode in ("paper", "inverted")],
}
