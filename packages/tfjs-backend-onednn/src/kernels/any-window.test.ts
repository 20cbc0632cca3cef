import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, test, vi } from 'vitest';
import { type AnyTensor, anyFloats, makeTensor, nonFinite } from '../testing/any-tensor.js';
import { expectSameOutcome, withGradients } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

vi.hoisted(() => {
  process.env.ALEXNET_ONEDNN_SMALLEST = '1'; // read when the kernels are loaded
});

/** Some tensors and an operation on them, with its gradients if tfjs has them. */
interface Case {
  /** The description in the message of a failure. */
  what: string;
  inputs: AnyTensor[];
  compute(...tensors: tf.Tensor[]): tf.Tensor;
  differentiable: boolean;
}

function check(cases: fc.Arbitrary<Case>, numRuns: number): void {
  const property = fc.property(cases, ({ inputs, compute, differentiable }) => {
    expectSameOutcome(() => {
      const tensors = inputs.map(makeTensor);
      return differentiable ? withGradients(compute, tensors) : [compute(...tensors)];
    });
  });
  fc.assert(property, { numRuns, seed: 11 });
}

type Pad = Parameters<typeof tf.conv2d>[3];

const size = fc.integer({ min: 1, max: 9 });
const channels = fc.constantFrom(1, 2, 3, 8, 16, 17);
const pair = (one: fc.Arbitrary<number>): fc.Arbitrary<[number, number]> => fc.tuple(one, one);
const few = fc.integer({ min: 1, max: 3 });

const explicitPad = (format: 'NHWC' | 'NCHW'): fc.Arbitrary<Pad> =>
  fc.tuple(pair(fc.nat(2)), pair(fc.nat(2))).map(([rows, columns]) => {
    const none: [number, number] = [0, 0];
    return format === 'NHWC' ? [none, rows, columns, none] : [none, none, rows, columns];
  });

const format = fc.constantFrom<'NHWC' | 'NCHW'>('NHWC', 'NHWC', 'NHWC', 'NCHW');

/** An image and a window over it, with strides larger than the window and windows larger than the image. */
const windows = format.chain((dataFormat) =>
  fc
    .record({
      batch: fc.integer({ min: 0, max: 3 }),
      image: pair(size),
      inChannels: channels,
      kernel: pair(fc.integer({ min: 1, max: 4 })),
      strides: pair(few),
      dilations: fc.oneof(fc.constant<[number, number]>([1, 1]), pair(few)),
      pad: fc.oneof<fc.Arbitrary<Pad>[]>(
        fc.constantFrom<Pad>('same', 'valid', 0, 1, 2),
        explicitPad(dataFormat),
      ),
    })
    .map((w) => ({
      ...w,
      dilations: w.strides.some((stride) => stride > 1) ? ([1, 1] as [number, number]) : w.dilations,
      dataFormat,
      rounding: typeof w.pad === 'string' ? undefined : ('floor' as const),
      shape:
        dataFormat === 'NHWC' ? [w.batch, ...w.image, w.inChannels] : [w.batch, w.inChannels, ...w.image],
    })),
);

const special = fc.constantFrom<readonly number[]>([], [], nonFinite);
const finite = (shape: number[]): fc.Arbitrary<AnyTensor> =>
  anyFloats(fc.constant(shape)).map((tensor) => ({ ...tensor, special: [] }));

const convolutions = windows.chain((w) =>
  fc.record({ outChannels: channels, seed: fc.nat(99), x: finite(w.shape), special }).map(
    (c): Case => ({
      what: `conv2d ${JSON.stringify(w)}`,
      inputs: [
        { ...c.x, special: c.special },
        { shape: [...w.kernel, w.inChannels, c.outChannels], dtype: 'float32', seed: c.seed, special: [] },
      ],
      compute: (x, filter) =>
        tf.conv2d(
          x as tf.Tensor4D,
          filter as tf.Tensor4D,
          w.strides,
          w.pad,
          w.dataFormat,
          w.dilations,
          w.rounding,
        ),
      differentiable: w.dilations.every((d) => d === 1),
    }),
  ),
);

const activation = fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu');
const fused = windows.chain((w) =>
  fc
    .record({ outChannels: channels, x: finite(w.shape), special, activation, perRow: fc.boolean() })
    .map((c): Case => {
      const filter = [...w.kernel, w.inChannels, c.outChannels];
      const bias = c.perRow ? [1] : [c.outChannels];
      return {
        what: `fused conv2d ${c.activation} ${JSON.stringify(w)}`,
        inputs: [
          { ...c.x, special: c.special },
          ...[filter, bias, [c.outChannels]].map((shape, seed) => ({
            shape,
            dtype: 'float32' as const,
            seed,
            special: [],
          })),
        ],
        compute: (x, f, b, alpha) =>
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: f as tf.Tensor4D,
            bias: b as tf.Tensor,
            strides: w.strides,
            pad: w.pad as 'same',
            dataFormat: w.dataFormat,
            dilations: w.dilations,
            dimRoundingMode: w.rounding as 'floor',
            activation: c.activation as 'relu',
            leakyreluAlpha: 0.3,
            ...(c.activation === 'prelu' ? { preluActivationWeights: alpha as tf.Tensor } : {}),
          }),
        differentiable: false,
      };
    }),
);

const pooling = windows
  .filter(({ dataFormat, pad }) => dataFormat === 'NHWC' && !Array.isArray(pad))
  .chain((w) =>
    fc
      .record({
        x: finite(w.shape),
        special,
        max: fc.boolean(),
        dilated: fc.boolean(),
        explicit: explicitPad('NHWC'),
      })
      .map(({ x, max, dilated, explicit, ...c }): Case => {
        const [pad, rounding] = dilated ? [w.pad, w.rounding] : [explicit, 'floor' as const];
        return {
          what: `${max ? 'max' : 'avg'}Pool ${dilated ? 'dilated' : ''} ${JSON.stringify({ ...w, pad })}`,
          inputs: [{ ...x, special: max ? [] : c.special }],
          compute: (t) => {
            const image = t as tf.Tensor4D;
            const kind = max ? 'max' : 'avg';
            if (dilated) return tf.pool(image, w.kernel, kind, w.pad, w.dilations, w.strides, w.rounding);
            const pool = max ? tf.maxPool : tf.avgPool;
            return pool(image, w.kernel, w.strides, pad, rounding);
          },
          differentiable: true,
        };
      }),
  );

const others = fc
  .record({
    what: fc.constantFrom(
      'conv1d',
      'conv3d',
      'transpose',
      'depthwise',
      'separable',
      'maxPool3d',
      'avgPool3d',
    ),
    batch: few,
    side: fc.integer({ min: 3, max: 6 }),
    inChannels: fc.constantFrom(1, 3, 8),
    outChannels: fc.constantFrom(1, 4, 16),
    kernel: few,
    strides: few,
    pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  })
  .map(({ what, batch, side, inChannels, outChannels, kernel, strides, pad }): Case => {
    const tensor = (shape: number[], seed: number): AnyTensor => ({
      shape,
      dtype: 'float32',
      seed,
      special: [],
    });
    const image = tensor([batch, side, side, inChannels], 1);
    const volume = tensor([batch, side, side, side, inChannels], 1);
    const out = pad === 'same' ? side * strides : (side - 1) * strides + kernel;
    const cases: Record<string, Omit<Case, 'what' | 'differentiable'>> = {
      conv1d: {
        inputs: [tensor([batch, side, inChannels], 1), tensor([kernel, inChannels, outChannels], 2)],
        compute: (x, f) => tf.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, strides, pad),
      },
      conv3d: {
        inputs: [volume, tensor([kernel, kernel, kernel, inChannels, outChannels], 2)],
        compute: (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, strides, pad),
      },
      transpose: {
        inputs: [image, tensor([kernel, kernel, outChannels, inChannels], 2)],
        compute: (x, f) =>
          tf.conv2dTranspose(
            x as tf.Tensor4D,
            f as tf.Tensor4D,
            [batch, out, out, outChannels],
            strides,
            pad,
          ),
      },
      depthwise: {
        inputs: [image, tensor([kernel, kernel, inChannels, 2], 2)],
        compute: (x, f) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, strides, pad),
      },
      separable: {
        inputs: [
          image,
          tensor([kernel, kernel, inChannels, 2], 2),
          tensor([1, 1, inChannels * 2, outChannels], 3),
        ],
        compute: (x, f, g) =>
          tf.separableConv2d(x as tf.Tensor4D, f as tf.Tensor4D, g as tf.Tensor4D, strides, pad),
      },
      maxPool3d: { inputs: [volume], compute: (x) => tf.maxPool3d(x as tf.Tensor5D, kernel, strides, pad) },
      avgPool3d: { inputs: [volume], compute: (x) => tf.avgPool3d(x as tf.Tensor5D, kernel, strides, pad) },
    };
    return { ...(cases[what] as Case), what, differentiable: true };
  });

const normalizations = fc
  .record({
    shape: fc.tuple(fc.nat(2), size, size, channels).map((shape): number[] => shape),
    radius: fc.nat(4),
    bias: fc.constantFrom(0, 1, 2, -1),
    alpha: fc.constantFrom(0, 1e-4, 0.5),
    beta: fc.constantFrom(0.5, 0.75, 1),
    special,
  })
  .map(
    ({ shape, radius, bias, alpha, beta, special }): Case => ({
      what: `LRN ${radius} ${bias} ${alpha} ${beta}`,
      inputs: [{ shape, dtype: 'float32', seed: 3, special }],
      compute: (x) => tf.localResponseNormalization(x as tf.Tensor4D, radius, bias, alpha, beta),
      differentiable: bias > 0,
    }),
  );

describeOneDnn('any window over any image has the same result as on cpu', () => {
  afterAll(() => {
    delete process.env.ALEXNET_ONEDNN_SMALLEST;
  });

  test('convolution and its gradients: formats, paddings, strides, dilations', () =>
    check(convolutions, 300));
  test('convolution with bias and activation', () => check(fused, 300));
  test('pooling and its gradients, dilated too', () => check(pooling, 300));
  test('1-d, 3-d, transposed, depthwise and separable convolution, 3-d pooling', () => check(others, 150));
  test('local response normalization', () => check(normalizations, 150));
});
