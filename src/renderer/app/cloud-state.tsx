import { useMirror } from '../station/use-station.ts';
import { addressOf } from '../ui/addresses.ts';
import { CloudIcon, CloudOffIcon } from '../ui/icons.tsx';
import { useWords } from '../words/words.ts';
import classes from './header.module.css';

/** Whether enrollments go out, and how many wait; leads to the queue. */
export function CloudState() {
  const t = useWords('common');
  const queue = useMirror('queue');
  const station = useMirror('station');
  if (queue === null || station === null) return null;
  const state = queue.instances.length === 0 ? 'none' : station.pause === null ? 'up' : 'paused';
  return (
    <a className={classes['cloud']} href={addressOf('queue')} data-state={state}>
      {state === 'up' ? <CloudIcon /> : <CloudOffIcon />}
      <span>{t(`cloud.${state}`)}</span>
      {queue.waiting > 0 && <span>· {t('cloud.waiting', { count: queue.waiting })}</span>}
    </a>
  );
}
