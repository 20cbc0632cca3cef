import type { Contestant } from './contestant.js';
import type { Figure } from './figure.js';
import type { Peers } from './peers.js';

/** What the sections need of a run. */
export interface Run {
  /** tfjs on our backend, in a process of its own. */
  engine: Contestant;
  peers: Peers;
  /** All threads of the machine. */
  threads: number;
  rounds: number;
  wants(name: string): boolean;
  note(line: string): void;
}

/** A part of the bench; `names` are the figures that it may give. */
export interface Section {
  title: string;
  names(run: Run): string[];
  measure(run: Run): Promise<Figure[]>;
}

/** The end of a figure's name: the number of threads, unless it is all of them. */
export function threadsSuffix(threads: number, allThreads: number): string {
  return threads === allThreads ? '' : `.t${threads}`;
}
