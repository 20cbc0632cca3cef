import {
  type backend_util,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  engine,
  getKernel,
  type KernelConfig,
  type NamedAttrMap,
  type NamedTensorMap,
  pad as padTensor,
  registerKernel,
  slice,
  type Tensor,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

type Gradient = (
  inputs: NamedTensorMap,
  attrs: NamedAttrMap,
  padding: backend_util.ExplicitPadding,
) => Tensor;

/**
 * Lets tfjs-node compute the gradients of a convolution with explicit padding, which its own kernels refuse.
 * The input is padded first, and the gradients are computed without padding.
 */
export function registerExplicitPadding(): void {
  replace(Conv2DBackpropFilter, filterGradient);
  replace(Conv2DBackpropInput, inputGradient);
}

/** dfilter from the padded x and dy. */
const filterGradient: Gradient = ({ x, ...inputs }, attrs, padding) =>
  engine().runKernel(
    Conv2DBackpropFilter,
    { ...inputs, x: padTensor(x as Tensor, padding) },
    { ...attrs, pad: 'valid' },
  );

/** dx from dy and the filter: the gradient of the padded x without its border. */
const inputGradient: Gradient = (inputs, attrs, padding) => {
  const shape = attrs.inputShape as unknown as number[];
  const padded = shape.map((size, d) => size + (padding[d]?.[0] ?? 0) + (padding[d]?.[1] ?? 0));
  const whole: Tensor = engine().runKernel(Conv2DBackpropInput, inputs, {
    ...attrs,
    pad: 'valid',
    inputShape: padded,
  });
  const before = padding.map(([first]) => first);
  return slice(whole, before, shape);
};

const replaced = new WeakSet<object>();

function replace(kernelName: string, gradient: Gradient): void {
  const own = getKernel(kernelName, 'tensorflow');
  if (!own || replaced.has(own)) return;
  const kernel: KernelConfig = {
    ...own,
    kernelFunc: (params) => {
      const attrs = params.attrs ?? {};
      const padding = attrs.pad as unknown;
      if (!Array.isArray(padding)) return own.kernelFunc(params);
      return tidy(() =>
        gradient(params.inputs as NamedTensorMap, attrs, padding as backend_util.ExplicitPadding),
      );
    },
  };
  replaced.add(kernel);
  unregisterKernel(kernelName, 'tensorflow');
  registerKernel(kernel);
}
