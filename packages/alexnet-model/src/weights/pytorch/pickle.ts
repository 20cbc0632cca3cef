import { type ByteCursor, decodeText } from '../byte-cursor.js';

/** The only functions that a pickle may call, by `module name`. */
export type PickleGlobals = ReadonlyMap<string, (args: readonly unknown[]) => unknown>;

/**
 * Reads one pickle of plain data: numbers, strings, lists and tuples (as arrays), dictionaries (as `Map`s)
 * and the results of the given globals. No other name is looked up and no code is run; any other opcode is
 * refused by number. An opcode pushes at most one value, so work and memory are bounded by the length of the
 * pickle.
 *
 * @param persistentLoad Returns the object that a persistent id refers to; in PyTorch this is a storage.
 * @throws RangeError naming the opcode or global that is not allowed, or what is malformed.
 * @see Python's pickletools for the opcodes of protocols 0 to 5
 */
export function readPickle(
  cursor: ByteCursor,
  globals: PickleGlobals,
  persistentLoad: (id: unknown) => unknown,
): unknown {
  const stack = new PickleStack();
  const memo = new Map<number, unknown>();
  for (;;) {
    const at = cursor.offset;
    const opcode = cursor.uint8();
    const size = textSizes[opcode]?.(cursor);
    if (size !== undefined) {
      stack.push(decodeText(cursor.take(size)));
      continue;
    }
    const push = pushes[opcode];
    if (push) {
      stack.push(push(cursor));
      continue;
    }
    const build = builds[opcode];
    if (build) {
      build(stack);
      continue;
    }
    switch (opcode) {
      case 0x80: // PROTO
        cursor.uint8();
        break;
      case 0x95: // FRAME, a hint for streaming readers
        cursor.take(8);
        break;
      case 0x71: // BINPUT
        memo.set(cursor.uint8(), stack.top());
        break;
      case 0x72: // LONG_BINPUT
        memo.set(cursor.uint32(), stack.top());
        break;
      case 0x94: // MEMOIZE
        memo.set(memo.size, stack.top());
        break;
      case 0x68: // BINGET
        stack.push(recall(memo, cursor.uint8()));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(recall(memo, cursor.uint32()));
        break;
      case 0x63: // GLOBAL
        stack.push(lookUp(globals, cursor.line(), cursor.line()));
        break;
      case 0x93: {
        // STACK_GLOBAL
        const name = stack.pop();
        stack.push(lookUp(globals, stack.pop(), name));
        break;
      }
      case 0x51: // BINPERSID
        stack.push(persistentLoad(stack.pop()));
        break;
      case 0x2e: // STOP
        return stack.pop();
      default:
        throw new RangeError(`pickle opcode 0x${opcode.toString(16)} at byte ${at} is not allowed`);
    }
  }
}

/** The stack of values, and the marks in it. */
class PickleStack {
  readonly #values: unknown[] = [];
  readonly #marks: number[] = [];

  push(value: unknown): void {
    this.#values.push(value);
  }

  pop(): unknown {
    this.top();
    return this.#values.pop();
  }

  top(): unknown {
    if (this.#values.length <= (this.#marks.at(-1) ?? 0))
      throw new RangeError('a pickle takes a value from an empty stack');
    return this.#values.at(-1);
  }

  mark(): void {
    this.#marks.push(this.#values.length);
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new RangeError('a pickle takes a value from an empty stack');
    return this.#values.splice(mark);
  }
}

type Read = (cursor: ByteCursor) => unknown;

const textSizes: Readonly<Record<number, (cursor: ByteCursor) => number>> = {
  88: (cursor) => cursor.uint32(), // BINUNICODE
  140: (cursor) => cursor.uint8(), // SHORT_BINUNICODE
};

const pushes: Readonly<Record<number, Read>> = {
  78: () => null, // NONE
  136: () => true, // NEWTRUE
  137: () => false, // NEWFALSE
  74: (cursor) => cursor.int32(), // BININT
  75: (cursor) => cursor.uint8(), // BININT1
  77: (cursor) => cursor.uint16(), // BININT2
  138: (cursor) => readLong(cursor.take(cursor.uint8())), // LONG1
  71: (cursor) => cursor.float64BigEndian(), // BINFLOAT
  41: () => [], // EMPTY_TUPLE
  93: () => [], // EMPTY_LIST
  125: () => new Map(), // EMPTY_DICT
};

const builds: Readonly<Record<number, (stack: PickleStack) => void>> = {
  40: (stack) => stack.mark(), // MARK
  116: (stack) => stack.push(stack.popToMark()), // TUPLE
  133: (stack) => stack.push([stack.pop()]), // TUPLE1
  134: (stack) => stack.push([stack.pop(), stack.pop()].reverse()), // TUPLE2
  135: (stack) => stack.push([stack.pop(), stack.pop(), stack.pop()].reverse()), // TUPLE3
  97: (stack) => append(stack, [stack.pop()]), // APPEND
  101: (stack) => append(stack, stack.popToMark()), // APPENDS
  115: (stack) => setItems(stack, [stack.pop(), stack.pop()].reverse()), // SETITEM
  117: (stack) => setItems(stack, stack.popToMark()), // SETITEMS
  82: (stack) => {
    // REDUCE
    const args = stack.pop();
    const callee = stack.pop();
    if (typeof callee !== 'function' || !Array.isArray(args))
      throw new RangeError('a pickle calls something that is not a function');
    stack.push(callee(args));
  },
  98: (stack) => {
    // BUILD sets the state of an OrderedDict (the `_metadata` of a state dict), which weights do not need
    stack.pop();
    if (!(stack.top() instanceof Map))
      throw new RangeError('a pickle sets the state of something that has none');
  },
};

/** A little-endian two's complement integer; a bigint if a number would be inexact. */
function readLong(bytes: Uint8Array): number | bigint {
  const bits = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const value = BigInt.asIntN(bytes.length * 8, bits);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function append(stack: PickleStack, items: unknown[]): void {
  const list = stack.top();
  if (!Array.isArray(list)) throw new RangeError('a pickle appends to something that is not a list');
  for (const item of items) list.push(item);
}

function setItems(stack: PickleStack, items: unknown[]): void {
  const dictionary = stack.top();
  if (!(dictionary instanceof Map) || items.length % 2 !== 0) {
    throw new RangeError('a pickle sets items of something that is not a dictionary');
  }
  for (let i = 0; i < items.length; i += 2) dictionary.set(items[i], items[i + 1]);
}

function recall(memo: ReadonlyMap<number, unknown>, key: number): unknown {
  if (!memo.has(key)) throw new RangeError(`a pickle recalls value ${key}, which it never stored`);
  return memo.get(key);
}

function lookUp(globals: PickleGlobals, module: unknown, name: unknown): unknown {
  const callee = globals.get(`${String(module)} ${String(name)}`);
  if (!callee)
    throw new RangeError(`the pickle names ${String(module)}.${String(name)}, which is not allowed`);
  return callee;
}
