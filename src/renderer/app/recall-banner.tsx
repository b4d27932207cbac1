import { Alert, Button, Group, Text } from '@mantine/core';
import { useMirror } from '../station/use-station.ts';
import { addressOf } from '../ui/addresses.ts';
import { verdictColours } from '../ui/theme.ts';
import { useWords } from '../words/words.ts';

/** Units that left the bench and whose enrollment was parked later: on every page until somebody has settled them. */
export function RecallBanner() {
  const t = useWords('common');
  const recall = useMirror('queue')?.recall ?? 0;
  if (recall === 0) return null;
  return (
    <Alert color={verdictColours.fail} variant="filled" role="alert" p="sm" className="no-print">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={700}>{t('recall.title', { count: recall })}</Text>
        <Button component="a" href={addressOf('queue', 'recall')} variant="white" color="dark">
          {t('recall.button')}
        </Button>
      </Group>
    </Alert>
  );
}
