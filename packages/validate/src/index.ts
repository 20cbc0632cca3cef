export { codeOf } from './code-of.js';
export { describeValue } from './describe-value.js';
export { layerArgumentNames, requireChannelsLast, requireSingleInput } from './layer-arguments.js';
export { messageOf } from './message-of.js';
export { requireKnownOptions } from './require-known-options.js';
export { requireTensor, type TensorRule } from './require-tensor.js';
export { requireBoolean, requireFinite, requireOneOf, requireWhole } from './require-value.js';
export { type Padding2D, requireFit, requirePadding, requirePair, type Window2D } from './window-2d.js';
