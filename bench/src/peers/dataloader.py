"""PyTorch's DataLoader as a contestant of the bench: prepared images in, training batches out.

Reads one JSON request per line ({"task": "batches", "format": "jpg"|"rgb", "folder": where alexnet prepared them,
"scratch": an empty folder, "workers": n, "batch": n, "repeats": n}) and answers each with {"seconds": s} or {"error": text}.
Its first line gives its name.

The work: images in random order, a random 224 x 224 window, mirrored or not, minus the mean image there, plus color noise
(sec. 4.1, square roots), as a float32 batch. It is tuned: planes (NCHW, as PyTorch's nets read them) and a mirrored copy of
the mean, so that every loop runs along memory; a worker fills a whole batch in shared memory, without collating; workers
persist from epoch to epoch. Each JPEG is a file and is decoded by Pillow or by torchvision; raw images are in one mapped file.
NumPy or torch does the arithmetic. The fastest way that works here is found before the first sample.
"""

import json
import pathlib
import sys
import tarfile
import time
import warnings

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

SIDE, CROP = 256, 224
warnings.filterwarnings("ignore", message="The given NumPy array is not writable")  # it is only read


def pillow(path):
    from PIL import Image

    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).transpose(2, 0, 1)


def torchvision(path):
    from torchvision.io import ImageReadMode, decode_jpeg, read_file

    return decode_jpeg(read_file(path), mode=ImageReadMode.RGB).numpy()


def fill_numpy(out, view, mean, shift, mirror):
    np.copyto(out, view[:, :, ::-1] if mirror else view)
    out -= mean
    out += shift.reshape(3, 1, 1)


def fill_torch(out, view, mean, shift, mirror):
    out, view = torch.from_numpy(out), torch.from_numpy(view)
    out.copy_(view.flip(2) if mirror else view)
    out.sub_(torch.from_numpy(mean))
    out.add_(torch.from_numpy(shift).view(3, 1, 1))


class Views(Dataset):
    def __init__(self, read, labels, mean, deviations, fill, repeats):
        self.read, self.labels, self.fill, self.deviations = read, labels, fill, deviations
        self.repeats = repeats
        self.mean, self.mirrored = mean, np.ascontiguousarray(mean[:, :, ::-1])

    def __len__(self):
        return len(self.labels) * self.repeats

    def __getitems__(self, places):
        indices = [place % len(self.labels) for place in places]
        size = len(indices) * 3 * CROP * CROP
        empty = torch.empty(0)
        shared = torch.utils.data.get_worker_info() is not None
        storage = empty._typed_storage()._new_shared(size) if shared else torch.empty(size)._typed_storage()
        pixels = empty.new(storage).resize_(len(indices), 3, CROP, CROP)
        batch = pixels.numpy()
        offsets = torch.randint(0, SIDE - CROP + 1, (len(indices), 2)).tolist()
        mirrors = torch.randint(0, 2, (len(indices),)).tolist()
        shifts = torch.randn(len(indices), 3).mul_(0.1).numpy() @ self.deviations
        for i, (index, (top, left), mirror) in enumerate(zip(indices, offsets, mirrors)):
            view = self.read(index)[:, top : top + CROP, left : left + CROP]
            first = SIDE - CROP - left if mirror else left
            mean = (self.mirrored if mirror else self.mean)[:, top : top + CROP, first : first + CROP]
            self.fill(batch[i], view, mean, shifts[i], mirror)
        return pixels, torch.tensor([self.labels[i] for i in indices])


class Files:
    def __init__(self, paths, decode):
        self.paths, self.decode = paths, decode

    def __call__(self, index):
        return self.decode(self.paths[index])


class Mapped:
    def __init__(self, path):
        self.images = np.memmap(path, np.uint8, "r").reshape(-1, 3, SIDE, SIDE)

    def __call__(self, index):
        return self.images[index]


def unpack(folder, extension):
    """(bytes, label) of every training image."""
    for shard in sorted(pathlib.Path(folder).glob("train-*.tar")):
        with tarfile.open(shard) as tar:
            for member in tar:
                data = tar.extractfile(member).read()
                if member.name.endswith("." + extension):
                    image = data
                else:
                    yield image, int(data)


def readers(request):
    """Ways to read an image, by name, and the labels."""
    scratch = pathlib.Path(request["scratch"])
    scratch.mkdir(parents=True, exist_ok=True)
    labels = []
    if request["format"] == "rgb":
        with open(scratch / "images", "wb") as file:
            for data, label in unpack(request["folder"], "rgb"):
                labels.append(label)
                pixels = np.frombuffer(data, np.uint8).reshape(SIDE, SIDE, 3)
                file.write(np.ascontiguousarray(pixels.transpose(2, 0, 1)))
        return {"mapped": Mapped(scratch / "images")}, labels
    paths = []
    for i, (data, label) in enumerate(unpack(request["folder"], "jpg")):
        path = scratch / f"{i:08}.jpg"
        path.write_bytes(data)
        paths.append(str(path))
        labels.append(label)
    return {"Pillow": Files(paths, pillow), "torchvision": Files(paths, torchvision)}, labels


def loader(request, read, labels, fill):
    folder = pathlib.Path(request["folder"])
    pca = json.loads((folder / "meta.json").read_text())["pca"]
    mean = np.fromfile(folder / "mean-image.f32", np.float32).reshape(SIDE, SIDE, 3).transpose(2, 0, 1)
    deviations = (np.array(pca["eigenvectors"]) * np.sqrt(pca["eigenvalues"])).T.astype(np.float32)
    return DataLoader(
        Views(read, labels, np.ascontiguousarray(mean), deviations, fill, request["repeats"]),
        batch_size=request["batch"],
        shuffle=True,
        drop_last=True,
        num_workers=request["workers"],
        collate_fn=lambda batch: batch,
        persistent_workers=True,
        prefetch_factor=2,
        multiprocessing_context="fork",
    )


def seconds(batches):
    started = time.perf_counter()
    for pixels, labels in batches:
        assert pixels.shape[1:] == (3, CROP, CROP)
    return time.perf_counter() - started


def tuned(request):
    """The fastest way, by the best of three samples."""
    best = None
    ways, labels = readers(request)
    for name, read in ways.items():
        for fill in (fill_numpy, fill_torch):
            way = f"DataLoader {request['format']}, {name}, {fill.__name__}"
            try:
                batches = loader(request, read, labels, fill)
                took = sorted(seconds(batches) for _ in range(3))[0]
            except Exception as error:  # Pillow or torchvision may not be there: say so, go on with what runs
                print(f"{way}: {str(error).splitlines()[-1]}", file=sys.stderr)
                continue
            images = len(batches) * request["batch"]
            print(f"{way}: {images / took:.0f} images/s", file=sys.stderr)
            if best is None or took < best[0]:
                best = (took, batches)
            del batches
    if best is None:
        raise RuntimeError("neither Pillow nor torchvision is there")
    return best[1]


def main():
    torch.manual_seed(0)
    print(json.dumps({"name": f"DataLoader of PyTorch {torch.__version__}"}), flush=True)
    made = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = (request["format"], request["workers"])
        try:
            if key not in made:
                made[key] = tuned(request)
            print(json.dumps({"seconds": seconds(made[key])}), flush=True)
        except Exception as error:
            print(json.dumps({"error": str(error).splitlines()[-1]}), flush=True)


main()
