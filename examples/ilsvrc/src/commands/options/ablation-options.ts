import type { Ablation } from '@alexnet/alexnet-model';
import { type Command, Option } from 'commander';
import { type SwitchName, switchEntries, switchFlag } from '../../run/switches.js';
import { wholeNumber } from './option-values.js';

/** Gives a command an option for every ablation. */
export function addAblationOptions(command: Command): Command {
  for (const [name, ablation] of switchEntries) command.addOption(optionOf(name, ablation));
  return command;
}

function optionOf(name: SwitchName, ablation: Ablation): Option {
  const flag = switchFlag(name);
  switch (ablation.kind) {
    case 'off':
      return new Option(flag, ablation.help);
    case 'whole':
      return wholeNumber(`${flag} <${ablation.placeholder}>`, ablation.help);
    case 'choice':
      return new Option(`${flag} <${ablation.placeholder}>`, ablation.help).choices(ablation.choices);
  }
}
