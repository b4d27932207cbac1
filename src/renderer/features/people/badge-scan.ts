/** The badge that a scan names, or null: it is about something else. */
export function badgeOfScan(text: string): string | null {
  const badge = /^\s*BADGE[ -]+(\S+)\s*$/i.exec(text)?.[1];
  return badge === undefined || badge.toUpperCase() === 'OUT' ? null : badge;
}
