import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { usePreference } from '../station/preferences.ts';
import { useWords } from '../words/words.ts';
import classes from './focus-guard.module.css';

/**
 * Covers a window that lost the focus: a scanner that types would type elsewhere, and nobody should believe that the
 * station heard it. A window that only shows (a monitor on the wall) can be told so.
 */
export function FocusGuard() {
  const t = useWords('common');
  const focused = useSyncExternalStore(subscribe, () => document.hasFocus());
  const [scanHere, setScanHere] = usePreference('scanHere');
  if (focused || scanHere !== 'on') return null;
  return (
    <div className={classes['cover']} role="alert" onPointerDown={() => window.focus()}>
      <p className={classes['title']}>{t('focus.title')}</p>
      <p className={classes['text']}>{t('focus.text')}</p>
      <Button variant="white" color="dark" onClick={() => setScanHere('off')}>
        {t('focus.display')}
      </Button>
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('focus', listener);
  window.addEventListener('blur', listener);
  document.addEventListener('visibilitychange', listener);
  return () => {
    window.removeEventListener('focus', listener);
    window.removeEventListener('blur', listener);
    document.removeEventListener('visibilitychange', listener);
  };
}
