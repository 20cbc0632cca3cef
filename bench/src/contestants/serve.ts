import { createInterface } from 'node:readline';
import type { Answer, Request } from '../contestant.js';

/** Prepares a request and returns the function that is timed. */
export type Prepare = (request: Request) => Promise<() => Promise<Answer | undefined>>;

/** Answers requests from stdin until it ends; what a request prepared is kept for the next one if it is the same. */
export async function serve(name: string, tasks: Record<string, Prepare>): Promise<void> {
  console.log(JSON.stringify({ name }));
  const prepared = new Map<string, () => Promise<Answer | undefined>>();
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(JSON.parse(line) as Request, tasks, prepared)));
  }
}

async function answer(
  request: Request,
  tasks: Record<string, Prepare>,
  prepared: Map<string, () => Promise<Answer | undefined>>,
): Promise<Answer> {
  try {
    const key = JSON.stringify({ ...request, threads: 0 });
    const prepare = tasks[request.task];
    if (!prepare)
      throw new RangeError(`task must be one of ${Object.keys(tasks).join(', ')}, got '${request.task}'`);
    await tasks.threads?.(request);
    const run = prepared.get(key) ?? (await prepare(request));
    prepared.set(key, run);
    const startedAt = performance.now();
    const details = await run();
    return { seconds: (performance.now() - startedAt) / 1000, ...details };
  } catch (error) {
    return { error: (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ') };
  }
}
