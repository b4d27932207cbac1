/**
 * A value whose texts are whole Unicode: half a surrogate pair, as a text that was cut in the middle of a letter ends
 * with, becomes U+FFFD (String.prototype.toWellFormed). What is whole already is given back as it is. Members only; names
 * are the program's own.
 */
export function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed() as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const whole = value.map(wellFormed);
    return whole.every((one, index) => one === value[index]) ? value : (whole as T);
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value; // bytes
  const mended = Object.entries(value).flatMap(([name, member]) => {
    const whole = wellFormed(member);
    return whole === member ? [] : [[name, whole] as const];
  });
  return mended.length === 0 ? value : { ...value, ...Object.fromEntries(mended) };
}
