import { inNode } from './in-node.mjs';

inNode((line) => console.log(line));
