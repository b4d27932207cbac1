/** Judges an export; the types are for the tests of this repository, the program itself stands alone. */
export function judgeExport(request: {
  readonly file: string;
  readonly keyFile: string | null;
  readonly anchors: readonly { readonly seq: number; readonly hash: string }[];
}): Promise<{
  readonly seq: number;
  readonly signed: number;
  readonly anchored: number;
  readonly bad: { readonly seq: number; readonly why: string } | null;
}>;
