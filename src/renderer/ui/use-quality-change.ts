import { useMirror } from '../station/use-station.ts';

/** Changes whenever a verification begins or ends or the open lot counts on: a reason to ask again for lists of them. */
export function useQualityChange(): string {
  const quality = useMirror('quality');
  if (quality === null) return '';
  const { running, newest, lot } = quality;
  return JSON.stringify([running.map(({ id }) => id), newest.map(({ id }) => id), lot?.lot.id, lot?.count]);
}
