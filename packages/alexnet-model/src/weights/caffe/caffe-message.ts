import { decodeText } from '../byte-cursor.js';
import { protobufFields, WIRE } from '../protobuf-fields.js';
import type { WeightTensor } from '../weight-tensor.js';
import { readBlob } from './caffe-blob.js';
import {
  type CaffePhase,
  type CaffeTransform,
  dataFields,
  includedPhase,
  phaseOf,
  readTransform,
  remainingPhase,
  transformFields,
} from './caffe-transform.js';

/** The parameters of a Caffe layer by field number, whole numbers or floats as in the file. */
export type CaffeParameters = ReadonlyMap<number, readonly number[]>;

/** A layer of a `.caffemodel`: a `LayerParameter` or the older `V1LayerParameter`. */
export interface CaffeLayer {
  readonly name: string;
  readonly type: string;
  readonly blobs: readonly WeightTensor[];
  readonly parameters: Readonly<Record<ParameterKind, CaffeParameters>>;
  /** What a data layer does to an image. */
  readonly transform?: CaffeTransform;
  readonly phase: CaffePhase;
}

type ParameterKind = 'convolution' | 'dropout' | 'lrn' | 'pooling';

/** The field numbers of a layer in caffe.proto. */
interface LayerFields {
  name: number;
  type: number;
  blobs: number;
  include: number;
  exclude: number;
  /** Only newer layers have it. */
  phase: number | undefined;
  transform: number;
  /** The parameters of layers that read databases, lists of images or windows of images. */
  data: readonly number[];
  parameters: Readonly<Record<ParameterKind, number>>;
}

const LAYER = 100;
const V1_LAYER = 2;
const layerFields: Readonly<Record<number, LayerFields>> = {
  [LAYER]: {
    name: 1,
    type: 2,
    blobs: 7,
    include: 8,
    exclude: 9,
    phase: 10,
    transform: 100,
    data: [107, 115, 129],
    parameters: { convolution: 106, dropout: 108, lrn: 118, pooling: 121 },
  },
  [V1_LAYER]: {
    name: 4,
    type: 5,
    blobs: 6,
    include: 32,
    exclude: 33,
    phase: undefined,
    transform: 36,
    data: [11, 15, 20],
    parameters: { convolution: 10, dropout: 12, lrn: 18, pooling: 19 },
  },
};

/** The values of `V1LayerParameter.LayerType` that a net like AlexNet can have, with their later names. */
const v1Types: Readonly<Record<number, string>> = {
  1: 'Accuracy',
  4: 'Convolution',
  5: 'Data',
  6: 'Dropout',
  9: 'HDF5Data',
  12: 'ImageData',
  14: 'InnerProduct',
  15: 'LRN',
  17: 'Pooling',
  18: 'ReLU',
  20: 'Softmax',
  21: 'SoftmaxWithLoss',
  22: 'Split',
  23: 'TanH',
  24: 'WindowData',
  29: 'MemoryData',
  32: 'DummyData',
  36: 'Silence',
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
  const blobs: Uint8Array[] = [];
  const parameters: Record<ParameterKind, CaffeParameters> = {
    convolution: new Map(),
    dropout: new Map(),
    lrn: new Map(),
    pooling: new Map(),
  };
  const kinds = Object.entries(fields.parameters) as [ParameterKind, number][];
  for (const field of protobufFields(message)) {
    const kind = kinds.find(([, number]) => number === field.number)?.[0];
    if (field.number === fields.name) name = decodeText(field.bytes());
    else if (field.number === fields.type)
      type = readType(field.wireType === WIRE.bytes ? field.bytes() : field.integers()); // biome-ignore format: one line
    else if (field.number === fields.blobs) blobs.push(field.bytes());
    else if (kind) parameters[kind] = readParameters(field.bytes());
  }
  return {
    name,
    type,
    blobs: blobs.map((blob, i) => readBlob(blob, `${name}[${i}]`)),
    parameters,
    ...readInput(message, fields),
  };
}

/** What a layer says about images that it reads, in either of its parameters, and when it reads them. */
function readInput(message: Uint8Array, fields: LayerFields): Pick<CaffeLayer, 'transform' | 'phase'> {
  const phases = new Set<CaffePhase>();
  const transforms: (CaffeTransform | undefined)[] = [];
  for (const field of protobufFields(message)) {
    const { number } = field;
    if (number === fields.include) phases.add(includedPhase(field.bytes()));
    else if (number === fields.exclude) phases.add(remainingPhase(field.bytes()));
    else if (number === fields.phase) phases.add(phaseOf(field));
    else if (number === fields.transform) transforms.push(readTransform(field.bytes(), transformFields));
    else if (fields.data.includes(number)) transforms.unshift(readTransform(field.bytes(), dataFields));
  }
  const [first, ...others] = transforms.filter((transform) => transform !== undefined);
  const phase = (['test', 'train'] as const).find((one) => phases.has(one)) ?? 'both';
  return { phase, ...(first && { transform: Object.assign({}, first, ...others) }) };
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
