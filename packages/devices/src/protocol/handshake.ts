import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { NetworkAddress } from './messages.js';

/** The purpose of a connection to a served device: to drive its tower, or to link the other tower to it. */
export interface Hello {
  role: 'tower' | 'link';
  /** The run's id, since several runs may use one device. */
  run: string;
}

/** The first words of a served device: its protocol and version. */
const GREETING = 'alexnet-device/1';
/** How long either side may take to send a line. */
const PATIENCE_MS = 10_000;
/** The most characters of a line. */
const LONGEST = 1000;

/**
 * The server's side. The client must prove that it knows the token without sending it. Nothing after the
 * client's proof is read, so the socket can be handed to another process.
 *
 * @returns The client's purpose; undefined if it was refused.
 */
export async function receiveHello(socket: Socket, token: string): Promise<Hello | undefined> {
  const nonce = randomBytes(32).toString('hex');
  socket.write(`${GREETING} ${nonce}\n`);
  const { role, run, proof } = JSON.parse(await readLine(socket)) as Hello & { proof: string };
  const expected = proofOf(token, nonce, { role, run });
  const given = Buffer.from(String(proof), 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return { role, run };
  socket.end('refused: wrong token\n');
  return undefined;
}

/** Tells the client that it may begin. */
export function welcome(socket: Socket): void {
  socket.write('welcome\n');
}

/** Connects to a served device. @throws Error if it refuses, or no device of this version answers. */
export async function reach(
  { host, port, token }: NetworkAddress,
  role: 'tower' | 'link',
  run: string,
): Promise<Socket> {
  const socket = connect(port, host);
  try {
    await sayHello(socket, token, { role, run });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** The client's side of the handshake. */
async function sayHello(socket: Socket, token: string, hello: Hello): Promise<void> {
  const [greeting, nonce = ''] = (await readLine(socket)).split(' ');
  if (greeting !== GREETING) throw new Error('the server there is not this version of @alexnet/devices');
  socket.write(`${JSON.stringify({ ...hello, proof: proofOf(token, nonce, hello).toString('hex') })}\n`);
  const reply = await readLine(socket);
  if (reply !== 'welcome') throw new Error(reply);
}

function proofOf(token: string, nonce: string, { role, run }: Hello): Buffer {
  return createHmac('sha256', token).update(`${nonce} ${role} ${run}`).digest();
}

/** Reads one line byte by byte, so that nothing after it is consumed. */
async function readLine(socket: Socket): Promise<string> {
  let line = '';
  const deadline = setTimeout(
    () => socket.destroy(new Error(`no answer for ${PATIENCE_MS / 1000} s`)),
    PATIENCE_MS,
  );
  try {
    for (;;) {
      const byte = socket.read(1) as Buffer | null;
      if (byte === null) await readable(socket);
      else if (byte[0] === 10) return line;
      else line += byte.toString('latin1');
      if (line.length > LONGEST) throw new Error('it does not speak this protocol');
    }
  } finally {
    clearTimeout(deadline);
  }
}

function readable(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => () => {
      socket.off('readable', ready).off('error', failed).off('close', closed);
      act();
    };
    const ready = settle(resolve);
    const closed = settle(() => reject(new Error('the connection was closed')));
    let reason: Error | undefined;
    const failed = (error: Error): void => {
      reason = error;
      settle(() => reject(reason))();
    };
    socket.once('readable', ready).once('error', failed).once('close', closed);
    if (socket.destroyed) closed();
  });
}
