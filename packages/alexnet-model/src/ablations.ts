import type { BlockStep, ConvBlock, Net } from './net.js';
import { refuseNet } from './refuse-net.js';

/** A change to a preset's network: an override of `alexnet`, and an option of a command. */
interface AblationEntry {
  /** The section of the paper that is about it. */
  readonly section: string;
  /** What a command's help says about its option. */
  readonly help: string;
  /** Returns the changed network description, which `checkNet` may still refuse. */
  readonly apply: (net: Net, value: never) => Net;
}

/** An ablation that leaves something out: `--no-lrn`. */
interface OffAblation extends AblationEntry {
  readonly kind: 'off';
}

/** An ablation that sets the field of its name in the network description: `--towers <n>`. */
interface ValueAblation extends AblationEntry {
  readonly kind: 'whole';
  /** How the help names the value: `n`. */
  readonly placeholder: string;
}

/** An ablation that sets the field of its name to one of some words: `--activation <name>`. */
interface ChoiceAblation extends Omit<ValueAblation, 'kind'> {
  readonly kind: 'choice';
  readonly choices: readonly string[];
}

/** One entry of {@link ablations}. */
export type Ablation = OffAblation | ValueAblation | ChoiceAblation;

/**
 * The ablations, in the order in which they are applied. A new one is a new entry here: the overrides of
 * `alexnet`, the options of the `alexnet` command, and the settings that its runs save and resume with follow
 * from this table.
 */
export const ablations = {
  /** Side of the input in pixels. Default the preset's, 224. */
  imageSize: {
    section: 'sec. 3.5',
    kind: 'whole',
    placeholder: 'pixels',
    help: "side of the network's input (default: the preset's, 224)",
    apply: (net: Net, imageSize: number): Net => ({ ...net, imageSize }),
  },
  /** Default the preset's, 'relu' (sec. 3.1). */
  activation: {
    section: 'sec. 3.1',
    kind: 'choice',
    placeholder: 'name',
    choices: ['relu', 'tanh'],
    help: 'instead of relu, sec. 3.1 of the paper',
    apply: (net: Net, activation: 'relu' | 'tanh'): Net => ({ ...net, activation }),
  },
  /**
   * `false` leaves out every response normalization (sec. 3.3), as layers/layers-148.cfg of the original
   * program does.
   */
  lrn: {
    section: 'sec. 3.3',
    kind: 'off',
    help: 'without response normalization, sec. 3.3',
    apply: (net: Net, lrn: false): Net => {
      requireOff('lrn', lrn);
      const convs = net.convs.map((conv) => ({ ...conv, steps: withoutNormalizations(conv.steps) }));
      return { ...net, convs, lrn: null, sameMap: null };
    },
  },
  /**
   * `false` pools squares of 2 with a stride of 2 (sec. 3.4), as layers/layers-147.cfg of the original
   * program does.
   */
  overlap: {
    section: 'sec. 3.4',
    kind: 'off',
    help: 'pooling squares that do not overlap, sec. 3.4',
    apply: (net: Net, overlap: false): Net => {
      requireOff('overlap', overlap);
      // Squares that the border cuts count too. After the first layer, a map that is padded and then pooled
      // has one zero less on each side: 55 -> 28 -> 26 -> 13 -> 11 -> 6.
      const convs = net.convs.map((conv, i): ConvBlock => {
        const { padding, steps } = conv;
        const isLess = i > 0 && steps.includes('pool') && padding !== 'overhang' && padding > 0;
        return isLess ? { ...conv, padding: padding - 1 } : conv;
      });
      return { ...net, convs, pool: { poolSize: 2, strides: 2, padding: 'same' } };
    },
  },
  /** `false` leaves out dropout (sec. 4.2); a number is its rate. */
  dropout: {
    section: 'sec. 4.2',
    kind: 'off',
    help: 'without dropout, sec. 4.2',
    apply: (net: Net, dropout: false | number): Net => {
      if (dropout === false) return { ...net, dropout: null };
      if (typeof dropout !== 'number' || !(dropout >= 0 && dropout < 1)) {
        refuseNet('dropout', 'false or a rate in [0, 1)', dropout);
      }
      // the mode and the placement stay, and are the paper's if the net had no dropout
      return { ...net, dropout: { mode: 'paper', placement: 'outputs', ...net.dropout, rate: dropout } };
    },
  },
  /**
   * 1: the one-GPU control net, with half the kernels in every convolution but the last (sec. 3.2, note 2);
   * 2: the reverse.
   */
  towers: {
    section: 'sec. 3.2',
    kind: 'whole',
    placeholder: 'n',
    help: '1 joins the towers into the one-GPU network of sec. 3.2, 2 splits it',
    apply: (net: Net, towers: 1 | 2): Net => {
      if (towers === net.towers) return net;
      if (net.convs.some(({ groups }) => groups > 1)) {
        refuseNet('towers', '1 where convolutions have groups, which stand for towers', towers);
      }
      const convs = net.convs.map((conv, i) => {
        const isLast = i === net.convs.length - 1;
        return { ...conv, filters: isLast ? conv.filters : (conv.filters * towers) / net.towers };
      });
      return { ...net, towers, convs };
    },
  },
} as const;

/** Compiles only if every entry of the table is complete. */
type Complete<Entries extends Readonly<Record<string, Ablation>>> = Entries;

/** Values for the {@link ablations}. An absent value changes nothing. */
export type Ablations = {
  -readonly [Name in keyof Complete<typeof ablations>]?: Parameters<(typeof ablations)[Name]['apply']>[1];
};

/** What can be changed in a preset's network; each ablation of the paper is one of these options. */
export interface AlexNetOverrides extends Ablations {
  /** Units of the softmax. Default 1000. */
  classes?: number;
  /**
   * Factor on the kernels and units of every layer but `fc8`. Every initial standard deviation after conv1 is
   * multiplied by 1/sqrt(width), since the fan in of these layers shrinks with the width. Default 1.
   */
  width?: number;
  /** The initial weights and the dropout masks follow from it. Default 0. */
  seed?: number;
}

/** Changes a network description by the ablations that are given. */
export function applyAblations(net: Net, values: Ablations): Net {
  return Object.entries<Ablation>(ablations).reduce((changed, [name, { apply }]) => {
    const value = values[name as keyof Ablations];
    return value === undefined ? changed : apply(changed, value as never);
  }, net);
}

/** The steps without the response normalizations. */
export function withoutNormalizations(steps: readonly BlockStep[]): BlockStep[] {
  return steps.filter((step) => step !== 'lrn' && step !== 'sameMap');
}

function requireOff(name: string, value: unknown): void {
  if (value !== false) refuseNet(name, 'false or left out', value);
}
