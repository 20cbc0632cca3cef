import { decodeText } from '../byte-cursor.js';
import { decodeFloats } from '../decode-floats.js';
import { type ProtobufField, protobufFields, WIRE } from '../protobuf-fields.js';

/** What a data layer does to an image: `(pixel - mean) * scale`, after a crop. */
export interface CaffeTransform {
  readonly scale?: number;
  /** 0: not cropped. */
  readonly cropSize?: number;
  /** One value for all channels, or one for each, BGR. */
  readonly meanValues: readonly number[];
  /** The path of the mean image. The image is not in the file. */
  readonly meanFile?: string;
}

/** The numbers of the same fields in two messages; DataParameter has no mean values. */
interface TransformFields {
  scale: number;
  cropSize: number;
  meanFile: number;
  meanValue: number | undefined;
}

/** TransformationParameter. */
export const transformFields: TransformFields = { scale: 1, cropSize: 3, meanFile: 4, meanValue: 5 };
/** DataParameter, ImageDataParameter and WindowDataParameter, which had these fields before 2014. */
export const dataFields: TransformFields = { scale: 2, cropSize: 5, meanFile: 3, meanValue: undefined };

/** Reads the transform from a message; undefined if it sets none of the fields. */
export function readTransform(message: Uint8Array, numbers: TransformFields): CaffeTransform | undefined {
  const found: { -readonly [key in keyof CaffeTransform]: CaffeTransform[key] } = { meanValues: [] };
  for (const field of protobufFields(message)) {
    if (field.number === numbers.scale) found.scale = field.float();
    else if (field.number === numbers.cropSize) found.cropSize = field.integers()[0] ?? 0;
    else if (field.number === numbers.meanFile) found.meanFile = decodeText(field.bytes());
    else if (field.number === numbers.meanValue) found.meanValues = [...found.meanValues, ...floats(field)];
  }
  return Object.keys(found).length > 1 || found.meanValues.length > 0 ? found : undefined;
}

function floats(field: ProtobufField): readonly number[] {
  return field.wireType === WIRE.bytes ? [...decodeFloats(field.bytes(), 'F32')] : [field.float()];
}

/** The phase in which a layer is used; 'both' if it does not say. */
export type CaffePhase = 'train' | 'test' | 'both';

const TEST = 1;

/** The phase of a `NetStateRule` under which a layer is included. */
export function includedPhase(rule: Uint8Array): CaffePhase {
  for (const field of protobufFields(rule)) {
    if (field.number === 1) return phaseOf(field);
  }
  return 'both';
}

/** The phase that is left if a layer is excluded under a `NetStateRule`. */
export function remainingPhase(rule: Uint8Array): CaffePhase {
  const excluded = includedPhase(rule);
  return excluded === 'both' ? 'both' : excluded === 'train' ? 'test' : 'train';
}

/** The value of a field of type `Phase`. */
export function phaseOf(field: ProtobufField): CaffePhase {
  return field.integers()[0] === TEST ? 'test' : 'train';
}
