import { type ChildProcess, fork } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { receiveHello } from '../protocol/handshake.js';
import type { DeviceBackend } from '../protocol/messages.js';
import { builtProgram } from './built-program.js';

/** Options of {@link serveDevice}. */
export interface ServeDeviceOptions {
  /** What must be known to use it: whoever knows it can run a net here. */
  token: string;
  /** Default 0: any that is free. */
  port?: number;
  /** Address to listen at. Default '127.0.0.1': this machine only. */
  host?: string;
  /** What it computes with. Default 'auto'. */
  backend?: DeviceBackend;
  /** Called with what happens: who came, who was sent away, which run ended and why. */
  onNews?: (line: string) => void;
}

/** A device that is served. */
export interface ServedDevice {
  readonly port: number;
  /** Ends the runs on it, and no longer listens. */
  close(): Promise<void>;
}

/**
 * Serves a device of this machine to runs on others, each in a process of its own.
 *
 * @throws RangeError if the token is shorter than 16 characters; Error if the port is taken.
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
    const child = fork(builtProgram('entry-network.js'), [JSON.stringify(backend)], {
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
    const from = socket.remoteAddress ?? 'somebody';
    socket.on('error', () => socket.destroy());
    greeted.add(socket);
    try {
      const hello = await receiveHello(socket, token);
      if (isClosed) return void socket.destroy();
      if (!hello) return onNews(`${from} was sent away: another token`);
      const child = hello.role === 'tower' ? begin(hello.run, from) : runs.get(hello.run);
      if (!child) return void socket.end('refused: there is no such run\n');
      child.send(hello.role, socket, (error) => error && socket.destroy()); // it says welcome
    } catch (error) {
      onNews(`${from} was sent away: ${(error as Error).message}`);
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
      server.close(); // its callback would wait for connections that were handed on
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
