/** `\x08` and the version of the format, in which the first of an ONNX file's fields is. */
const onnxVersions = Array.from({ length: 12 }, (_, i) => `\x08${String.fromCharCode(i + 3)}`);

/** Formats that people try to read as weights, by the texts that they begin with, and what to do about them. */
const formats: readonly (readonly [begins: readonly string[], remedy: string])[] = [
  [
    ['\x1f\x8b', 'BZh', '\xfd7zXZ', '7z\xbc\xaf', 'Rar!'],
    'it is compressed; unpack it and read what is in it',
  ],
  [
    ['\x89HDF'],
    "it is HDF5, as Keras writes it; in Python, tensorflowjs.converters.save_keras_model(model, 'folder') writes a folder that can be read",
  ],
  [
    ['\x93NUMPY'],
    "it is one array of NumPy; in Python, torch.save({'features.0.weight': torch.from_numpy(array), ...}, 'weights.pth') writes a file that can be read",
  ],
  [
    onnxVersions,
    "it may be ONNX, which is written but not read; in Python, torch.save({t.name: torch.tensor(onnx.numpy_helper.to_array(t)) for t in onnx.load('alexnet.onnx').graph.initializer}, 'weights.pth') writes a file that can be read",
  ],
  [['version https://git-lfs'], "it is a pointer of Git LFS; 'git lfs pull' fetches the file itself"],
  [['<'], 'it is a web page, so its download has failed'],
  [['{', '['], 'it is JSON; a LayersModel is read from a folder with model.json and its weights'],
];

/** Refuses a file whose format is not read here, and says what it is if its first bytes tell. */
export function refuseFormat(file: Uint8Array): never {
  const start = String.fromCharCode(...file.subarray(0, 64)).trimStart();
  const remedy = formats.find(([begins]) => begins.some((text) => start.startsWith(text)))?.[1];
  throw new RangeError(remedy ?? 'it is not a .caffemodel, .pth or .safetensors file, or too short to tell');
}
