import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { NetworkAddress } from './messages.js';

/** What a connection to a served device is for: to ask its tower, or as the link of the other tower to it. */
export interface Hello {
  role: 'tower' | 'link';
  /** Which run, since one device may be asked by several. */
  run: string;
}

/** First words of a served device: who speaks, and in what version. */
const GREETING = 'alexnet-device/1';
/** How long either may take to say a line, and how long a line may be. */
const [PATIENCE_MS, LONGEST] = [10_000, 1000];

/**
 * The server's side: who comes must know the token, and proves it without saying it. After the reply nothing was read too much.
 *
 * @returns What it wants; undefined if it was sent away.
 */
export async function receiveHello(socket: Socket, token: string): Promise<Hello | undefined> {
  const nonce = randomBytes(32).toString('hex');
  socket.write(`${GREETING} ${nonce}\n`);
  const { role, run, proof } = JSON.parse(await readLine(socket)) as Hello & { proof: string };
  const expected = proofOf(token, nonce, { role, run });
  const given = Buffer.from(String(proof), 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return { role, run };
  socket.end('refused: the token is another\n');
  return undefined;
}

/** Tells who came that it may begin. */
export function welcome(socket: Socket): void {
  socket.write('welcome\n');
}

/** A connection to a served device, past its greeting. */
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

/** The client's side. @throws Error if it is sent away, or there is no device. */
async function sayHello(socket: Socket, token: string, hello: Hello): Promise<void> {
  const [greeting, nonce = ''] = (await readLine(socket)).split(' ');
  if (greeting !== GREETING) throw new Error('no device of this version of @alexnet/devices answers there');
  socket.write(`${JSON.stringify({ ...hello, proof: proofOf(token, nonce, hello).toString('hex') })}\n`);
  const reply = await readLine(socket);
  if (reply !== 'welcome') throw new Error(reply);
}

function proofOf(token: string, nonce: string, { role, run }: Hello): Buffer {
  return createHmac('sha256', token).update(`${nonce} ${role} ${run}`).digest();
}

/** One line, byte by byte, so that nothing behind it is taken. */
async function readLine(socket: Socket): Promise<string> {
  let line = '';
  const deadline = setTimeout(() => socket.destroy(new Error('it says nothing')), PATIENCE_MS);
  try {
    for (;;) {
      const byte = socket.read(1) as Buffer | null;
      if (byte === null) await readable(socket);
      else if (byte[0] === 10) return line;
      else line += byte.toString('latin1');
      if (line.length > LONGEST) throw new Error('it speaks something else');
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
