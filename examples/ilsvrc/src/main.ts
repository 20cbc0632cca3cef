import { runCli } from './program.js';
import { startFolder } from './start-folder.js';

process.chdir(startFolder(process.env, process.cwd()));
runCli(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
