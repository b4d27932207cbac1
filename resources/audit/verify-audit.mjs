#!/usr/bin/env node
// Judges an export of a station's audit chain, alone: no other file of the station, no package, only Node 18 or newer.
//   node verify-audit.mjs export.ndjson [--key station-key.pem] [--anchor SEQ:HASH]...
// Prints the first bad record. Exit codes: 0 good, 1 bad, 2 it could not be judged.
// Take --key from a copy that was kept elsewhere: whoever can change the export can change the keys in its header.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync, realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

class Bad extends Error {
  constructor(seq, why) {
    super(why);
    this.seq = seq;
  }
}

/** JSON as RFC 8785 spells it. */
function spell(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spell).join(',')}]`;
  const names = Object.keys(value).sort(); // by UTF-16 code units, as the standard asks
  return `{${names.map((name) => `${JSON.stringify(name)}:${spell(value[name])}`).join(',')}}`;
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function keysFrom(pems) {
  const keys = new Map();
  for (const pem of pems) {
    const key = createPublicKey(pem);
    keys.set(sha256(key.export({ type: 'spki', format: 'der' })), key);
  }
  return keys;
}

async function* linesOf(file) {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file)) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.subarray(0, end);
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield rest;
}

/** The value of a line that is spelt exactly as the station spells it. */
function valueIn(bytes, seq) {
  const text = bytes.toString('utf8');
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Bad(seq, 'its line is no JSON');
  }
  if (value === null || typeof value !== 'object' || spell(value) !== text || !Buffer.from(text, 'utf8').equals(bytes))
    throw new Bad(seq, 'its line is not spelt as the station spells it');
  return value;
}

function sameMembers(value, names) {
  return Object.keys(value).sort().join() === [...names].sort().join();
}

function judgeHeader(value) {
  const known = value.record === 'header' && value.format === 'dps-station-audit/1';
  if (!known || !sameMembers(value, ['record', 'format', 'publicKeys', 'head']))
    throw new Bad(1, 'the export has no header that this program knows');
  return value;
}

/** Judges records and checkpoints one by one; `state.seq` and `state.hash` are the last good record. */
function judgeRecord(state, value) {
  const expected = state.seq + 1;
  if (!sameMembers(value, ['record', 'seq', 'line', 'previousHash', 'hash']))
    throw new Bad(expected, 'it has other members');
  if (value.seq !== expected) throw new Bad(expected, `record ${value.seq} stands in its place`);
  if (value.previousHash !== state.hash) throw new Bad(expected, `it does not follow record ${state.seq}`);
  if (sha256(`${state.hash}\n${spell(value.line)}`) !== value.hash)
    throw new Bad(expected, 'its content does not fit its hash');
  for (const anchor of state.anchors.filter((one) => one.seq === expected)) {
    if (!value.hash.startsWith(anchor.hash)) throw new Bad(expected, 'an outside anchor names another hash');
    state.anchored = expected;
  }
  if (value.line !== null && value.line.event === 'checkpoint-signed') {
    const told = state.untold.shift();
    if (told !== spell(value.line.data)) throw new Bad(expected, 'the checkpoint that it tells of is not there');
  }
  state.seq = expected;
  state.hash = value.hash;
}

function judgeCheckpoint(state, value) {
  const { record: _, ...checkpoint } = value;
  const { key, signature, ...signed } = checkpoint;
  if (!sameMembers(checkpoint, ['seq', 'hash', 'at', 'station', 'key', 'signature']))
    throw new Bad(state.seq, 'its checkpoint has other members');
  if (signed.seq > state.seq) throw new Bad(state.seq + 1, `a checkpoint signs record ${signed.seq}`);
  if (state.signed === state.seq) throw new Bad(state.seq, 'it has two checkpoints');
  if (signed.seq !== state.seq || signed.hash !== state.hash)
    throw new Bad(state.seq, 'the checkpoint behind it signs something else');
  const known = state.keys.get(key);
  if (known === undefined) throw new Bad(state.seq, 'its checkpoint is signed with another key');
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.toString('base64') !== signature || !verify('sha256', Buffer.from(spell(signed)), known, bytes))
    throw new Bad(state.seq, 'the signature of its checkpoint is wrong');
  state.signed = state.seq;
  state.untold.push(spell(checkpoint));
}

function judgeEnd(state, header) {
  const later = state.anchors.find((anchor) => anchor.seq > state.seq);
  if (state.untold.length > 0) throw new Bad(state.seq + 1, 'the record about the newest checkpoint is not there');
  if (later !== undefined) throw new Bad(state.seq + 1, `an outside anchor names record ${later.seq}`);
  const head = header.head ?? { seq: 0, hash: '0'.repeat(64) };
  if (head.seq > state.seq) throw new Bad(state.seq + 1, `the header names record ${head.seq} as the last`);
  if (head.seq !== state.seq || head.hash !== state.hash || !sameMembers(head, ['seq', 'hash']))
    throw new Bad(state.seq, 'the header names another last record');
}

function argumentsFrom(words) {
  const found = { file: null, keyFile: null, anchors: [] };
  for (let at = 0; at < words.length; at += 1) {
    if (words[at] === '--key') found.keyFile = words[++at];
    else if (words[at] === '--anchor') {
      const [seq, hash] = String(words[++at]).split(':');
      const anchor = { seq: Number(seq), hash: String(hash).replaceAll('-', '').toLowerCase() };
      if (!Number.isSafeInteger(anchor.seq) || anchor.seq < 1 || !/^[0-9a-f]{8,64}$/.test(anchor.hash))
        throw new Error(`no anchor: ${words[at]}`);
      found.anchors.push(anchor);
    } else if (found.file === null) found.file = words[at];
    else throw new Error('one export at a time');
  }
  if (found.file === null) throw new Error('use: verify-audit.mjs EXPORT [--key PEM] [--anchor SEQ:HASH]...');
  return found;
}

/** The keys to judge by: of a file that was kept elsewhere, else of the header. */
function keysOf(header, keyFile) {
  if (keyFile === null) {
    try {
      return keysFrom(header.publicKeys);
    } catch {
      throw new Bad(1, 'a public key in the header cannot be read');
    }
  }
  const pems = readFileSync(keyFile, 'utf8').match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g);
  if (pems === null) throw new Error(`no public key in ${keyFile}`);
  return keysFrom(pems);
}

/** Judges an export; `bad` is null or names the first bad record. Throws where nothing can be judged. */
export async function judgeExport({ file, keyFile, anchors }) {
  const state = { seq: 0, hash: '0'.repeat(64), anchors, anchored: 0, signed: 0, untold: [], keys: new Map() };
  let header = null;
  try {
    for await (const bytes of linesOf(file)) {
      const value = valueIn(bytes, state.seq + 1);
      if (header === null) {
        header = judgeHeader(value);
        state.keys = keysOf(header, keyFile);
      } else if (value.record === 'line') judgeRecord(state, value);
      else if (value.record === 'checkpoint') judgeCheckpoint(state, value);
      else throw new Bad(state.seq + 1, 'it is neither a record nor a checkpoint');
    }
    if (header === null) throw new Bad(1, 'the export is empty');
    judgeEnd(state, header);
    return { ...state, bad: null };
  } catch (error) {
    if (error instanceof Bad) return { ...state, bad: { seq: error.seq, why: error.message } };
    throw error;
  }
}

async function main() {
  const { seq, signed, anchored, bad } = await judgeExport(argumentsFrom(process.argv.slice(2)));
  if (bad !== null) {
    console.log(`BAD: record ${bad.seq}: ${bad.why}`);
    process.exitCode = 1;
    return;
  }
  console.log(`GOOD: ${seq} records, one chain. Newest signed record: ${signed || 'none'}.`);
  const named = anchored ? `record ${anchored}` : 'none';
  if (anchored < seq)
    console.log(
      `Newest outside anchor: ${named}. Records behind it could have been dropped: nobody can tell from here.`,
    );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href)
  main().catch((error) => {
    console.error(`cannot judge: ${error.message}`);
    process.exitCode = 2;
  });
