import { type ChildProcess, fork } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { receiveHello } from '../protocol/handshake.js';
import type { DeviceBackend } from '../protocol/messages.js';
import { builtProgram } from './built-program.js';

/** Options of {@link serveDevice}. */
export interface ServeDeviceOptions {
  /** The secret that clients must know. Anyone who knows it can run a network here. */
  token: string;
  /** Default 0, any free port. */
  port?: number;
  /** The address to listen on. Default '127.0.0.1', this machine only. */
  host?: string;
  /** Default 'auto'. */
  backend?: DeviceBackend;
  /**
   * Called with a line for each event: a client that was refused, a run that began, a run that ended and why.
   */
  onNews?: (line: string) => void;
}

/** A device that accepts runs from other machines. */
export interface ServedDevice {
  readonly port: number;
  /** Ends all runs on it and stops listening. */
  close(): Promise<void>;
}

/**
 * Serves a device of this machine to runs on other machines, each in its own process.
 *
 * @throws RangeError if the token is shorter than 16 characters; Error if the port is in use.
 */
export async function serveDevice({
  token,
  port = 0,
  host = '127.0.0.1',
  backend = {},
  onNews = () => {},
}: ServeDeviceOptions): Promise<ServedDevice> {
  if (token.length < 16)
    throw new RangeError(`token must have at least 16 characters (serveDevice), got ${token.length}.`);
  const runs = new Map<string, ChildProcess>();
  const greeted = new Set<Socket>();
  let isClosed = false;
  const begin = (run: string, from: string): ChildProcess => {
    const child = fork(builtProgram('entry-network.cjs'), [JSON.stringify(backend)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    runs.set(run, child);
    onNews(`a run of ${from} began, process ${child.pid}`);
    const ended = (how: string): void => {
      if (runs.delete(run)) onNews(`the run of ${from} ended (${how})`);
    };
    child.on('error', ({ message }) => ended(message));
    child.once('close', (code, signal) => ended(signal ?? `code ${code}`));
    return child;
  };
  const server = createServer(async (socket) => {
    const from = socket.remoteAddress ?? 'an unknown address';
    socket.on('error', () => socket.destroy());
    greeted.add(socket);
    try {
      const hello = await receiveHello(socket, token);
      if (isClosed) return void socket.destroy();
      if (!hello) return onNews(`${from} was refused: wrong token`);
      const child = hello.role === 'tower' ? begin(hello.run, from) : runs.get(hello.run);
      if (!child) return void socket.end('refused: there is no such run\n');
      child.send(hello.role, socket, (error) => error && socket.destroy()); // the child sends the welcome
    } catch (error) {
      onNews(`${from} was refused: ${(error as Error).message}`);
      socket.destroy();
    } finally {
      greeted.delete(socket);
    }
  });
  await listen(server, port, host);
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      isClosed = true;
      for (const socket of greeted) socket.destroy();
      const ended = [...runs.values()].map((child) => new Promise((resolve) => child.once('close', resolve)));
      for (const child of runs.values()) child.kill('SIGKILL');
      server.close(); // not awaited, as its callback waits for connections that were handed to children
      await Promise.all(ended);
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}
