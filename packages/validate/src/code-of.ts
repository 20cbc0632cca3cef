/**
 * The code of an error of Node, such as 'ENOENT'; empty if it has none. Not by `instanceof Error`, which is false for an
 * error of another realm: under Jest, those of Node itself.
 */
export function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return code === undefined ? '' : String(code);
}
