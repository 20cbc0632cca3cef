import type { OneDnnBackend } from '../backend.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { Descriptor, Layout, ScaledResponseNormalization } from '../native/operations.js';
import type { Plan } from '../primitive-cache.js';
import { nhwc } from '../shapes/layouts.js';
import { normalizationBySums } from './normalization-by-sums.js';
import { type WorkspacePlan, workspacePlan } from './workspace-plan.js';

/**
 * tfjs's attributes of LRN and LRNGrad, with y = x / (bias + alpha * sum of x^2 over the channels within
 * depthRadius)^beta.
 */
export interface LrnAttributes {
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
}

type ImageShape = readonly number[];

/** How an LRN is computed best on this CPU. */
interface Choice extends Plan {
  /** In channel blocks, to which NHWC images are copied. */
  inBlocks: boolean;
  /** By oneDNN's own vector code; otherwise by sums over the channels. */
  forward: boolean;
  backward: boolean;
}

/** True if the LRN of images of that shape runs in channel blocks, to which NHWC images are copied. */
export function normalizesInBlocks(backend: OneDnnBackend, shape: ImageShape, norm: LrnAttributes): boolean {
  return choice(backend, shape, norm).inBlocks;
}

/**
 * The LRN of images of that shape in its layout. With `training` it includes the gradient and their
 * workspace.
 */
export function normalizationPlan(
  backend: OneDnnBackend,
  shape: ImageShape,
  norm: LrnAttributes,
  training: boolean,
): WorkspacePlan {
  const { inBlocks, forward, backward } = choice(backend, shape, norm);
  const key = normalizationKey(shape, norm, training);
  return backend.plan(key, (native) => {
    const { describe, describeBack } = oneDnnLrn(native, imageLayout(native, shape, inBlocks), norm);
    const bySums = normalizationBySums(backend, shape, norm);
    return workspacePlan(
      native,
      key,
      forward ? describe(training && backward) : bySums.forward,
      training ? (backward ? describeBack() : bySums.backward) : undefined,
    );
  });
}

/** A key that names an LRN with its shape. */
export function normalizationKey(
  shape: ImageShape,
  { depthRadius, bias, alpha, beta }: LrnAttributes,
  training: boolean,
): string {
  return `LRN [${shape}] radius ${depthRadius} ${bias} ${alpha} ${beta} training ${training}`;
}

/**
 * Without vector code oneDNN computes every power of a window anew, several times as slow as sums over the
 * channels. That is the gradient on every CPU without AVX-512, and both directions for a beta other than .75 or
 * a window other than 5. With more than 64 channels the copies to blocks would cost as much as they save.
 */
function choice(backend: OneDnnBackend, [, ...image]: ImageShape, norm: LrnAttributes): Choice {
  const one = [1, ...image];
  return backend.plan(`choice of ${normalizationKey(one, norm, true)}`, (native) => {
    const channels = image[2] ?? 0;
    const isVectorCode = (descriptor: Descriptor): boolean =>
      isCorrect(channels, norm) && !native.implementation(descriptor).includes('ref');
    const choose = (inBlocks: boolean) => {
      const { describe, describeBack } = oneDnnLrn(native, imageLayout(native, one, inBlocks), norm);
      const forward = isVectorCode(describe(true).descriptor);
      const backward = forward && isVectorCode(describeBack().descriptor);
      return { inBlocks, forward, backward, destroy() {} };
    };
    const mayBlock = native.prefersChannelBlocks && channels % 16 === 0 && channels <= 64;
    const inBlocks = mayBlock ? choose(true) : undefined;
    return inBlocks?.backward ? inBlocks : choose(false);
  });
}

/**
 * True if oneDNN's vector code is right. It crashes for a window of one channel, and its gradients are wrong
 * for windows of more than five channels unless the number of channels is a multiple of 16.
 */
function isCorrect(channels: number, { depthRadius }: LrnAttributes): boolean {
  return depthRadius === 1 || depthRadius === 2 || (depthRadius > 2 && channels % 16 === 0);
}

function imageLayout(native: NativeEngine, shape: ImageShape, inBlocks: boolean): Layout {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  return inBlocks
    ? native.channelBlocks([batch, channels, height, width])
    : nhwc(native, batch, height, width, channels);
}

/** Both directions of oneDNN's LRN. */
function oneDnnLrn(native: NativeEngine, x: Layout, { depthRadius, bias, alpha, beta }: LrnAttributes) {
  const size = 2 * depthRadius + 1;
  const perWindow = alpha * size; // oneDNN divides alpha by the window's size; tfjs does not
  const normalization = (training: boolean): ScaledResponseNormalization => {
    return { x, size, alpha: perWindow, beta, bias, training };
  };
  return {
    describe: (training: boolean) => ({
      descriptor: native.responseNormalizationForward(normalization(training)),
      args: [
        ['source', x],
        ['destination', x],
      ] as const,
    }),
    describeBack: () => ({
      descriptor: native.responseNormalizationBackward(normalization(true)),
      args: [
        ['source', x],
        ['diffDestination', x],
        ['diffSource', x],
      ] as const,
    }),
  };
}
