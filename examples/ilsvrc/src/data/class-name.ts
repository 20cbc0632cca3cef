/** The first of ImageNet's synonyms: 'tench' of 'tench, Tinca tinca'. */
export function firstSynonym(words: string): string {
  return words.split(',')[0]?.trim() || words;
}

/** The first synonym of a class, or its number if the class has no words. */
export function className(label: number, words: string | undefined): string {
  return words ? firstSynonym(words) : `class ${label}`;
}
