/** Address of a page inside the window. */
export function addressOf(page: string, rest?: string): string {
  return `#/${page}${rest === undefined ? '' : `/${encodeURIComponent(rest)}`}`;
}
