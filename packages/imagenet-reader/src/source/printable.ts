/**
 * Makes a name from an archive or a folder fit for a message of one line: control characters, line and paragraph separators
 * and marks of text direction become '?'.
 */
export function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}
