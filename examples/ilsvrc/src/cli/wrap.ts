/**
 * Wraps a text that starts in column `indent` at `columns`. Words longer than a line are not broken.
 *
 * @param gap The space between two words; narrower space is part of a word.
 */
export function wrap(text: string, columns: number, indent: number, gap = ' '): string {
  const room = Math.max(20, columns - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(new RegExp(`\\s{${gap.length},}`))) {
    if (line !== '' && line.length + gap.length + word.length > room) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line}${gap}${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
