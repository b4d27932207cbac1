/* Entry of a package that tests start on the stand-in Electron: the mapping, then the entry that is shipped. */
require('./map-sqlite.cjs').mapSqlite(__filename);
require('./out/main/index.cjs');
