/**
 * Makes a name from an archive or a folder safe for a one-line message. Control characters, line and
 * paragraph separators and text direction marks become '?'.
 */
export function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are replaced
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}
