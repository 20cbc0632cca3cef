import { coloursFor } from './terminal.js';

const { dim } = coloursFor(process.stderr);

/**
 * Shows the current activity on stderr: in a terminal one changing line, otherwise a line for each activity.
 */
export interface NowDoing {
  show(what: string): void;
  /** Removes the line. */
  end(): void;
}

/** Opens a {@link NowDoing}. */
export function nowDoing(): NowDoing {
  const isLive = process.stderr.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb';
  const clear = '\r\x1b[2K';
  return {
    show(what) {
      const line = `  ${what} ...`;
      process.stderr.write(
        isLive ? clear + dim(line.slice(0, (process.stderr.columns ?? 80) - 1)) : `${line}\n`,
      );
    },
    end() {
      if (isLive) process.stderr.write(clear);
    },
  };
}
