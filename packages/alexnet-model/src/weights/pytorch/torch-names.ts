import type { Net } from '../../net.js';

/**
 * Names of a net's layers with weights in a PyTorch module whose `features` and `classifier` are
 * nn.Sequential, with one module for each step of the net. For the preset `torchvision` these are the names
 * of torchvision.
 *
 * @example
 * torchNames(presets.torchvision.net)[1]; // 'features.3'
 * torchNames(presets.paper.net)[1]; // 'features.4': conv1, ReLU, normalization and pooling come before
 */
export function torchNames({ convs, dense, dropout }: Net): string[] {
  let at = 0;
  const features = convs.map(({ steps }) => {
    const name = `features.${at}`;
    at += 1 + steps.length;
    return name;
  });
  const stride = dropout === null ? 2 : 3; // linear, activation, dropout
  const first = dropout?.placement === 'inputs' ? 1 : 0;
  const hidden = dense.map((_, i) => `classifier.${first + i * stride}`);
  return [...features, ...hidden, `classifier.${dense.length * stride}`];
}
