import { Alert, Button, Group, Text } from '@mantine/core';
import { useMirror } from '../station/use-station.ts';
import { verdictColours } from '../ui/theme.ts';
import { useWords } from '../words/words.ts';

/** Says that what is shown is old, as long as the station cannot be reached or understood. */
export function ConnectionBanner() {
  const t = useWords('common');
  const connection = useMirror('connection');
  const unreadable = useMirror('unreadable');
  if (unreadable) {
    return (
      <Alert color={verdictColours.fail} variant="filled" title={t('newer.title')} role="alert">
        <Group justify="space-between">
          <Text>{t('newer.text')}</Text>
          <Button variant="white" color="dark" onClick={() => window.location.reload()}>
            {t('newer.reload')}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (connection !== 'lost') return null;
  return (
    <Alert color={verdictColours.fail} variant="filled" title={t('lost.title')} role="alert">
      <Text>{t('lost.text')}</Text>
      {window.dpsStation === undefined && <Text>{t('lost.web')}</Text>}
    </Alert>
  );
}
