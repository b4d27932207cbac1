import type { CatalogueEntry } from './entry.ts';

/** Problems of secrets, images and ids, before any board is touched. */
export const identityProblems = {
  'uds-wrong-length': {
    title: 'The secret has {length} characters, not 64.',
    remedy: 'Give exactly 64 hexadecimal digits (32 bytes). The old tool cut longer text silently; this one refuses.',
    retry: 'never',
    blame: 'operator',
  },
  'uds-not-hex': {
    title: 'The secret holds a character that is no hexadecimal digit, at position {position}.',
    remedy: 'Use 0 to 9 and a to f only. The board would silently read any other character as 0.',
    retry: 'never',
    blame: 'operator',
  },
  'registration-id-invalid': {
    title: 'The registration id "{registrationId}" cannot be used on this board.',
    remedy: 'Use only a to z, 0 to 9 and "-"; the board refuses everything else.',
    retry: 'never',
    blame: 'operator',
  },
  'registration-id-too-long': {
    title: 'The registration id has {length} characters, more than {limit}.',
    remedy: 'Shorten it: X.509 names and the provisioning service end at 64 characters.',
    retry: 'never',
    blame: 'operator',
  },
  'mac-invalid': {
    title: 'This is not a MAC address: "{mac}".',
    remedy: 'Read the 12 hexadecimal digits behind "id:" on the display of the board, or scan its label again.',
    retry: 'operator',
    blame: 'operator',
  },
  'firmware-version-invalid': {
    title: 'This is not a firmware version: "{version}".',
    remedy: 'Give three numbers with dots, as the board prints them, for example 1.6.5.',
    retry: 'never',
    blame: 'operator',
  },
  'map-symbol-missing': {
    title: 'The map file does not hold "{symbol}".',
    remedy:
      'Take the .map that the linker wrote together with this .bin. The old tool went on and wrote an empty or wrong certificate.',
    retry: 'never',
    blame: 'operator',
  },
  'map-range-invalid': {
    title: 'The map file puts {section} from {start} to {stop}, which is no range.',
    remedy: 'Take the .map that the linker wrote together with this .bin.',
    retry: 'never',
    blame: 'operator',
  },
  'map-outside-image': {
    title: 'The map file puts {section} outside the image ({imageBytes} bytes).',
    remedy:
      'Use the raw application .bin of the same build (its first byte belongs to the flash origin), not the drag-and-drop image, and its own .map.',
    retry: 'never',
    blame: 'operator',
  },
  'map-size-mismatch': {
    title: 'The map file says {section} has {mapBytes} bytes, but it has {imageBytes}.',
    remedy: 'The .bin and the .map come from different builds. Take both from the same build folder.',
    retry: 'never',
    blame: 'operator',
  },
  'image-with-boot-loader': {
    title: 'The image is {excessBytes} bytes longer than its map file says.',
    remedy:
      'This looks like the drag-and-drop image with the boot loader in front. Use the raw application .bin of the build.',
    retry: 'never',
    blame: 'operator',
  },
  'riot-core-too-small': {
    title: 'The section riot_core has {bytes} bytes; at least 8 are needed.',
    remedy: 'Build the sketch with the DevKit SDK 1.3.0 or later. The old tool wrote an empty certificate here.',
    retry: 'never',
    blame: 'operator',
  },
  'riot-fw-empty': {
    title: 'The section riot_fw is empty.',
    remedy:
      'Real images measure the sketch here. Check that the .map belongs to this build before using the certificate.',
    retry: 'operator',
    blame: 'operator',
  },
  'key-out-of-range': {
    title: 'This secret and image give no valid key.',
    remedy: 'Use another secret; the board itself would hang with this one (chance about 1 in 4 billion).',
    retry: 'operator',
    blame: 'unit',
  },
  'file-unreadable': {
    title: 'The file {file} cannot be read ({reason}).',
    remedy: 'Check the name and its permissions, then try again.',
    retry: 'operator',
    blame: 'operator',
  },
  'file-unwritable': {
    title: 'The file {file} cannot be written ({reason}).',
    remedy: 'Check the folder, its permissions and the free space, then try again.',
    retry: 'operator',
    blame: 'operator',
  },
  'file-exists': {
    title: 'The file {file} is there already.',
    remedy: 'Choose another name; a secret is never overwritten.',
    retry: 'operator',
    blame: 'operator',
  },
  'batch-line-invalid': {
    title: 'Line {line} cannot be used: {reason}.',
    remedy: 'Mend this line; the others were carried out.',
    retry: 'never',
    blame: 'operator',
  },
  'unit-id-invalid': {
    title: 'The registration id "{registrationId}" cannot be used.',
    remedy: 'Use letters, digits, and . _ - inside; it must begin and end with a letter or a digit.',
    retry: 'never',
    blame: 'operator',
  },
  'endorsement-key-invalid': {
    title: 'This is not the endorsement key of a TPM: {reason}.',
    remedy: 'Read the public part as TPM2B_PUBLIC in base64 ("tpm2_readpublic -f tss"), whole and unchanged.',
    retry: 'operator',
    blame: 'unit',
  },
  'issuer-unusable': {
    title: 'The issuing CA of the recipe cannot be used: {reason}.',
    remedy: 'Name the right certificate in the recipe; store its private key (PKCS#8 PEM) in the vault.',
    retry: 'operator',
    blame: 'station',
  },
  'symmetric-key-invalid': {
    title: 'The symmetric key "{what}" cannot be used.',
    remedy: 'Give base64 of 16 to 64 bytes, as the portal shows it.',
    retry: 'operator',
    blame: 'operator',
  },
  'credential-taken': {
    title: 'The key or certificate of {registrationId} belongs to {serial} already.',
    remedy:
      'Find out which of the two boards is in the wrong place, or was read twice: the provisioning service would not notice.',
    retry: 'operator',
    blame: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
