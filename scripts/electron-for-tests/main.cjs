/* What Electron's own default app does with the words it is started with, for the stand-in Electron of the tests. */
const { app } = require('electron');
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { mapSqlite } = require('./map-sqlite.cjs');

let target;
for (let at = 1; at < process.argv.length && target === undefined; at++) {
  const word = process.argv[at];
  if (word === '-r' || word === '--require') Module._load(resolve(process.argv[++at]), null, true);
  else if (!word.startsWith('-')) target = resolve(word);
}
if (target === undefined) {
  process.stderr.write('electron-for-tests: name an app\n');
  process.exit(2);
}

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const description = join(target, 'package.json');
if (existsSync(description)) {
  const { name, productName, version } = JSON.parse(readFileSync(description, 'utf8'));
  app.setName(productName ?? name);
  app.setVersion(version);
  app.setAppPath(target);
} else {
  app.setAppPath(dirname(target));
}
try {
  const entry = require.resolve(target);
  mapSqlite(entry);
  Module._load(entry, null, true);
} catch (error) {
  // Electron would show a window and wait for somebody to close it.
  process.stderr.write(`electron-for-tests: ${error.stack}\n`);
  process.exit(1);
}
