/** What a pickle would have made by a call. Nothing is looked up or called. */
export interface PickledCall {
  /** `module name` of what it calls. */
  readonly callee: string;
  readonly args: readonly unknown[];
  /** What the pickle sets as its state. */
  state: unknown;
}

/** A class or function that a pickle names. */
class PickledName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** The state of {@link readInertPickle}. */
interface Machine {
  readonly bytes: Buffer;
  at: number;
  stack: unknown[];
  /** The stacks below the marks. */
  readonly marked: unknown[][];
  readonly memo: Map<number, unknown>;
}

const STOP = 0x2e;

/**
 * Reads a pickle of plain data in the binary protocols 2 to 5: numbers, lists and tuples (as arrays),
 * dictionaries (as `Map`s), texts, and bytes or strings of Python 2 (as views of `bytes`). Calls become
 * {@link PickledCall}s. Work and memory are bounded by the length of the pickle.
 *
 * @throws Error that names the opcode that is not read, or what is malformed.
 * @see Python's pickletools for the opcodes
 */
export function readInertPickle(bytes: Buffer): unknown {
  const machine: Machine = { bytes, at: 0, stack: [], marked: [], memo: new Map() };
  for (;;) {
    const opcode = take(machine, 1)[0] ?? STOP;
    if (opcode === STOP) return pop(machine);
    const push = pushes[opcode];
    const step = steps[opcode];
    if (push) {
      const value = push(machine); // may go back to the stack below a mark
      machine.stack.push(value);
    } else if (step) step(machine);
    else throw new Error(`opcode 0x${opcode.toString(16)} at byte ${machine.at - 1} is not read`);
  }
}

/** Whether a value is the result of a call. */
export function isPickledCall(value: unknown): value is PickledCall {
  return typeof value === 'object' && value !== null && 'callee' in value;
}

/** Opcodes that push a value. */
const pushes: Readonly<Record<number, (machine: Machine) => unknown>> = {
  75: (m) => take(m, 1)[0], // BININT1
  77: (m) => take(m, 2).readUInt16LE(), // BININT2
  74: (m) => take(m, 4).readInt32LE(), // BININT
  138: longNumber, // LONG1
  78: () => null, // NONE
  136: () => true, // NEWTRUE
  137: () => false, // NEWFALSE
  71: (m) => take(m, 8).readDoubleBE(), // BINFLOAT
  85: (m) => take(m, size(m, 1)), // SHORT_BINSTRING
  84: (m) => take(m, size(m, 4)), // BINSTRING
  67: (m) => take(m, size(m, 1)), // SHORT_BINBYTES
  66: (m) => take(m, size(m, 4)), // BINBYTES
  142: (m) => take(m, size(m, 8)), // BINBYTES8
  150: (m) => take(m, size(m, 8)), // BYTEARRAY8
  140: (m) => take(m, size(m, 1)).toString('utf8'), // SHORT_BINUNICODE
  88: (m) => take(m, size(m, 4)).toString('utf8'), // BINUNICODE
  141: (m) => take(m, size(m, 8)).toString('utf8'), // BINUNICODE8
  125: () => new Map(), // EMPTY_DICT
  93: () => [], // EMPTY_LIST
  41: () => [], // EMPTY_TUPLE
  116: popToMark, // TUPLE
  133: (m) => [pop(m)], // TUPLE1
  134: (m) => [pop(m), pop(m)].reverse(), // TUPLE2
  135: (m) => [pop(m), pop(m), pop(m)].reverse(), // TUPLE3
  104: (m) => recall(m, size(m, 1)), // BINGET
  106: (m) => recall(m, size(m, 4)), // LONG_BINGET
  99: (m) => new PickledName(`${line(m)} ${line(m)}`), // GLOBAL
  147: (m) => new PickledName([pop(m), pop(m)].reverse().join(' ')), // STACK_GLOBAL
  82: called, // REDUCE
};

/** The other opcodes. */
const steps: Readonly<Record<number, (machine: Machine) => void>> = {
  128: (m) => void take(m, 1), // PROTO
  149: (m) => void take(m, 8), // FRAME, a hint for readers of streams
  40: (m) => {
    m.marked.push(m.stack); // MARK
    m.stack = [];
  },
  113: (m) => void m.memo.set(size(m, 1), top(m)), // BINPUT
  114: (m) => void m.memo.set(size(m, 4), top(m)), // LONG_BINPUT
  148: (m) => void m.memo.set(m.memo.size, top(m)), // MEMOIZE
  97: (m) => append(m, [pop(m)]), // APPEND
  101: (m) => append(m, popToMark(m)), // APPENDS
  115: (m) => setItems(m, [pop(m), pop(m)].reverse()), // SETITEM
  117: (m) => setItems(m, popToMark(m)), // SETITEMS
  98: (m) => {
    const state = pop(m); // BUILD
    const target = top(m);
    if (!isPickledCall(target)) throw new Error('it sets the state of something that has none');
    target.state = state;
  },
};

function take(machine: Machine, count: number): Buffer {
  const { bytes, at } = machine;
  if (count > bytes.length - at)
    throw new Error(`${count} bytes should follow byte ${at} of ${bytes.length}`);
  machine.at += count;
  return bytes.subarray(at, at + count);
}

function size(machine: Machine, width: 1 | 4 | 8): number {
  const bytes = take(machine, width);
  return width === 8 ? Number(bytes.readBigUInt64LE()) : bytes.readUIntLE(0, width);
}

function line(machine: Machine): string {
  const end = machine.bytes.indexOf(10, machine.at);
  if (end < 0) throw new Error(`a line that begins at byte ${machine.at} does not end`);
  return take(machine, end + 1 - machine.at)
    .toString('utf8')
    .trimEnd();
}

/** A little-endian two's complement number, as Python 2 writes a `long`. */
function longNumber(machine: Machine): number {
  const width = size(machine, 1);
  if (width > 6) throw new Error(`a whole number has ${width} bytes`);
  return width === 0 ? 0 : take(machine, width).readIntLE(0, width);
}

function top({ stack }: Machine): unknown {
  if (stack.length === 0) throw new Error('it takes a value from an empty stack');
  return stack.at(-1);
}

function pop(machine: Machine): unknown {
  top(machine);
  return machine.stack.pop();
}

function popToMark(machine: Machine): unknown[] {
  const below = machine.marked.pop();
  if (!below) throw new Error('it goes back to a mark that is missing');
  const items = machine.stack;
  machine.stack = below;
  return items;
}

function recall({ memo }: Machine, key: number): unknown {
  if (!memo.has(key)) throw new Error(`it recalls value ${key}, which it never stored`);
  return memo.get(key);
}

function called(machine: Machine): PickledCall {
  const args = pop(machine);
  const callee = pop(machine);
  if (!(callee instanceof PickledName) || !Array.isArray(args)) throw new Error('it calls something unnamed');
  return { callee: callee.name, args, state: undefined };
}

function append(machine: Machine, items: unknown[]): void {
  const list = top(machine);
  if (!Array.isArray(list)) throw new Error('it appends to something that is not a list');
  for (const item of items) list.push(item);
}

function setItems(machine: Machine, items: unknown[]): void {
  const dictionary = top(machine);
  if (!(dictionary instanceof Map) || items.length % 2 !== 0)
    throw new Error('it sets items of no dictionary');
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    dictionary.set(Buffer.isBuffer(key) ? key.toString('utf8') : key, items[i + 1]);
  }
}
