/** `.0725` as `7.3%`. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)}%`;
}
