import { X509Certificate } from 'node:crypto';
import { element, objectIdentifier, tag } from './der.ts';

/** OID and start of the value of Microsoft's RIoT composite id (1.3.6.1.4.1.311.89.3.1), as the template spells it. */
const compositeId = objectIdentifier('2b060104018237590301');
/** SEQUENCE { OID sha256, OCTET STRING of 32 bytes } without the bytes themselves. */
const measurement = Buffer.concat([objectIdentifier('608648016503040201'), Uint8Array.of(tag.octetString, 32)]);
const issuerName = element(tag.utf8String, Buffer.from('devkitdice', 'latin1'));

/**
 * The FWID (SHA-256 of riot_fw, lower-case hex) that a DevKit's Alias certificate carries in its malformed alternative
 * name; null when `pem` is another certificate.
 */
export function fwidOfAliasCertificate(pem: string): string | null {
  let der: Buffer;
  try {
    der = new X509Certificate(pem).raw;
  } catch {
    return null;
  }
  const name = der.indexOf(issuerName);
  const id = der.indexOf(compositeId);
  if (name < 0 || id < 0) return null;
  const at = der.indexOf(measurement, id);
  const fwid = der.subarray(at + measurement.length, at + measurement.length + 32);
  return at < 0 || fwid.length !== 32 ? null : fwid.toString('hex');
}
