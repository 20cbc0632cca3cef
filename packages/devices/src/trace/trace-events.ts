import type { Span } from '../protocol/messages.js';

/** An event of Chrome's trace event format; times in microseconds. */
export interface TraceEvent {
  name: string;
  /** `X`: lasted from `ts` for `dur`; `M`: about a track; `s` and `f`: an arrow begins and ends. */
  ph: 'X' | 'M' | 's' | 'f';
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  cat?: string;
  /** Which arrow: a number, as some viewers read no other. */
  id?: number;
  /** `e`: the arrow ends at what encloses `ts`. */
  bp?: 'e';
  args?: Record<string, string | number>;
}

/** What tells both towers' spans of a step where they stand in the trace. */
interface Place {
  /** From 1. */
  step: number;
  /** Of the trace, in milliseconds. */
  origin: number;
}

/** More than a tower sends in a step. */
const SENDS = 1000;

type Both<T> = readonly [a: T, b: T];

/** The towers are the threads of one process there, so that they stand one below the other. */
const PROCESS = 1;

/** Names of the tracks, in their order. */
export function trackNames(names: Both<string>): TraceEvent[] {
  const about = (name: string, tid: number, args: NonNullable<TraceEvent['args']>): TraceEvent => {
    return { name, ph: 'M', pid: PROCESS, tid, args };
  };
  return [
    about('process_name', 0, { name: 'AlexNet on two devices' }),
    ...names.flatMap((name, tid) => [
      about('thread_name', tid, { name }),
      about('thread_sort_index', tid, { sort_index: tid }),
    ]),
  ];
}

/** All events of a step. */
export function traceStep(spans: Both<readonly Span[]>, place: Place): TraceEvent[] {
  return [...spans.flatMap((own, tid) => towerEvents(own, tid, place)), ...arrows(spans, place)];
}

/** A tower's step, in it its spans, in these its waiting. */
function towerEvents(spans: readonly Span[], tid: number, { step, origin }: Place): TraceEvent[] {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  const lasted = (name: string, cat: string, from: number, to: number): TraceEvent => {
    const ts = microseconds(from - origin);
    return { name, cat, ph: 'X', pid: PROCESS, tid, ts, dur: microseconds(to - origin) - ts };
  };
  const events = spans.flatMap((span, i): TraceEvent[] => {
    const { what, where, begin, waited } = span;
    const end = Math.min(endOf(span), spans[i + 1]?.begin ?? Number.POSITIVE_INFINITY); // viewers drop what overlaps
    const event = lasted(`${what} ${where}`.trim(), what, begin, end);
    if (what !== 'send' && what !== 'receive') return [event];
    event.args = { ...(what === 'send' && { bytes: span.bytes }), waitedMilliseconds: waited };
    // Shared memory is waited for first, then copied; a socket's waits, between the pieces, are shown as one
    const wait = lasted('wait', 'wait', begin, Math.min(begin + waited, end));
    return wait.dur ? [event, wait] : [event];
  });
  return [lasted(`step ${step}`, 'step', first.begin, endOf(last)), ...events];
}

/** From where one tower begins to send to where the other has received it. */
function arrows(spans: Both<readonly Span[]>, { step, origin }: Place): TraceEvent[] {
  return spans.flatMap((own, from) => {
    const to = 1 - from;
    const receives = new Map(
      (spans[to] as readonly Span[]).flatMap((span) =>
        span.what === 'receive' ? [[span.where, span] as const] : [],
      ),
    );
    return own.flatMap((send, number): TraceEvent[] => {
      const receive = receives.get(send.where);
      if (send.what !== 'send' || !receive) return [];
      const end = (tid: number, ts: number) => ({
        ...{ name: send.where, cat: 'exchange', id: (2 * step + from) * SENDS + number },
        ...{ pid: PROCESS, tid, ts },
      });
      const received = Math.max(
        microseconds(receive.begin - origin),
        microseconds(endOf(receive) - origin) - 1,
      );
      return [
        { ...end(from, microseconds(send.begin - origin)), ph: 's' },
        { ...end(to, received), ph: 'f', bp: 'e' }, // inside of the span, to which viewers bind it
      ];
    });
  });
}

/** Whole ones, so that what ends where another begins does so to the digit. */
function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

function endOf({ begin, milliseconds }: Pick<Span, 'begin' | 'milliseconds'>): number {
  return begin + milliseconds;
}
