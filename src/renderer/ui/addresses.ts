/** Address of a page inside the window. */
export function addressOf(page: string, rest?: string): string {
  return `#/${page}${rest === undefined ? '' : `/${encodeURIComponent(rest)}`}`;
}

/** Goes to a page. */
export function goTo(page: string, rest?: string): void {
  window.location.hash = addressOf(page, rest);
}
