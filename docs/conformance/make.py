"""Writes every vector file: `python3 make.py`. With `--check`, writes nothing and exits 1 if a file would change.

Any Python from 3.10 on; nothing to install.
"""

import sys

import convolution
import dropout
import initialization
import lrn
import overlapping_pooling
import same_map_normalization
import ten_crop
from vectors import file_of

FILES = {
    "lrn": lrn.CONTENT,
    "same-map-normalization": same_map_normalization.CONTENT,
    "convolution": convolution.CONTENT,
    "grouped-convolution": convolution.GROUPED,
    "overlapping-pooling": overlapping_pooling.CONTENT,
    "dropout": dropout.CONTENT,
    "initialization": initialization.CONTENT,
    "ten-crop": ten_crop.CONTENT,
}


def main():
    changed = []
    for name, content in FILES.items():
        path, text = file_of(name, content)
        if path.exists() and path.read_bytes() == text.encode():
            continue
        changed.append(path.name)
        if "--check" not in sys.argv:
            path.write_bytes(text.encode())
    if changed:
        print(f"{'differ from what the scripts compute' if '--check' in sys.argv else 'written'}: {', '.join(changed)}")
    else:
        print(f"{len(FILES)} files are what the scripts compute")
    return 1 if changed and "--check" in sys.argv else 0


sys.exit(main())
