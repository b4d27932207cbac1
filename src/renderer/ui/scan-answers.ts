/** Who on the page takes scans before the station does: the newest first. */
const answers = new Set<(text: string) => boolean>();

/**
 * Takes scans from now on: called in a layout effect, so that what can be seen can be scanned at. `answer` says whether
 * a text was for it. Returns the end of it.
 */
export function answerByScan(answer: (text: string) => boolean): () => void {
  answers.add(answer);
  return () => void answers.delete(answer);
}

/** Offers a scan to whatever of the page waits for one; true when it was taken. */
export function answeredOnPage(text: string): boolean {
  return [...answers].reverse().some((answer) => answer(text));
}
