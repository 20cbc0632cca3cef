import type { ByteCursor } from '../byte-cursor.js';
import { builds, call, pushes } from './pickle-opcodes.js';
import { PickleStack } from './pickle-stack.js';
import { PickledName } from './pickled-object.js';
import { resaveHint } from './resave-hint.js';

/** The only functions that a pickle may call, by `module name`. */
export type PickleGlobals = ReadonlyMap<string, (args: readonly unknown[]) => unknown>;

/**
 * Reads one pickle of plain data: numbers, strings, lists and tuples (as arrays), dictionaries (as `Map`s)
 * and the results of the given globals. Any other name becomes a `PickledName` and what it would make a
 * `PickledObject`: no name is looked up and no code is run. An opcode pushes at most one value, so work and
 * memory are bounded by the length of the pickle.
 *
 * @param persistentLoad Returns the object that a persistent id refers to; in PyTorch this is a storage.
 * @throws RangeError naming the opcode that is not allowed, or what is malformed.
 * @see Python's pickletools for the opcodes of protocols 0 to 5
 */
export function readPickle(
  cursor: ByteCursor,
  globals: PickleGlobals,
  persistentLoad: (id: unknown) => unknown,
): unknown {
  const stack = new PickleStack();
  const memo = new Map<number, unknown>();
  const read = { cursor, stack, memo, globals, persistentLoad };
  for (;;) {
    const at = cursor.offset;
    const opcode = cursor.uint8();
    if (opcode === STOP) return stack.pop();
    const push = pushes[opcode];
    const build = builds[opcode];
    const step = steps[opcode];
    if (push) stack.push(push(cursor));
    else if (build) build(stack);
    else if (step) step(read);
    else {
      throw new RangeError(
        `pickle opcode 0x${opcode.toString(16)} at byte ${at} is not allowed; ${resaveHint}`,
      );
    }
  }
}

const STOP = 0x2e;

interface Read {
  readonly cursor: ByteCursor;
  readonly stack: PickleStack;
  readonly memo: Map<number, unknown>;
  readonly globals: PickleGlobals;
  readonly persistentLoad: (id: unknown) => unknown;
}

/** The other opcodes, which read from the file, the memo or the globals. */
const steps: Readonly<Record<number, (read: Read) => void>> = {
  128: ({ cursor }) => void cursor.uint8(), // PROTO
  149: ({ cursor }) => void cursor.take(8), // FRAME, a hint for streaming readers
  112: ({ cursor, memo, stack }) => memo.set(memoKey(cursor.line()), stack.top()), // PUT
  113: ({ cursor, memo, stack }) => memo.set(cursor.uint8(), stack.top()), // BINPUT
  114: ({ cursor, memo, stack }) => memo.set(cursor.uint32(), stack.top()), // LONG_BINPUT
  148: ({ memo, stack }) => memo.set(memo.size, stack.top()), // MEMOIZE
  103: ({ cursor, memo, stack }) => stack.push(recall(memo, memoKey(cursor.line()))), // GET
  104: ({ cursor, memo, stack }) => stack.push(recall(memo, cursor.uint8())), // BINGET
  106: ({ cursor, memo, stack }) => stack.push(recall(memo, cursor.uint32())), // LONG_BINGET
  99: ({ cursor, stack, globals }) => stack.push(named(globals, cursor.line(), cursor.line())), // GLOBAL
  147: ({ stack, globals }) => {
    // STACK_GLOBAL
    const name = stack.pop();
    stack.push(named(globals, stack.pop(), name));
  },
  105: ({ cursor, stack, globals }) => {
    // INST
    const callee = named(globals, cursor.line(), cursor.line());
    stack.push(call(callee, stack.popToMark()));
  },
  81: ({ stack, persistentLoad }) => stack.push(persistentLoad(stack.pop())), // BINPERSID
};

function memoKey(line: string): number {
  if (!/^\d{1,15}$/.test(line))
    throw new RangeError(`a place in the memo of its pickle is '${line.slice(0, 40)}'`);
  return Number(line);
}

function recall(memo: ReadonlyMap<number, unknown>, key: number): unknown {
  if (!memo.has(key)) throw new RangeError(`a pickle recalls value ${key}, which it never stored`);
  return memo.get(key);
}

function named(globals: PickleGlobals, module: unknown, name: unknown): unknown {
  if (typeof module !== 'string' || typeof name !== 'string')
    throw new RangeError('a pickle names something by a value that is not a text');
  return globals.get(`${module} ${name}`) ?? new PickledName(`${module}.${name}`);
}
