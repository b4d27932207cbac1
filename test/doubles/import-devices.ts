import { createHash } from 'node:crypto';
import { selfSigned } from '../interop/dps-bench.ts';
import { tpmKeys } from '../vectors/tpm-keys.ts';

/* Devices that exist already, as files for an import bring them. */

/** An endorsement key of the standard template; its modulus differs for each number. Base64 TPM2B_PUBLIC. */
export function endorsementKeyOf(number: number): string {
  const bytes = Buffer.from(tpmKeys.endorsement, 'base64');
  bytes.writeUInt32BE(number, bytes.length - 8); // inside the modulus, before its odd end
  return bytes.toString('base64');
}

/** A symmetric key of 32 bytes, base64; another one for each name. */
export function symmetricKeyOf(name: string): string {
  return createHash('sha256').update(name).digest('base64');
}

/** Base64 DER of a device's own certificate. */
export function certificateOf(registrationId: string): string {
  return selfSigned(registrationId).certPem.replace(/-----[A-Z ]+-----|\s/g, '');
}

/** One row of a table, by column. */
export type Row = Readonly<Record<string, string>>;

/** A table of these rows; each column that any of them has. */
export function csvOf(rows: readonly Row[], delimiter = ',', lineEnd = '\n'): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (text: string): string => (/["\r\n,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))];
  return `${lines.map((cells) => cells.map(cell).join(delimiter)).join(lineEnd)}${lineEnd}`;
}

/** Rows with TPMs, `<prefix>-0` and so on. */
export function tpmRows(prefix: string, count: number): Row[] {
  const offset = createHash('sha256').update(prefix).digest().readUInt16BE(0) * 65_536;
  return Array.from({ length: count }, (_, index) => ({
    registrationId: `${prefix}-${index}`,
    endorsementKey: endorsementKeyOf((offset + index) >>> 0),
  }));
}
