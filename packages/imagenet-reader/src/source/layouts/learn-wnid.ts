/** WordNet IDs by label, with a key for every label that occurs; '' or undefined if names do not tell. */
export type LearnedWnids = Map<number, string | undefined>;

/** Learns from the name of an image, such as `n01440764_10026.JPEG`; '' if two names disagree on a label. */
export function learnWnid(wnids: LearnedWnids, label: number, name: string): void {
  const wnid = /(?:^|_)(n\d{8})(?=[_.]|$)/.exec(name)?.[1];
  const known = wnids.get(label);
  if (known === undefined) wnids.set(label, wnid);
  else if (wnid !== undefined && wnid !== known) wnids.set(label, '');
}
