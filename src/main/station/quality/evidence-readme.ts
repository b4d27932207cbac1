import type { Verification } from '../../../shared/verification.ts';

/** What a person reads who opens a pack. */
export function evidenceReadme(serial: string, { state, origin, startedAt }: Verification, packedAt: string): string {
  const verdict = state.step === 'done' ? state.verdict : 'open';
  const training =
    origin.mode === 'training' ? '\nThis pack was made in TRAINING. It says nothing about a real unit.\n' : '';
  return `Evidence of the unit ${serial}
${training}
The station "${origin.station}" looked at this unit at ${startedAt} and judged: ${verdict}.
This pack was made at ${packedAt}.

To judge the pack, unpack it and run

    sh verify.sh . station-key-from-elsewhere.pem

It needs a POSIX shell, openssl, sha256sum and a few other coreutils, and nothing of the station. It prints one line
per comparison and ends with 0 when all of them hold. Without the second argument it tells the SHA-256 of the key that
signed the pack; compare it with the one that the station publishes. Whoever could change this pack could change the
script in it: use a copy of verify.sh that you have from elsewhere when that matters.

What is in it:

  unit.json          the record of the unit: who, when, where, by which recipe; its identity
  verification.json  every comparison with what was expected and found, and what was read
  enrollment.json    the entry of the provisioning service: as the station set it, and as it was found
  registration.json  the registration record of the service, with its own times
  certificate.pem    the certificate of the unit, where it has one
  issuer.pem         the certificate that issued it, where there is one
  device-id-key.pem  for a DevKit: the key that signed its certificate. openssl cannot chain such a certificate,
                     because its alternative name is malformed by design; the script checks the signature itself
  challenge.txt      what the station gave the board to sign when it looked at it: its purpose, the serial in base64url
                     and 32 random bytes
  challenge.sig      the board's signature over challenge.txt with the key of certificate.pem (SHA-256, DER)
  endorsement-key.txt  for a TPM: its public endorsement key (TPM2B_PUBLIC, base64)
  journal.ndjson     what the log of the station says of this unit; each line with its hash and the one before
  manifest.json      SHA-256 of every file, and the newest hash of the station's log when the pack was made
  manifest.sig       the station's signature over manifest.json (ECDSA P-256 with SHA-256, DER)
  station-key.pem    the public key for it

The script checks that these files are what the station signed, that each line of the log fits its hash, and that the
credential is the one of the record. It cannot know whether the station was right, or whether lines of the log that
are not about this unit are whole: for that the log itself is judged, against the hash in manifest.json.
`;
}
