import type { Answer, Contestant, Request } from './contestant.js';

/** One entry of a race: a contestant and its task. */
export interface Entry {
  contestant: Contestant;
  request: Request;
  /** Called with the answers of the rounds that count. */
  onAnswer?: (answer: Answer) => void;
}

/** The seconds of every round, by the entry's name; the reason if an entry could not run. */
export type RaceResult = Record<string, number[] | string>;

/**
 * Runs the entries in turn, `rounds` times after `warmUps` rounds that do not count, so that other load on the machine affects
 * all of them. An entry that fails leaves the race.
 */
export async function race(entries: Record<string, Entry>, rounds: number, warmUps = 2): Promise<RaceResult> {
  const result: RaceResult = {};
  for (const name of Object.keys(entries)) result[name] = [];
  for (let round = -warmUps; round < rounds; round++) {
    for (const [name, { contestant, request, onAnswer }] of Object.entries(entries)) {
      const samples = result[name];
      if (!Array.isArray(samples)) continue;
      try {
        const answer = await contestant.ask(request);
        if (round < 0) continue;
        samples.push(Number(answer.seconds));
        onAnswer?.(answer);
      } catch (error) {
        result[name] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return result;
}
