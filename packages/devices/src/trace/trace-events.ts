import type { Span } from '../protocol/messages.js';

/** An event of Chrome's trace event format. Times are in microseconds. */
export interface TraceEvent {
  name: string;
  /** `X` lasts `dur` from `ts`; `M` describes a track; `s` and `f` are the start and the end of an arrow. */
  ph: 'X' | 'M' | 's' | 'f';
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  cat?: string;
  /** The arrow's id. It is a number because some viewers read nothing else. */
  id?: number;
  /** `e` binds the arrow's end to the slice that encloses `ts`. */
  bp?: 'e';
  args?: Record<string, string | number>;
}

/** Where the spans of a step are in the trace. */
interface Place {
  /** The number of the step, from 1. */
  step: number;
  /** The time at which the trace starts, in milliseconds. */
  origin: number;
}

/** More than the number of times that a tower sends in a step. */
const SENDS = 1000;

type Both<T> = readonly [a: T, b: T];

/**
 * In the trace, the towers are threads of one process, so that viewers put their tracks one below the other.
 */
const PROCESS = 1;

/** Events that name and order the tracks. */
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

/** Returns all events of a step. */
export function traceStep(spans: Both<readonly Span[]>, place: Place): TraceEvent[] {
  return [...spans.flatMap((own, tid) => towerEvents(own, tid, place)), ...arrows(spans, place)];
}

/** Returns a tower's step, its spans within the step, and its waiting within the spans. */
function towerEvents(spans: readonly Span[], tid: number, { step, origin }: Place): TraceEvent[] {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  const lasted = (name: string, cat: string, from: number, to: number): TraceEvent => {
    const ts = microseconds(from - origin);
    return { name, cat, ph: 'X', pid: PROCESS, tid, ts, dur: microseconds(to - origin) - ts };
  };
  const events = spans.flatMap((span, i): TraceEvent[] => {
    const { what, where, begin, waited } = span;
    // Viewers drop slices that overlap
    const end = Math.min(endOf(span), spans[i + 1]?.begin ?? Number.POSITIVE_INFINITY);
    const event = lasted(`${what} ${where}`.trim(), what, begin, end);
    if (what !== 'send' && what !== 'receive') return [event];
    event.args = { ...(what === 'send' && { bytes: span.bytes }), waitedMilliseconds: waited };
    // With shared memory the wait comes before the copy. The waits of a socket, between its pieces, are shown
    // as one.
    const wait = lasted('wait', 'wait', begin, Math.min(begin + waited, end));
    return wait.dur ? [event, wait] : [event];
  });
  return [lasted(`step ${step}`, 'step', first.begin, endOf(last)), ...events];
}

/** Returns arrows from where one tower begins to send to where the other tower has received the values. */
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
        { ...end(to, received), ph: 'f', bp: 'e' }, // inside the span, to which viewers bind the arrow
      ];
    });
  });
}

/** Rounds to whole microseconds, so that a span that ends where another begins does so exactly. */
function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

function endOf({ begin, milliseconds }: Pick<Span, 'begin' | 'milliseconds'>): number {
  return begin + milliseconds;
}
