import { runCli } from './program.js';
import { startFolder } from './start-folder.js';

process.chdir(startFolder(process.env, process.cwd()));
process.exitCode = await runCli(process.argv.slice(2));
