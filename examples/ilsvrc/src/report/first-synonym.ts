/** The first of ImageNet's synonyms: 'tench' of 'tench, Tinca tinca'. */
export function firstSynonym(words: string): string {
  return words.split(',')[0]?.trim() || words;
}
