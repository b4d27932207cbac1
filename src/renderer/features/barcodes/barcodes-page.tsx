/** Being built. */
export function BarcodesPage() {
  return null;
}
