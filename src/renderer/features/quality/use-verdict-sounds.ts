import { useEffect, useRef } from 'react';
import { play, type Sound } from '../../station/sounds.ts';
import { useMirror } from '../../station/use-station.ts';

const sounds = { pass: 'pass', fail: 'fail', 'cannot-tell': 'refused' } as const satisfies Record<string, Sound>;

/** Makes each verdict heard once; what had ended before the page was opened is no news. */
export function useVerdictSounds(): void {
  const quality = useMirror('quality');
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (quality === null) return;
    const before = known.current;
    known.current = new Set([...(before ?? []), ...quality.newest.map(({ id }) => id)]);
    if (before === null) return;
    const news = quality.newest.find(({ id }) => !before.has(id));
    if (news?.state.step === 'done') play(sounds[news.state.verdict]);
  }, [quality]);
}
