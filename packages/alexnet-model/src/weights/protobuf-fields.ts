import { Reader } from 'protobufjs/minimal.js';

/** Wire types of protobuf. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field of a message: its number, its wire type and functions that read its value. */
export interface ProtobufField {
  readonly number: number;
  readonly wireType: number;
  /** The bytes of a nested message, a string or a packed list. */
  bytes(): Uint8Array;
  float(): number;
  double(): number;
  /** One whole number, or a packed list of them. */
  integers(): number[];
}

/**
 * Iterates over the fields of a protobuf message. Fields that are not read are skipped.
 *
 * @throws RangeError if the message is cut off, or a field is read as a type that it does not have.
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const reader = Reader.create(message);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const number = tag >>> 3;
    const wireType = tag & 7;
    let isRead = false;
    const expect = (type: number): Reader => {
      if (wireType !== type) throw new RangeError(`field ${number} has wire type ${wireType}, not ${type}`);
      isRead = true;
      return reader;
    };
    yield {
      number,
      wireType,
      bytes: () => expect(WIRE.bytes).bytes(),
      float: () => expect(WIRE.fixed32).float(),
      double: () => expect(WIRE.fixed64).double(),
      integers: () =>
        wireType === WIRE.bytes ? packed(expect(WIRE.bytes).bytes()) : [integer(expect(WIRE.varint))],
    };
    if (!isRead) reader.skipType(wireType);
  }
}

function packed(bytes: Uint8Array): number[] {
  const reader = Reader.create(bytes);
  const values: number[] = [];
  while (reader.pos < reader.len) values.push(integer(reader));
  return values;
}

/** A varint, which protobufjs returns as a number or a `Long`. */
function integer(reader: Reader): number {
  return Number(reader.int64());
}
