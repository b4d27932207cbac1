import { Alert, Text } from '@mantine/core';
import { useMirror } from '../station/use-station.ts';
import { verdictColours } from '../ui/theme.ts';
import { useWords } from '../words/words.ts';

/** Says that what is shown is old, as long as the station cannot be reached. */
export function ConnectionBanner() {
  const t = useWords('common');
  const connection = useMirror('connection');
  if (connection !== 'lost') return null;
  return (
    <Alert color={verdictColours.fail} variant="filled" title={t('lost.title')} role="alert">
      <Text>{t('lost.text')}</Text>
      {window.dpsStation === undefined && <Text>{t('lost.web')}</Text>}
    </Alert>
  );
}
