import { inNode } from '../in-node.mjs';

export const dynamic = 'force-dynamic';

export async function GET() {
  const lines = [];
  await inNode((line) => lines.push(line));
  return new Response(lines.join('\n'));
}
