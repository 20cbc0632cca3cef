import { Option } from 'commander';

/** `--key`, which chooses a state dict of a PyTorch checkpoint. */
export function keyOption(): Option {
  return new Option(
    '--key <key>',
    'state dict to read from a PyTorch checkpoint that has several, such as state_dict_ema (default: the one that fits)',
  );
}
