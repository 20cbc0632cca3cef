import type { Contestant, Request } from './contestant.js';

/** One entry of a race: who does what. */
export interface Entry {
  contestant: Contestant;
  request: Request;
}

/** The seconds of every round, by the entry's name; the reason where an entry could not run. */
export type RaceResult = Record<string, number[] | string>;

/**
 * Runs the entries in turn, `rounds` times after `warmUps` rounds that do not count, so that whatever else the machine does meets
 * all of them. An entry that fails leaves the race.
 */
export async function race(entries: Record<string, Entry>, rounds: number, warmUps = 2): Promise<RaceResult> {
  const result: RaceResult = {};
  for (const name of Object.keys(entries)) result[name] = [];
  for (let round = -warmUps; round < rounds; round++) {
    for (const [name, { contestant, request }] of Object.entries(entries)) {
      const samples = result[name];
      if (!Array.isArray(samples)) continue;
      try {
        const { seconds } = await contestant.ask(request);
        if (round >= 0) samples.push(Number(seconds));
      } catch (error) {
        result[name] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return result;
}
