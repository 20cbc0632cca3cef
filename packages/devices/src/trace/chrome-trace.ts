import { closeSync, openSync, writeSync } from 'node:fs';
import type { Span } from '../protocol/messages.js';
import { type TraceEvent, traceStep, trackNames } from './trace-events.js';

/**
 * Writes what two towers did and when as a trace for ui.perfetto.dev or chrome://tracing: a track for each tower, in it the steps, in a
 * step what it computed, sent and received, in these how long it waited; arrows from what is sent to where it is received.
 *
 * The trace event format of Chrome, its array form. Each step is in the file once `add` has returned, and the format lets the closing
 * bracket be missing: whatever ends the program, what stands there can be opened. Nothing of a step is kept in memory.
 *
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 * @example
 * const trace = ChromeTrace.open('trace.json', ['tower A (onednn)', 'tower B (onednn)']);
 * const stepper = await TwoTowers.start(model, optimizer, devices, { ...options, onStep: (spans) => trace.add(spans) });
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
   * Begins the file; one that stands there is overwritten.
   *
   * @param names What the tracks are called, tower A's first.
   * @throws Error as node:fs does, if it cannot be written.
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
   * Writes a step; nothing if neither tower did anything.
   *
   * @throws Error as node:fs does, if it cannot be written; RangeError once the trace is closed.
   */
  add(spans: readonly [a: readonly Span[], b: readonly Span[]]): void {
    const first = Math.min(...spans.flat().map(({ begin }) => begin));
    if (first === Number.POSITIVE_INFINITY) return;
    this.#origin ??= first;
    this.#steps++;
    this.#write(',\n', traceStep(spans, { step: this.#steps, origin: this.#origin }));
  }

  /** Ends the file; a second call does nothing. */
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
