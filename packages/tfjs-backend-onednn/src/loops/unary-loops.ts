import { backend_util } from '@tensorflow/tfjs-core';

/** y = f(x), value by value in double precision, as tfjs's cpu kernels compute it. */
export type UnaryLoop = (x: Float32Array, y: Float32Array) => void;

const { ERF_A1, ERF_A2, ERF_A3, ERF_A4, ERF_A5, ERF_P, SELU_SCALE, SELU_SCALEALPHA } = backend_util;

/**
 * Above this threshold softplus(x) is x, and below its negative it is exp(x), to float32's precision; tfjs
 * uses the same threshold.
 */
const softplusThreshold = -(Math.log(2 ** -23) + 2);

/** The functions that have a loop. */
export type UnaryName = 'Erf' | 'Exp' | 'Expm1' | 'Log' | 'Log1p' | 'Selu' | 'Softplus';

/**
 * Functions by the name of their kernel. Each has its own loop, because a loop that calls a function is slow.
 */
export const unaryLoops: Record<UnaryName, UnaryLoop> = {
  Erf(x, y) {
    for (let i = 0; i < y.length; i++) {
      const v = Math.abs(x[i] as number);
      const t = 1 / (1 + ERF_P * v);
      const polynomial = ((((ERF_A5 * t + ERF_A4) * t + ERF_A3) * t + ERF_A2) * t + ERF_A1) * t;
      y[i] = Math.sign(x[i] as number) * (1 - polynomial * Math.exp(-v * v));
    }
  },
  Exp(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.exp(x[i] as number);
  },
  Expm1(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.expm1(x[i] as number);
  },
  Log(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.log(x[i] as number);
  },
  Log1p(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.log1p(x[i] as number);
  },
  Selu(x, y) {
    for (let i = 0; i < y.length; i++) {
      const v = x[i] as number;
      y[i] = v >= 0 ? SELU_SCALE * v : SELU_SCALEALPHA * (Math.exp(v) - 1);
    }
  },
  Softplus(x, y) {
    for (let i = 0; i < y.length; i++) {
      const v = x[i] as number;
      if (v > softplusThreshold) y[i] = v;
      else y[i] = v < -softplusThreshold ? Math.exp(v) : Math.log(1 + Math.exp(v));
    }
  },
};
