/** The receive ring of the board's UART: 256 bytes, filled by interrupt; what does not fit is lost. */
const ringBytes = 256;

/** A queue of bytes that loses what does not fit. */
export function createReceiveRing(): { push(byte: number): void; shift(): number | undefined; clear(): void } {
  let bytes: number[] = [];
  return {
    push(byte) {
      if (bytes.length < ringBytes) bytes.push(byte);
    },
    shift: () => bytes.shift(),
    clear() {
      bytes = [];
    },
  };
}
