import { Writer } from 'protobufjs/minimal.js';

/** An attribute of a node. Plain numbers are ints; `{ float }` is a float. */
export type OnnxAttribute = number | readonly number[] | { float: number };

/** An operator of the graph; each has one output. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A float32 constant of the graph. */
export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** An input or output of the graph; `null` in its shape is the number of images. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | null)[];
}

/** The contents of an `.onnx` file. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1; // TensorProto.DataType
const attributeType = { float: 1, int: 2, ints: 7 }; // AttributeProto.AttributeType
/** A protobuf message must be smaller than 2 GiB. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Writes a `ModelProto`.
 *
 * @throws RangeError if the weights do not fit into one file.
 * @see `onnx/onnx.proto` of onnx/onnx for the field numbers
 */
export function writeOnnx({ nodes, initializers, inputs, outputs, metadata }: OnnxModel): Uint8Array {
  const bytes = initializers.reduce((sum, { values }) => sum + values.byteLength, 0);
  if (bytes > MAX_BYTES)
    throw new RangeError(`weights must have fewer than 2 GiB (ONNX), got ${bytes} bytes.`);
  const writer = Writer.create();
  varint(writer, 1, IR_VERSION);
  text(writer, 2, '@alexnet/alexnet-model');
  message(writer, 7, (graph) => {
    for (const node of nodes) message(graph, 1, (w) => writeNode(w, node));
    text(graph, 2, 'alexnet');
    for (const tensor of initializers) message(graph, 5, (w) => writeTensor(w, tensor));
    for (const value of inputs) message(graph, 11, (w) => writeValue(w, value));
    for (const value of outputs) message(graph, 12, (w) => writeValue(w, value));
  });
  message(writer, 8, (opset) => {
    text(opset, 1, '');
    varint(opset, 2, OPSET);
  });
  for (const [key, value] of Object.entries(metadata)) {
    message(writer, 14, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  }
  return writer.finish();
}

function writeNode(writer: Writer, { op, inputs, output, attributes }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, output);
  text(writer, 4, op);
  for (const [name, value] of Object.entries(attributes)) {
    message(writer, 5, (attribute) => {
      text(attribute, 1, name);
      if (typeof value === 'number') {
        varint(attribute, 3, value);
        varint(attribute, 20, attributeType.int);
      } else if ('float' in value) {
        attribute.uint32((2 << 3) | 5).float(value.float);
        varint(attribute, 20, attributeType.float);
      } else {
        for (const n of value) varint(attribute, 8, n);
        varint(attribute, 20, attributeType.ints);
      }
    });
  }
}

function writeTensor(writer: Writer, { name, shape, values }: OnnxTensor): void {
  for (const side of shape) varint(writer, 1, side);
  varint(writer, 2, FLOAT);
  text(writer, 8, name);
  bytesOf(writer, 9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeValue(writer: Writer, { name, shape }: OnnxValue): void {
  text(writer, 1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      varint(tensor, 1, FLOAT);
      message(tensor, 2, (shapeMessage) => {
        for (const side of shape) {
          message(shapeMessage, 1, (dim) => (side === null ? text(dim, 2, 'N') : varint(dim, 1, side)));
        }
      });
    }),
  );
}

function varint(writer: Writer, number: number, value: number): void {
  writer.uint32(number << 3).int64(value);
}

function text(writer: Writer, number: number, value: string): void {
  writer.uint32((number << 3) | 2).string(value);
}

function bytesOf(writer: Writer, number: number, value: Uint8Array): void {
  writer.uint32((number << 3) | 2).bytes(value);
}

function message(writer: Writer, number: number, write: (writer: Writer) => void): void {
  write(writer.uint32((number << 3) | 2).fork());
  writer.ldelim();
}
