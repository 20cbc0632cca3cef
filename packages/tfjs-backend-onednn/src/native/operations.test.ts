import { expect, test } from 'vitest';
import { OneDnnError } from '../library/onednn-error.js';
import { expectClose, noise } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import { runOperation, sameLayout } from '../testing/run-primitive.js';
import type { BinaryKind, ElementwiseFunction, FunctionKind, PostOp } from './operations.js';

const [batch, channels, height, width] = [2, 3, 5, 4];
const shape = [batch, channels, height, width];
const length = batch * channels * height * width;
const image = height * width;
const x = noise(shape, 1).map((value) => value * 6);
const dy = noise(shape, 2);

/** The derivative of a function of one value, by central differences in double precision. */
const slope = (f: (value: number) => number, at: number): number => (f(at + 1e-5) - f(at - 1e-5)) / 2e-5;

/** The standard normal distribution function, by Simpson's rule. */
function phi(value: number): number {
  const steps = 2000;
  const h = value / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 0 ? 2 : 4;
    sum += weight * Math.exp(-((i * h) ** 2) / 2);
  }
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

/** Every function in double precision, with parameters that distinguish alpha from beta. */
const functions: Record<FunctionKind, [parameters: object, f: (v: number) => number, positive?: boolean]> = {
  abs: [{}, Math.abs],
  clip: [{ alpha: -1, beta: 2 }, (v) => Math.min(2, Math.max(-1, v))],
  elu: [{ alpha: 0.7 }, (v) => (v > 0 ? v : 0.7 * Math.expm1(v))],
  exp: [{}, Math.exp],
  gelu: [{}, (v) => v * phi(v)],
  geluTanh: [{}, (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))],
  hardswish: [{}, (v) => v * Math.max(0, Math.min(1, v / 6 + 1 / 2))],
  linear: [{ alpha: 2, beta: 3 }, (v) => 2 * v + 3],
  log: [{}, Math.log, true],
  logistic: [{}, (v) => 1 / (1 + Math.exp(-v))],
  mish: [{}, (v) => v * Math.tanh(Math.log1p(Math.exp(v)))],
  pow: [{ alpha: 2, beta: 1.5 }, (v) => 2 * v ** 1.5, true],
  relu: [{ alpha: 0.1 }, (v) => (v > 0 ? v : 0.1 * v)],
  round: [{}, (v) => Math.round(v)],
  softplus: [{}, (v) => Math.log1p(Math.exp(v))],
  sqrt: [{}, Math.sqrt, true],
  square: [{}, (v) => v * v],
  swish: [{ alpha: 1.5 }, (v) => v / (1 + Math.exp(-1.5 * v))],
  tanh: [{}, Math.tanh],
};
const functionCases = Object.entries(functions).map(([kind, [parameters, f, positive = false]]) => ({
  kind: kind as FunctionKind,
  f,
  op: { kind: kind as FunctionKind, ...parameters } as ElementwiseFunction,
  values: positive ? x.map((v) => Math.abs(v) + 0.1) : x,
}));

describeOneDnn('the operations of oneDNN', () => {
  test.each(functionCases)('$kind of every value', ({ op, f, values }) => {
    const [y = []] = runOperation(
      (native) => {
        const layout = native.dense([length]);
        return {
          descriptor: native.elementwiseForward({ f: op, x: layout }),
          read: sameLayout(layout, 'source'),
          written: sameLayout(layout, 'destination'),
        };
      },
      [values],
    );
    expectClose(y, Float64Array.from(values, f), op.kind === 'log' ? 5e-6 : 2e-6); // oneDNN's log(1) is 1.4e-6 off
  });

  test.each(functionCases.filter(({ kind }) => kind !== 'round'))(
    'the gradient of $kind from its input',
    ({ op, f, values }) => {
      const [dx = []] = runOperation(
        (native) => {
          const layout = native.dense([length]);
          return {
            descriptor: native.elementwiseBackward({ f: op, from: 'input', x: layout }),
            read: sameLayout(layout, 'source', 'diffDestination'),
            written: sameLayout(layout, 'diffSource'),
          };
        },
        [values, dy],
      );
      const expected = Float64Array.from(values, (v, i) => (dy[i] ?? 0) * slope(f, v));
      expectClose(dx, expected, 1e-5);
    },
  );

  test.each(['relu', 'tanh', 'elu', 'sqrt', 'logistic', 'exp', 'clip'] as const)(
    'the gradient of %s from its output',
    (kind) => {
      const [parameters, f, positive = false] = functions[kind];
      const values = positive ? x.map((v) => Math.abs(v) + 0.1) : x;
      const [dx = []] = runOperation(
        (native) => {
          const layout = native.dense([length]);
          return {
            descriptor: native.elementwiseBackward({ f: { kind, ...parameters }, from: 'output', x: layout }),
            read: sameLayout(layout, 'destination', 'diffDestination'),
            written: sameLayout(layout, 'diffSource'),
          };
        },
        [values.map(f), dy],
      );
      expectClose(
        dx,
        Float64Array.from(values, (v, i) => (dy[i] ?? 0) * slope(f, v)),
        1e-5,
      );
    },
  );

  const operators: Record<BinaryKind, (a: number, b: number) => number> = {
    add: (a, b) => a + b,
    subtract: (a, b) => a - b,
    multiply: (a, b) => a * b,
    divide: (a, b) => a / b,
    maximum: Math.max,
    minimum: Math.min,
    greater: (a, b) => Number(a > b),
    greaterEqual: (a, b) => Number(a >= b),
    less: (a, b) => Number(a < b),
    lessEqual: (a, b) => Number(a <= b),
    equal: (a, b) => Number(a === b),
    notEqual: (a, b) => Number(a !== b),
  };
  const a = Float32Array.from(x, Math.round);
  const b = Float32Array.from(dy, (value) => Math.round(value * 4) + 0.5);
  test.each(Object.keys(operators) as BinaryKind[])('%s of two arrays', (kind) => {
    const values = kind === 'equal' || kind === 'notEqual' ? a.map((v, i) => (i % 2 ? v : 1)) : b;
    const [y = []] = runOperation(
      (native) => {
        const layout = native.dense([length]);
        return {
          descriptor: native.binary({ kind, a: layout, b: layout, y: layout }),
          read: sameLayout(layout, 'source', 'source1'),
          written: sameLayout(layout, 'destination'),
        };
      },
      [a, values],
    );
    expectClose(
      y,
      Float64Array.from(a, (value, i) => operators[kind](value, values[i] ?? 0)),
      1e-6,
    );
  });

  test.each(['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum'] as const)(
    '%s after two other post-ops',
    (kind) => {
      const [y = []] = runOperation(
        (native) => {
          const layout = native.dense([length]);
          const postOps: PostOp[] = [
            { kind: 'square', scale: 3 },
            { kind: 'linear', alpha: 2, beta: 1 },
            { kind, operand: layout },
          ];
          return {
            descriptor: native.binary({ kind: 'subtract', a: layout, b: layout, y: layout, postOps }),
            read: sameLayout(layout, 'source', 'source1', 'operand2'),
            written: sameLayout(layout, 'destination'),
          };
        },
        [a, dy, b],
      );
      const before = Float64Array.from(a, (value, i) => 6 * (value - (dy[i] ?? 0)) ** 2 + 1);
      expectClose(
        y,
        before.map((value, i) => operators[kind](value, b[i] ?? 0)),
        1e-6,
      );
    },
  );

  test.each(['max', 'min', 'sum', 'mean', 'product'] as const)('the %s over an axis', (kind) => {
    const reduce = {
      max: (row: number[]) => Math.max(...row),
      min: (row: number[]) => Math.min(...row),
      sum: (row: number[]) => row.reduce((s, v) => s + v),
      mean: (row: number[]) => row.reduce((s, v) => s + v) / row.length,
      product: (row: number[]) => row.reduce((s, v) => s * v),
    }[kind];
    const [y = []] = runOperation(
      (native) => {
        const [from, to] = [native.dense([6, image]), native.dense([6, 1])];
        return {
          descriptor: native.reduction({ kind, x: from, y: to }),
          read: sameLayout(from, 'source'),
          written: sameLayout(to, 'destination'),
        };
      },
      [x],
    );
    const rows = Array.from({ length: 6 }, (_, i) => [...x.slice(i * image, (i + 1) * image)]);
    expectClose(y, rows.map(reduce));
  });

  test('a weighted sum', () => {
    const [y = []] = runOperation(
      (native) => {
        const layout = native.dense([length]);
        return {
          descriptor: native.weightedSum({ scales: [2, -3], x: layout }),
          read: sameLayout(layout, 'summand0', 'summand1'),
          written: sameLayout(layout, 'destination'),
        };
      },
      [x, dy],
    );
    expectClose(
      y,
      Float64Array.from(x, (v, i) => 2 * v - 3 * (dy[i] ?? 0)),
    );
  });

  test('the caller may lend the working memory', () => {
    const weights = noise([5 * 4], 6);
    const [c = []] = runOperation(
      (native) => {
        const [a, b, y] = [native.dense([24, 5]), native.dense([5, 4]), native.dense([24, 4])];
        const descriptor = native.matrixProduct({ a, b, c: y, userScratchpad: true });
        const scratchpad = native.chosenLayout(descriptor, 'scratchpad');
        return {
          descriptor,
          read: [
            ['source', a],
            ['weights', b],
          ],
          written: [['destination', y], ...(scratchpad ? ([['scratchpad', scratchpad]] as const) : [])],
        };
      },
      [x, weights],
    );
    const expected = Float64Array.from({ length: 24 * 4 }, (_, i) => {
      const [row, column] = [Math.floor(i / 4), i % 4];
      return [0, 1, 2, 3, 4].reduce((s, k) => s + (x[row * 5 + k] ?? 0) * (weights[k * 4 + column] ?? 0), 0);
    });
    expectClose(c, expected);
  });

  test('an operation that oneDNN does not implement throws an OneDnnError', () => {
    const refused = () =>
      runOperation((native) => {
        const layout = native.strided([2, 3], [1, 7]);
        return {
          descriptor: native.preluForward({ x: layout, weights: native.strided([2, 3], [1, 5]) }),
          read: [],
          written: [],
        };
      }, []);
    expect(refused).toThrow(OneDnnError);
  });
});
