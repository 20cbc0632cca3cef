import { test } from 'vitest';
import { expectClose, noise } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import { runOperation, sameLayout } from '../testing/run-primitive.js';

const [batch, channels, height, width] = [2, 3, 5, 4];
const shape = [batch, channels, height, width];
const length = batch * channels * height * width;
const image = height * width;
const x = noise(shape, 1).map((value) => value * 6);
const dy = noise(shape, 2);

describeOneDnn('operations of oneDNN along an axis or a channel', () => {
  test.each([false, true])('softmax and its gradient, logarithm: %s', (log) => {
    const rows = length / width;
    const expected = { y: new Float64Array(length), dx: new Float64Array(length) };
    for (let r = 0; r < length; r += width) {
      const row = [...x.slice(r, r + width)];
      const sum = row.reduce((s, v) => s + Math.exp(v), 0);
      const p = row.map((v) => Math.exp(v) / sum);
      const d = [...dy.slice(r, r + width)];
      const dot = d.reduce((s, v, i) => s + v * (log ? 1 : (p[i] ?? 0)), 0);
      row.forEach((_, i) => {
        const pi = p[i] ?? 0;
        expected.y[r + i] = log ? Math.log(pi) : pi;
        expected.dx[r + i] = log ? (d[i] ?? 0) - pi * dot : pi * ((d[i] ?? 0) - dot);
      });
    }
    const [y = new Float32Array()] = runOperation(
      (native) => {
        const layout = native.dense([rows, width]);
        return {
          descriptor: native.softmaxForward({ x: layout, axis: 1, log }),
          read: sameLayout(layout, 'source'),
          written: sameLayout(layout, 'destination'),
        };
      },
      [x],
    );
    const [dx = []] = runOperation(
      (native) => {
        const layout = native.dense([rows, width]);
        return {
          descriptor: native.softmaxBackward({ x: layout, axis: 1, log }),
          read: sameLayout(layout, 'destination', 'diffDestination'),
          written: sameLayout(layout, 'diffSource'),
        };
      },
      [y, dy],
    );
    expectClose(y, expected.y);
    expectClose(dx, expected.dx);
  });

  test('batch normalization, in training and not, and its gradients', () => {
    const [scale, shift] = [noise([channels], 3), noise([channels], 4)];
    const epsilon = 1e-3;
    const perChannel = (values: (i: number) => number): Float64Array => {
      const sums = new Float64Array(channels);
      for (let i = 0; i < length; i++) sums[channelOf(i)] = (sums[channelOf(i)] ?? 0) + values(i);
      return sums;
    };
    const channelOf = (i: number): number => Math.floor(i / image) % channels;
    const n = batch * image;
    const at = (values: ArrayLike<number>, i: number): number => values[channelOf(i)] ?? 0;
    const mean = perChannel((i) => x[i] ?? 0).map((s) => s / n);
    const variance = perChannel((i) => ((x[i] ?? 0) - at(mean, i)) ** 2).map((s) => s / n);
    const normal = Float64Array.from(x, (v, i) => (v - at(mean, i)) / Math.sqrt(at(variance, i) + epsilon));
    const y = normal.map((v, i) => at(scale, i) * v + at(shift, i));
    const dshift = perChannel((i) => dy[i] ?? 0);
    const dscale = perChannel((i) => (dy[i] ?? 0) * (normal[i] ?? 0));
    const dx = normal.map(
      (v, i) =>
        (at(scale, i) / Math.sqrt(at(variance, i) + epsilon)) *
        ((dy[i] ?? 0) - at(dshift, i) / n - (v * at(dscale, i)) / n),
    );
    const operation = { epsilon, scale: true, shift: true };
    const statistics = [mean, variance].map((values) => Float32Array.from(values));

    const trained = runOperation(
      (native) => {
        const [data, row] = [native.dense(shape), native.dense([channels])];
        return {
          descriptor: native.batchNormalizationForward({ x: data, ...operation, training: true }),
          read: [...sameLayout(data, 'source'), ...sameLayout(row, 'scale', 'shift')],
          written: [...sameLayout(data, 'destination'), ...sameLayout(row, 'mean', 'variance')],
        };
      },
      [x, scale, shift],
    );
    [y, mean, variance].forEach((expected, i) => {
      expectClose(trained[i] ?? [], expected);
    });

    const [applied = []] = runOperation(
      (native) => {
        const [data, row] = [native.dense(shape), native.dense([channels])];
        return {
          descriptor: native.batchNormalizationForward({ x: data, ...operation, training: false }),
          read: [...sameLayout(data, 'source'), ...sameLayout(row, 'mean', 'variance', 'scale', 'shift')],
          written: sameLayout(data, 'destination'),
        };
      },
      [x, ...statistics, scale, shift],
    );
    expectClose(applied, y);

    const gradients = runOperation(
      (native) => {
        const [data, row] = [native.dense(shape), native.dense([channels])];
        return {
          descriptor: native.batchNormalizationBackward({ x: data, ...operation, training: true }),
          read: [
            ...sameLayout(data, 'source', 'diffDestination'),
            ...sameLayout(row, 'mean', 'variance', 'scale'),
          ],
          written: [...sameLayout(data, 'diffSource'), ...sameLayout(row, 'diffScale', 'diffShift')],
        };
      },
      [x, dy, ...statistics, scale],
    );
    [dx, dscale, dshift].forEach((expected, i) => {
      expectClose(gradients[i] ?? [], expected);
    });
  });

  test('prelu with a weight for each channel, and its gradients', () => {
    const weights = noise([channels], 5);
    const weight = (i: number): number => weights[Math.floor(i / image) % channels] ?? 0;
    const dweights = new Float64Array(channels);
    x.forEach((v, i) => {
      const c = Math.floor(i / image) % channels;
      if (v <= 0) dweights[c] = (dweights[c] ?? 0) + v * (dy[i] ?? 0);
    });
    const [y = []] = runOperation(
      (native) => {
        const [data, row] = [native.dense(shape), native.dense([1, channels, 1, 1])];
        return {
          descriptor: native.preluForward({ x: data, weights: row }),
          read: [...sameLayout(data, 'source'), ...sameLayout(row, 'weights')],
          written: sameLayout(data, 'destination'),
        };
      },
      [x, weights],
    );
    const [dx = [], dw = []] = runOperation(
      (native) => {
        const [data, row] = [native.dense(shape), native.dense([1, channels, 1, 1])];
        return {
          descriptor: native.preluBackward({ x: data, weights: row }),
          read: [...sameLayout(data, 'source', 'diffDestination'), ...sameLayout(row, 'weights')],
          written: [...sameLayout(data, 'diffSource'), ...sameLayout(row, 'diffWeights')],
        };
      },
      [x, dy, weights],
    );
    expectClose(
      y,
      Float64Array.from(x, (v, i) => (v > 0 ? v : v * weight(i))),
    );
    expectClose(
      dx,
      Float64Array.from(x, (v, i) => (dy[i] ?? 0) * (v > 0 ? 1 : weight(i))),
    );
    expectClose(dw, dweights);
  });
});
