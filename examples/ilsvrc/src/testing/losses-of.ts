import { RunFolder } from '../run/run-folder.js';

/** The loss of every step in the log of a run. */
export async function lossesOf(run: string): Promise<number[]> {
  const events = await new RunFolder(run).events();
  return events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));
}
