import { vi } from 'vitest';

/** How a program ended, and what it printed. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program in this process, as if from the command line. */
export async function runHere(
  runCli: (args: readonly string[]) => Promise<number>,
  args: readonly string[],
): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await runCli(args), ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
