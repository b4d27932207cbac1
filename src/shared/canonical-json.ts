/**
 * JSON in one agreed spelling (RFC 8785): members sorted by UTF-16 code units, no white space, numbers as ECMAScript
 * writes them. Two parties that hash the same value get the same hash. Members that are undefined are left out. Throws a
 * TypeError for what has no such spelling: numbers that are not finite, lone surrogates (section 3.2.2.2: another reader
 * would see another text), functions, big integers, dates.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    if ('toJSON' in value) throw new TypeError('an object that spells itself has no canonical JSON');
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${textJson(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'string') return textJson(value);
  if (typeof value === 'number' ? !Number.isFinite(value) : typeof value !== 'boolean' && value !== null) {
    throw new TypeError(`${String(value)} has no canonical JSON`);
  }
  return JSON.stringify(value);
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function textJson(text: string): string {
  if (loneSurrogate.test(text)) throw new TypeError('a lone surrogate has no canonical JSON');
  return JSON.stringify(text);
}
