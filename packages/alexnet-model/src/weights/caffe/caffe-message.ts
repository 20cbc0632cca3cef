import { decodeText } from '../byte-cursor.js';
import { decodeFloats } from '../decode-floats.js';
import { protobufFields, WIRE } from '../protobuf-fields.js';
import { sizeOf, type WeightTensor } from '../weight-tensor.js';

/** The parameters of a Caffe layer by field number, whole numbers or floats as in the file. */
export type CaffeParameters = ReadonlyMap<number, readonly number[]>;

/** A layer of a `.caffemodel`: a `LayerParameter` or the older `V1LayerParameter`. */
export interface CaffeLayer {
  readonly name: string;
  readonly type: string;
  readonly blobs: readonly WeightTensor[];
  readonly parameters: Readonly<Record<ParameterKind, CaffeParameters>>;
  /** The path of the mean image that a data layer subtracts. The image is not in the file. */
  readonly meanFile?: string;
}

type ParameterKind = 'convolution' | 'dropout' | 'lrn' | 'pooling' | 'transform';

/** The field numbers of a layer in caffe.proto. */
interface LayerFields {
  name: number;
  type: number;
  blobs: number;
  parameters: Readonly<Record<ParameterKind, number>>;
}

const LAYER = 100;
const V1_LAYER = 2;
const layerFields: Readonly<Record<number, LayerFields>> = {
  [LAYER]: {
    name: 1,
    type: 2,
    blobs: 7,
    parameters: { transform: 100, convolution: 106, dropout: 108, lrn: 118, pooling: 121 },
  },
  [V1_LAYER]: {
    name: 4,
    type: 5,
    blobs: 6,
    parameters: { transform: 36, convolution: 10, dropout: 12, lrn: 18, pooling: 19 },
  },
};

/** The values of `V1LayerParameter.LayerType` that a net like AlexNet can have, with their later names. */
const v1Types: Readonly<Record<number, string>> = {
  1: 'Accuracy',
  4: 'Convolution',
  5: 'Data',
  6: 'Dropout',
  12: 'ImageData',
  14: 'InnerProduct',
  15: 'LRN',
  17: 'Pooling',
  18: 'ReLU',
  20: 'Softmax',
  21: 'SoftmaxWithLoss',
  22: 'Split',
  23: 'TanH',
};

/** The layers of a `NetParameter`, in the file's order. */
export function readCaffeLayers(bytes: Uint8Array): CaffeLayer[] {
  const layers: CaffeLayer[] = [];
  for (const field of protobufFields(bytes)) {
    const fields = layerFields[field.number];
    if (fields && field.wireType === WIRE.bytes) layers.push(readLayer(field.bytes(), fields));
  }
  return layers;
}

function readLayer(message: Uint8Array, fields: LayerFields): CaffeLayer {
  let name = '';
  let type = '';
  let meanFile: string | undefined;
  const blobs: Uint8Array[] = [];
  const parameters: Record<ParameterKind, CaffeParameters> = {
    convolution: new Map(),
    dropout: new Map(),
    lrn: new Map(),
    pooling: new Map(),
    transform: new Map(),
  };
  const kinds = Object.entries(fields.parameters) as [ParameterKind, number][];
  for (const field of protobufFields(message)) {
    const kind = kinds.find(([, number]) => number === field.number)?.[0];
    if (field.number === fields.name) name = decodeText(field.bytes());
    else if (field.number === fields.type)
      type = readType(field.wireType === WIRE.bytes ? field.bytes() : field.integers()); // biome-ignore format: one line
    else if (field.number === fields.blobs) blobs.push(field.bytes());
    else if (kind) {
      const message = field.bytes();
      parameters[kind] = readParameters(message);
      if (kind === 'transform') meanFile = readMeanFile(message);
    }
  }
  return {
    name,
    type,
    blobs: blobs.map((blob, i) => readBlob(blob, `${name}[${i}]`)),
    parameters,
    ...(meanFile !== undefined && { meanFile }),
  };
}

/** TransformationParameter: mean_file 4. */
function readMeanFile(transform: Uint8Array): string | undefined {
  for (const field of protobufFields(transform)) {
    if (field.number === 4 && field.wireType === WIRE.bytes) return decodeText(field.bytes());
  }
  return undefined;
}

function readType(type: Uint8Array | number[]): string {
  if (type instanceof Uint8Array) return decodeText(type);
  return v1Types[type[0] ?? 0] ?? `V1 type ${type[0]}`;
}

function readParameters(message: Uint8Array): CaffeParameters {
  const parameters = new Map<number, number[]>();
  for (const field of protobufFields(message)) {
    const values =
      field.wireType === WIRE.varint
        ? field.integers()
        : field.wireType === WIRE.fixed32
          ? [field.float()]
          : []; // a filler or a file name
    parameters.set(field.number, [...(parameters.get(field.number) ?? []), ...values]);
  }
  return parameters;
}

/** `BlobProto`: shape 7, or the older num, channels, height, width 1 .. 4; float data 5, double data 8. */
function readBlob(message: Uint8Array, name: string): WeightTensor {
  const legacy = [1, 1, 1, 1];
  let shape: number[] | undefined;
  const floats: Uint8Array[] = [];
  const doubles: Uint8Array[] = [];
  const single: number[] = [];
  for (const field of protobufFields(message)) {
    if (field.number >= 1 && field.number <= 4) legacy[field.number - 1] = field.integers()[0] ?? 1;
    else if (field.number === 7) shape = readShape(field.bytes());
    else if (field.number === 8) doubles.push(field.bytes());
    else if (field.number === 5 && field.wireType === WIRE.bytes) floats.push(field.bytes());
    else if (field.number === 5) single.push(field.float()); // not packed
  }
  const dims = shape ?? withoutLeadingOnes(legacy);
  const size = sizeOf(dims, name);
  const stored =
    single.length +
    floats.reduce((sum, part) => sum + part.length, 0) / 4 +
    doubles.reduce((sum, part) => sum + part.length, 0) / 8;
  if (stored !== size) {
    throw new RangeError(`'${name}' [${dims.join(', ')}] should have ${size} values, but has ${stored}`);
  }
  const values = async (): Promise<Float32Array> => {
    const joined = Float32Array.from({ length: size });
    let at = 0;
    for (const part of [
      Float32Array.from(single),
      ...floats.map((bytes) => decodeFloats(bytes, 'F32')),
      ...doubles.map((bytes) => decodeFloats(bytes, 'F64')),
    ]) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  };
  return { name, shape: dims, values };
}

function readShape(message: Uint8Array): number[] {
  const dims: number[] = [];
  for (const field of protobufFields(message)) if (field.number === 1) dims.push(...field.integers());
  return dims;
}

/** [1, 1, 1, n] is a bias and [1, 1, units, inputs] a dense layer's weight. */
function withoutLeadingOnes(shape: number[]): number[] {
  const [a, b, c] = shape;
  return shape.slice(a === 1 && b === 1 ? (c === 1 ? 3 : 2) : 0);
}
