/** A request to the bench that cannot be carried out: a sentence for the caller and the HTTP status it goes with. */
export class BenchProblem extends Error {
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, sentence: string) {
    super(sentence);
    this.status = status;
  }
}
