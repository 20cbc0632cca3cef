import { closeSync, openSync, writeSync } from 'node:fs';
import type { Span } from '../protocol/messages.js';
import { type TraceEvent, traceStep, trackNames } from './trace-events.js';

/**
 * Writes what two towers did and when as a trace for ui.perfetto.dev or chrome://tracing. Each tower has a
 * track. The track contains the steps, a step contains what the tower computed, sent and received, and an
 * exchange contains the time that the tower waited. Arrows lead from each sending to its receiving.
 *
 * The file is the array form of Chrome's trace event format. Each step is in the file once `add` has
 * returned. The format allows the closing bracket to be missing, so the file can be opened however the
 * program ended. No step is kept in memory.
 *
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 * @example
 * const trace = ChromeTrace.open('trace.json', ['tower A (onednn)', 'tower B (onednn)']);
 * const onStep = (spans) => trace.add(spans);
 * const stepper = await TwoTowers.start(model, optimizer, devices, { ...options, onStep });
 * // ... train, and close the stepper
 * trace.close();
 */
export class ChromeTrace {
  #file: number | undefined;
  #steps = 0;
  #origin: number | undefined;

  private constructor(file: number) {
    this.#file = file;
  }

  /**
   * Begins the file and overwrites one that exists.
   *
   * @param names The names of the tracks, tower A's first.
   * @throws Error as node:fs does if the file cannot be written.
   */
  static open(path: string, names: readonly [a: string, b: string]): ChromeTrace {
    const trace = new ChromeTrace(openSync(path, 'w'));
    try {
      trace.#write('[\n', trackNames(names));
    } catch (error) {
      closeSync(trace.#file as number);
      throw error;
    }
    return trace;
  }

  /**
   * Writes a step. Writes nothing if neither tower did anything.
   *
   * @throws Error as node:fs does if the file cannot be written; RangeError once the trace is closed.
   */
  add(spans: readonly [a: readonly Span[], b: readonly Span[]]): void {
    const first = Math.min(...spans.flat().map(({ begin }) => begin));
    if (first === Number.POSITIVE_INFINITY) return;
    this.#origin ??= first;
    this.#steps++;
    this.#write(',\n', traceStep(spans, { step: this.#steps, origin: this.#origin }));
  }

  /** Ends the file. A second call does nothing. */
  close(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    try {
      writeSync(file, '\n]\n');
    } finally {
      closeSync(file);
    }
  }

  #write(before: string, events: readonly TraceEvent[]): void {
    if (this.#file === undefined) throw new RangeError('a trace must be open to be written (ChromeTrace).');
    const bytes = Buffer.from(before + events.map((event) => JSON.stringify(event)).join(',\n'));
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }
}
