import { quantizedHint } from './pytorch/resave-hint.js';

/** What tensors other than weights and biases are for, and what to type in Python, by their last part. */
const explanations: readonly (readonly [RegExp, string])[] = [
  [
    /\.running_(mean|var)$/,
    'belongs to a batch normalization, which the net does not have; in Python, torch.nn.utils.fusion.fuse_conv_bn_eval(conv, bn) makes one convolution of the two',
  ],
  [/\/(gamma|beta|moving_(mean|variance))$/, 'belongs to a batch normalization, which the net does not have'],
  [/_(orig|mask)$/, "is pruned; in Python, torch.nn.utils.prune.remove(module, 'weight') leaves one weight"],
  [/_[gv]$/, 'is normalized; in Python, torch.nn.utils.remove_weight_norm(module) leaves one weight'],
  [/_u$/, 'is normalized; in Python, torch.nn.utils.remove_spectral_norm(module) leaves one weight'],
  [
    /\.parametrizations\./,
    "is parametrized; in Python, torch.nn.utils.parametrize.remove_parametrizations(module, 'weight') leaves one weight",
  ],
  [/\.(zero_point|_packed_params)(\.|$)/, `belongs to a quantized net; ${quantizedHint}`],
];

/** Refuses a tensor that is neither a weight nor a bias, and says what to do about it. */
export function refuseTensor(name: string): never {
  const short = name.slice(0, 80);
  const explained = explanations.find(([pattern]) => pattern.test(name))?.[1];
  if (explained) throw new RangeError(`'${short}' ${explained}`);
  const remedy = `; if the output of the net does not depend on it, state_dict.pop('${short}') in Python removes it`;
  throw new RangeError(`'${short}' is neither a weight nor a bias${name.includes('.') ? remedy : ''}`);
}
