import { type ByteCursor, decodeText } from '../byte-cursor.js';
import type { PickleStack } from './pickle-stack.js';
import { longNumber, python2Text, quotedText, unescapeText, wholeNumber } from './pickle-values.js';
import { PickledName, PickledObject } from './pickled-object.js';

/** Opcodes that push what they are followed by. */
export const pushes: Readonly<Record<number, (cursor: ByteCursor) => unknown>> = {
  70: (cursor) => Number(cursor.line()), // FLOAT
  71: (cursor) => cursor.float64BigEndian(), // BINFLOAT
  73: (cursor) => wholeNumber(cursor.line()), // INT
  74: (cursor) => cursor.int32(), // BININT
  75: (cursor) => cursor.uint8(), // BININT1
  76: (cursor) => wholeNumber(cursor.line()), // LONG
  77: (cursor) => cursor.uint16(), // BININT2
  78: () => null, // NONE
  83: (cursor) => quotedText(cursor.line()), // STRING
  84: (cursor) => python2Text(cursor.take(cursor.uint32())), // BINSTRING
  85: (cursor) => python2Text(cursor.take(cursor.uint8())), // SHORT_BINSTRING
  86: (cursor) => unescapeText(cursor.line()), // UNICODE
  88: (cursor) => decodeText(cursor.take(cursor.uint32())), // BINUNICODE
  140: (cursor) => decodeText(cursor.take(cursor.uint8())), // SHORT_BINUNICODE
  141: (cursor) => decodeText(cursor.take(cursor.uint64())), // BINUNICODE8
  66: (cursor) => cursor.take(cursor.uint32()), // BINBYTES
  67: (cursor) => cursor.take(cursor.uint8()), // SHORT_BINBYTES
  142: (cursor) => cursor.take(cursor.uint64()), // BINBYTES8
  150: (cursor) => cursor.take(cursor.uint64()), // BYTEARRAY8
  136: () => true, // NEWTRUE
  137: () => false, // NEWFALSE
  138: (cursor) => longNumber(cursor, cursor.uint8()), // LONG1
  139: (cursor) => longNumber(cursor, cursor.uint32()), // LONG4
  41: () => [], // EMPTY_TUPLE
  93: () => [], // EMPTY_LIST
  125: () => new Map(), // EMPTY_DICT
  143: () => [], // EMPTY_SET
};

/** Opcodes that build a value from those on the stack. */
export const builds: Readonly<Record<number, (stack: PickleStack) => void>> = {
  40: (stack) => stack.mark(), // MARK
  48: (stack) => stack.drop(), // POP
  49: (stack) => void stack.popToMark(), // POP_MARK
  50: (stack) => stack.push(stack.top()), // DUP
  100: (stack) => {
    // DICT
    const items = stack.popToMark();
    stack.push(new Map());
    setItems(stack, items);
  },
  108: (stack) => stack.push(stack.popToMark()), // LIST
  116: (stack) => stack.push(stack.popToMark()), // TUPLE
  145: (stack) => stack.push(stack.popToMark()), // FROZENSET
  133: (stack) => stack.push([stack.pop()]), // TUPLE1
  134: (stack) => stack.push([stack.pop(), stack.pop()].reverse()), // TUPLE2
  135: (stack) => stack.push([stack.pop(), stack.pop(), stack.pop()].reverse()), // TUPLE3
  97: (stack) => append(stack, [stack.pop()]), // APPEND
  101: (stack) => append(stack, stack.popToMark()), // APPENDS
  144: (stack) => append(stack, stack.popToMark()), // ADDITEMS
  115: (stack) => setItems(stack, [stack.pop(), stack.pop()].reverse()), // SETITEM
  117: (stack) => setItems(stack, stack.popToMark()), // SETITEMS
  82: callTop, // REDUCE
  129: callTop, // NEWOBJ
  146: (stack) => {
    // NEWOBJ_EX has keyword arguments, which only an inert object can have
    stack.pop();
    callTop(stack);
  },
  111: (stack) => {
    // OBJ
    const [callee, ...args] = stack.popToMark();
    stack.push(call(callee, args));
  },
  98: setState, // BUILD
};

/** What a call of a name would have made: by one of the given functions, or else an inert object. */
export function call(callee: unknown, args: unknown): unknown {
  if (callee instanceof PickledName || callee instanceof PickledObject) return new PickledObject(callee.name);
  if (typeof callee !== 'function' || !Array.isArray(args))
    throw new RangeError('a pickle calls something that is not a function');
  return callee(args);
}

function callTop(stack: PickleStack): void {
  const args = stack.pop();
  stack.push(call(stack.pop(), args));
}

/** Weights do not need the state of their dictionaries (`_metadata`) and parameters. */
function setState(stack: PickleStack): void {
  const state = stack.pop();
  const target = stack.top();
  if (typeof target !== 'object' || target === null || Array.isArray(target))
    throw new RangeError('a pickle sets the state of something that has none');
  if (target instanceof PickledObject) target.state = state;
}

function append(stack: PickleStack, items: unknown[]): void {
  const list = stack.top();
  if (list instanceof PickledObject) return;
  if (!Array.isArray(list)) throw new RangeError('a pickle appends to something that is not a list');
  for (const item of items) list.push(item);
}

function setItems(stack: PickleStack, items: unknown[]): void {
  const top = stack.top();
  const dictionary = top instanceof PickledObject ? top.items : top;
  if (!(dictionary instanceof Map) || items.length % 2 !== 0) {
    throw new RangeError('a pickle sets items of something that is not a dictionary');
  }
  for (let i = 0; i < items.length; i += 2) dictionary.set(items[i], items[i + 1]);
}
