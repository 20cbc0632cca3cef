"""Prints as JSON what TensorBoard's own reader finds in a folder: {scalars: {tag: [[step, value]]}, images: ...}."""

import base64
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

every = {"scalars": 0, "images": 0, "tensors": 0}
board = EventAccumulator(sys.argv[1], size_guidance=every).Reload()
tags = board.Tags()
found = {
    "scalars": {tag: [[e.step, e.value] for e in board.Scalars(tag)] for tag in tags["scalars"]},
    "images": {
        tag: [[e.step, e.width, e.height, base64.b64encode(e.encoded_image_string).decode()] for e in board.Images(tag)]
        for tag in tags["images"]
    },
}
json.dump(found, sys.stdout)
