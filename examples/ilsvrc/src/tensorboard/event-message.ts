import { Writer } from 'protobufjs/minimal.js';

/** A PNG and its size in pixels. */
interface BoardImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The content of an event: values of a step by tag, or one of the two markers of a file. */
export type BoardEvent =
  | { readonly scalars: Readonly<Record<string, number>> }
  | { readonly images: Readonly<Record<string, BoardImage>> }
  /** The first event of every file. */
  | 'fileVersion'
  /** Marks the start of a resumed run. Events from this step on in other files are discarded. */
  | 'sessionStart';

const FILE_VERSION = 'brain.Event:2';
const SESSION_START = 1; // SessionLog.SessionStatus.START
const RGBA = 4; // Summary.Image.colorspace
const wire = { varint: 0, double: 1, bytes: 2, float: 5 };

/**
 * Encodes an `Event`.
 *
 * @param wallTime Seconds since 1970.
 * @see `tensorboard/compat/proto/event.proto` and `summary.proto` of tensorflow/tensorboard for the field
 * numbers
 */
export function eventMessage(wallTime: number, step: number, event: BoardEvent): Uint8Array {
  const writer = Writer.create();
  field(writer, 1, wire.double).double(wallTime);
  field(writer, 2, wire.varint).int64(step);
  if (event === 'fileVersion') field(writer, 3, wire.bytes).string(FILE_VERSION);
  else if (event === 'sessionStart') {
    message(writer, 7, (log) => field(log, 1, wire.varint).int32(SESSION_START));
  } else message(writer, 5, (summary) => writeSummary(summary, event));
  return writer.finish();
}

function writeSummary(summary: Writer, event: Exclude<BoardEvent, string>): void {
  if ('scalars' in event) {
    for (const [tag, number] of Object.entries(event.scalars)) {
      message(summary, 1, (value) => {
        field(value, 1, wire.bytes).string(tag);
        field(value, 2, wire.float).float(number);
      });
    }
    return;
  }
  for (const [tag, { png, width, height }] of Object.entries(event.images)) {
    message(summary, 1, (value) => {
      field(value, 1, wire.bytes).string(tag);
      message(value, 4, (image) => {
        field(image, 1, wire.varint).int32(height);
        field(image, 2, wire.varint).int32(width);
        field(image, 3, wire.varint).int32(RGBA);
        field(image, 4, wire.bytes).bytes(png);
      });
    });
  }
}

function field(writer: Writer, number: number, type: number): Writer {
  return writer.uint32((number << 3) | type);
}

function message(writer: Writer, number: number, write: (writer: Writer) => void): void {
  write(field(writer, number, wire.bytes).fork());
  writer.ldelim();
}
