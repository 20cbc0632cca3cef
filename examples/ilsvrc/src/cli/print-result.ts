/** The form in which a command prints its result. */
export interface ResultOptions {
  json?: boolean;
}

/** Prints the result of a command on stdout: as JSON if requested, otherwise as text. */
export function printResult({ json }: ResultOptions, result: unknown, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : text()}\n`);
}
