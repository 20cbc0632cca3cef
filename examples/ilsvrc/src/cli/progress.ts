import cliProgress from 'cli-progress';
import { duration } from './format.js';
import { columns, isNarrow } from './terminal.js';

/**
 * Progress with speed and remaining time on stderr: a live bar in a terminal, otherwise one line per minute.
 */
export interface Progress {
  /** Sets the work done so far, and a note to show next to it. */
  update(done: number, note?: string): void;
  /** Writes a line above the bar. */
  log(line: string): void;
  stop(): void;
}

const WIDEST_BAR = 24;
/** The width of everything but the bar, with two times. */
const TEXT_WIDTH = 104;
const LINE_EVERY_MS = 60_000;
/** Speed is measured over this many seconds. */
const RATE_WINDOW_S = 20;

/** Options of {@link progress}. */
export interface ProgressOptions {
  /** The unit of work; default images. */
  unit?: string;
  /** The work that was done before. */
  doneBefore?: number;
  /** The size of equal parts of the work; the remaining time of the current part is then shown too. */
  part?: number;
}

/** What a line shows in addition to the share done. */
interface Payload {
  note: string;
  rate: string;
  left: string;
}

/** A way to show progress. */
type Display = Pick<Progress, 'log' | 'stop'> & { show(done: number, payload: Payload): void };

/** Starts to show the progress of `total` units of work. */
export function progress(
  label: string,
  total: number,
  { unit = 'images', doneBefore = 0, part = total }: ProgressOptions = {},
): Progress {
  const display = (process.stderr.isTTY ? liveBar : plainLines)(label, { total, unit, doneBefore, part });
  const rate = recentRate(doneBefore);
  return {
    update(done, note = '') {
      const perSecond = rate(done);
      display.show(Math.min(done, total), {
        note: note === '' ? '' : `${note}  `,
        rate: perSecond > 0 ? perSecond.toFixed(perSecond < 10 ? 1 : 0) : '-',
        left: perSecond > 0 ? timesLeft(perSecond, done, part, total) : '-',
      });
    },
    log: display.log,
    stop: display.stop,
  };
}

function liveBar(
  label: string,
  { total, unit, doneBefore, part }: Required<ProgressOptions> & { total: number },
): Display {
  const bars = new cliProgress.MultiBar({
    format:
      part < total && isNarrow()
        ? '  {percentage}%  {note}{rate}/s  {left}'
        : `  ${label} {bar} {percentage}%  {note}{rate} ${unit}/s  {left} left`,
    stream: process.stderr,
    hideCursor: true,
    barsize: part < total ? barThatFits() : WIDEST_BAR,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    gracefulExit: false,
    emptyOnZero: true,
  });
  const bar = bars.create(total, doneBefore, { note: '', rate: '-', left: '-' });
  let isOpen = true;
  return {
    show: (done, payload) => bar.update(done, payload),
    log(line) {
      bars.log(`${line}\n`);
      bars.update(); // training steps block the timer that would redraw the bar
    },
    stop() {
      if (isOpen) bars.stop();
      isOpen = false;
    },
  };
}

function plainLines(label: string, { total, unit }: Required<ProgressOptions> & { total: number }): Display {
  let shownAt = performance.now();
  return {
    show(done, { note, rate, left }) {
      const now = performance.now();
      if (now - shownAt < LINE_EVERY_MS) return;
      shownAt = now;
      const percentage = Math.floor((100 * done) / total);
      process.stderr.write(`  ${label} ${percentage}%  ${note}${rate} ${unit}/s  ${left} left\n`);
    },
    log: (line) => process.stderr.write(`${line}\n`),
    stop: () => {},
  };
}

/** The remaining times of the current part and of all, `0:35 / 5:20`; only one if they are equal. */
function timesLeft(perSecond: number, done: number, part: number, total: number): string {
  const end = Math.min(total, Math.ceil(done / part) * part);
  const ends = end < total ? [end, total] : [total];
  return ends.map((at) => duration((at - done) / perSecond)).join(' / ');
}

function barThatFits(): number {
  return Math.max(0, Math.min(WIDEST_BAR, columns() - TEXT_WIDTH));
}

function recentRate(doneBefore: number): (done: number) => number {
  const marks = [{ at: performance.now(), done: doneBefore }];
  return (done) => {
    const at = performance.now();
    marks.push({ at, done });
    while (marks.length > 2 && at - (marks[1]?.at ?? at) > RATE_WINDOW_S * 1000) marks.shift();
    const [oldest] = marks;
    if (!oldest || at - oldest.at < 200) return 0;
    return ((done - oldest.done) / (at - oldest.at)) * 1000;
  };
}
