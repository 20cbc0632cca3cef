import { type Ablation, type Ablations, ablations } from '@alexnet/alexnet-model';

/** The ablations as commander parses them: `true` where a `--no-` option is not given. */
export type SwitchOptions = {
  -readonly [Name in SwitchName]?: OptionValue<(typeof ablations)[Name]>;
};

/** Whole numbers are not checked further until the network is built. */
type OptionValue<Entry extends Ablation> = Entry extends { kind: 'off' }
  ? boolean
  : Entry extends { choices: readonly (infer Choice)[] }
    ? Choice
    : number;

/** The name of an ablation, such as `imageSize`. */
export type SwitchName = keyof typeof ablations;

/** All ablations with their names, in the order of the table. */
export const switchEntries = Object.entries(ablations) as [SwitchName, Ablation][];

/** The ablations that the options set; the others are absent. */
export function switchesOf(options: SwitchOptions): Ablations {
  const isSet = ([name]: [SwitchName, Ablation]): boolean =>
    options[name] !== undefined && options[name] !== true;
  return Object.fromEntries(switchEntries.filter(isSet).map(([name]) => [name, options[name]]));
}

/** `-no-lrn-towers-1`: for the name of a run's folder. */
export function switchesName(switches: Ablations): string {
  const parts = Object.entries(switches).map(([name, value]) =>
    value === false ? `-no-${kebab(name)}` : `-${kebab(name)}-${value}`,
  );
  return parts.join('');
}

/** The option of an ablation: `--image-size` or `--no-lrn`. */
export function switchFlag(name: SwitchName): string {
  return `--${ablations[name].kind === 'off' ? 'no-' : ''}${kebab(name)}`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
