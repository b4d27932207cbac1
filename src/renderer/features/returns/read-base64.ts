/** Largest file that the station takes, in bytes. */
export const mostBytes = 2 * 1_024 * 1_024;

/** Reads a file as base64; rejects when the system does not give it. */
export function readBase64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    // A data address: what stands behind the comma is the file; an empty one has none.
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.readAsDataURL(file);
  });
}
