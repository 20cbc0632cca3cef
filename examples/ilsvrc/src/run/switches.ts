import type { AlexNetOverrides } from '@alexnet/alexnet-model';
import { type Command, Option } from 'commander';
import { wholeNumber } from '../commands/options/option-values.js';

/** What a run changes of its preset's network, but for its width: the ablations of the paper. */
export type Switches = Pick<
  AlexNetOverrides,
  'imageSize' | 'activation' | 'lrn' | 'overlap' | 'dropout' | 'towers'
>;

/** As commander gives them: true where a `--no-` option is not given. */
export interface SwitchOptions {
  imageSize?: number;
  activation?: 'relu' | 'tanh';
  lrn?: boolean;
  overlap?: boolean;
  dropout?: boolean;
  /** Any whole number, until the net is made. */
  towers?: number;
}

/** Gives a command the options of {@link SwitchOptions}. */
export function addSwitches(command: Command): Command {
  return command
    .addOption(wholeNumber('--image-size <pixels>', "side of the net's input; default the preset's, 224"))
    .addOption(
      new Option('--activation <name>', 'instead of relu, sec. 3.1 of the paper').choices(['relu', 'tanh']),
    )
    .option('--no-lrn', 'without response normalization, sec. 3.3')
    .option('--no-overlap', 'pooling squares that do not overlap, sec. 3.4')
    .option('--no-dropout', 'without dropout, sec. 4.2')
    .addOption(wholeNumber('--towers <n>', '1: the one-GPU control net, sec. 3.2; 2: the reverse'));
}

/** The switches that the options set; the others are absent. */
export function switchesOf({
  imageSize,
  activation,
  lrn,
  overlap,
  dropout,
  towers,
}: SwitchOptions): Switches {
  return {
    ...(imageSize !== undefined && { imageSize }),
    ...(activation !== undefined && { activation }),
    ...(lrn === false && { lrn }),
    ...(overlap === false && { overlap }),
    ...(dropout === false && { dropout }),
    ...(towers !== undefined && { towers: towers as 1 | 2 }),
  };
}

/** `-no-lrn-towers-1`: for the name of a run's folder. */
export function switchesName(switches: Switches): string {
  const parts = Object.entries(switches).map(([name, value]) => {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return value === false ? `-no-${flag}` : `-${flag}-${value}`;
  });
  return parts.join('');
}
