import { broadcastDimensions, type Dimension, forEachIndex } from '../shapes/broadcast-dimensions.js';
import { vectorModule } from './module.js';

/** The functions of one value that have a vector loop, by the names of tfjs's kernels. */
export type UnaryName =
  | 'Abs'
  | 'Ceil'
  | 'ClipByValue'
  | 'Floor'
  | 'LeakyRelu'
  | 'Neg'
  | 'Reciprocal'
  | 'Relu'
  | 'Rsqrt'
  | 'Sign'
  | 'Sqrt'
  | 'Square'
  | 'Step';

/** The functions of two values with float32 results. */
export const arithmeticNames = [
  'Add',
  'Maximum',
  'Minimum',
  'Multiply',
  'Prelu',
  'RealDiv',
  'SquaredDifference',
  'Sub',
] as const;

/** The functions of two values with results of 1 or 0. */
export const comparisonNames = ['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'NotEqual'] as const;

export type BinaryName = (typeof arithmeticNames)[number] | (typeof comparisonNames)[number];

/** Addresses in the module's memory, the number of values and the function's parameters, as in assembly/loops.ts. */
type Unary = (x: number, y: number, n: number, p: number, q: number) => void;
/** The arguments of `rows` in assembly/loops.ts. */
type Binary = (
  ...args: [
    a: number,
    b: number,
    y: number,
    rows: number,
    n: number,
    oneA: boolean,
    oneB: boolean,
    rowA: number,
    rowB: number,
  ]
) => void;
type Exports = { memory: { buffer: ArrayBuffer } } & Record<UnaryName, Unary> & Record<BinaryName, Binary>;

/** Rows of a result, along its two innermost dimensions. */
interface Matrix {
  name: BinaryName;
  y: Float32Array | Uint8Array;
  inner: Dimension;
  outer: Dimension;
}

/** An operand of a matrix. */
interface Operand {
  values: Float32Array;
  from: number;
}

/** The part of a matrix that is computed at a time. */
interface Tile {
  row: number;
  rows: number;
  column: number;
  columns: number;
}

/** What is used of WebAssembly, whose types belong to the DOM. */
interface Compiler {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
}

/** The most values that are copied into the module's memory at a time: three arrays of them stay in a second-level cache. */
const most = 16384;
/** The loops read and write up to three values past the end. */
const places = [0, 1, 2].map((i) => 1024 + i * 4 * (most + 16)) as [number, number, number];

/**
 * Vector loops over float32 values, in WebAssembly on one thread. Values are copied into the module's memory and back some
 * thousand at a time, which costs less than a call of oneDNN.
 */
export class VectorLoops {
  readonly #exports: Exports;
  readonly #a: Float32Array;
  readonly #b: Float32Array;
  readonly #y: Float32Array;
  readonly #yBytes: Uint8Array;

  constructor() {
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: Compiler }).WebAssembly;
    const { exports } = new Instance(new Module(Buffer.from(vectorModule, 'base64')));
    this.#exports = exports as Exports;
    const { buffer } = this.#exports.memory;
    const [a, b, y] = places;
    this.#a = new Float32Array(buffer, a, most);
    this.#b = new Float32Array(buffer, b, most);
    this.#y = new Float32Array(buffer, y, most);
    this.#yBytes = new Uint8Array(buffer, y, most);
  }

  /** y = f(x), value by value, with the parameters of ClipByValue (bounds), LeakyRelu and Step (alpha). */
  unary(name: UnaryName, x: Float32Array, y: Float32Array, p = 0, q = 0): void {
    const run = this.#exports[name];
    for (let at = 0; at < y.length; at += most) {
      const n = Math.min(most, y.length - at);
      copy(x, at, n, this.#a);
      run(places[0], places[2], n, p, q);
      y.set(n === most ? this.#y : this.#y.subarray(0, n), at);
    }
  }

  /** y = f(a, b) with broadcasting; y has the broadcast shape. */
  binary(
    name: BinaryName,
    [a, shapeA]: readonly [Float32Array, readonly number[]],
    [b, shapeB]: readonly [Float32Array, readonly number[]],
    y: Float32Array | Uint8Array,
  ): void {
    if (y.length === 0) return;
    const dims = broadcastDimensions(shapeA, shapeB);
    const inner = dims.pop() ?? { size: 1, a: 0, b: 0 };
    const outer = dims.pop() ?? { size: 1, a: 0, b: 0 };
    const matrix = { name, y, inner, outer };
    let at = 0;
    forEachIndex(dims, (fromA, fromB) => {
      this.#matrix(matrix, { values: a, from: fromA }, { values: b, from: fromB }, at);
      at += inner.size * outer.size;
    });
  }

  #matrix({ name, y, inner, outer }: Matrix, a: Operand, b: Operand, from: number): void {
    const results = y instanceof Float32Array ? this.#y : this.#yBytes;
    const width = Math.min(inner.size, most);
    const height = Math.min(outer.size, Math.floor(most / width));
    const oneA = inner.a === 0;
    const oneB = inner.b === 0;
    for (let row = 0; row < outer.size; row += height) {
      const rows = Math.min(height, outer.size - row);
      for (let column = 0; column < inner.size; column += width) {
        const columns = Math.min(width, inner.size - column);
        const tile = { row, rows, column, columns };
        const rowA = copyTile(a, inner.a, outer.a, tile, this.#a);
        const rowB = copyTile(b, inner.b, outer.b, tile, this.#b);
        this.#exports[name](...places, rows, columns, oneA, oneB, rowA, rowB);
        y.set(results.subarray(0, rows * columns), from + row * inner.size + column);
      }
    }
  }
}

let loops: VectorLoops | undefined;

/** The loops of this thread, compiled at the first call. */
export function vectorLoops(): VectorLoops {
  loops ??= new VectorLoops();
  return loops;
}

/** Copies an operand's part of a tile, given its strides. Returns the bytes from one row of the copy to the next. */
function copyTile(
  { values, from }: Operand,
  inner: number,
  outer: number,
  { row, rows, column, columns }: Tile,
  to: Float32Array,
): number {
  const length = inner === 0 ? 1 : columns;
  const first = from + row * outer + column * inner;
  if (outer === 0 || rows === 1) {
    copy(values, first, length, to);
    return 0;
  }
  if (outer === length) copy(values, first, rows * length, to);
  else
    for (let i = 0; i < rows; i++)
      to.set(values.subarray(first + i * outer, first + i * outer + length), i * length);
  return length * 4;
}

function copy(values: Float32Array, first: number, length: number, to: Float32Array): void {
  to.set(length === values.length ? values : values.subarray(first, first + length));
}
