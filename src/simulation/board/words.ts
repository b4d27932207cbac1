/** Words that the console's argument array holds. */
const mostWords = 4;

/** State of the scanner while it walks along a line. */
type Scan = { readonly text: string[]; readonly words: number[]; inWord: boolean; inQuote: boolean };

/** A quote or space right behind a backslash, inside a word: the backslash goes, the character stays. */
function isEscaped(scan: Scan, at: number): boolean {
  return at > 0 && scan.text[at - 1] === '\\' && scan.inWord;
}

/** Handles one character; answers where to go on (an escape shortens the text). */
function step(scan: Scan, at: number): number {
  const character = scan.text[at];
  if ((character === '"' || character === ' ') && isEscaped(scan, at)) {
    scan.text.splice(at - 1, 1);
    return at;
  }
  if (character === '"') {
    if (!scan.inQuote && scan.inWord) return at + 1;
    if (scan.inQuote) scan.text[at] = '\0';
    else scan.words.push(at + 1);
    scan.inQuote = !scan.inQuote;
    scan.inWord = scan.inQuote;
    return at + 1;
  }
  if (character === ' ') {
    if (!scan.inQuote && scan.inWord) {
      scan.inWord = false;
      scan.text[at] = '\0';
    }
    return at + 1;
  }
  if (!scan.inWord) {
    scan.inWord = true;
    scan.words.push(at);
  }
  return at + 1;
}

/**
 * Splits a line as the console does: at spaces, `"` around a word, `\"` and `\ ` inside one. Null: unbalanced quotes.
 * The original writes the start of a fifth word past its array of four and stops reading there; here the fifth word and
 * the rest of the line are dropped, and the damage to the memory behind the array is not simulated.
 * Source: Microsoft DevKit console source.
 */
export function wordsOf(line: string): readonly string[] | null {
  const scan: Scan = { text: [...line], words: [], inWord: false, inQuote: false };
  for (let at = 0; at < scan.text.length && scan.words.length <= mostWords; ) at = step(scan, at);
  if (scan.inQuote) return null;
  const text = scan.text.join('');
  return scan.words.slice(0, mostWords).map((start) => {
    const end = text.indexOf('\0', start);
    return end < 0 ? text.slice(start) : text.slice(start, end);
  });
}
