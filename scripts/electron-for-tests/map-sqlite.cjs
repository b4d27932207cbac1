/*
 * The stand-in Electron for tests has no node:sqlite; a package with the same interface takes its place, in this thread
 * and in every thread that is started from here. Where node:sqlite exists this does nothing.
 */
const Module = require('node:module');
const threads = require('node:worker_threads');

const place = 'DPS_STATION_SQLITE_FOR_TESTS';

/** `from`: a file from which the package can be found. */
function mapSqlite(from) {
  if (Module.isBuiltin('node:sqlite')) return;
  process.env[place] ??= Module.createRequire(from).resolve('@photostructure/sqlite');
  const load = Module._load;
  Module._load = function (request, ...rest) {
    return load.call(this, request === 'node:sqlite' ? process.env[place] : request, ...rest);
  };
  threads.Worker = class extends threads.Worker {
    constructor(file, options = {}) {
      super(file, { ...options, execArgv: [...(options.execArgv ?? []), '--require', __filename] });
    }
  };
}

module.exports = { mapSqlite };
if (!threads.isMainThread) mapSqlite(__filename);
