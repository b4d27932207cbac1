import { Button, Stack } from '@mantine/core';
import { useAction } from '../station/use-station.ts';
import { useWords } from '../words/words.ts';
import { ProblemCard } from './problem-card.tsx';
import { bytesFrom, saveFile } from './use-export.ts';

/** Saves the evidence of a unit's newest finished verification as one signed file. */
export function EvidenceButton({ serial }: { readonly serial: string }) {
  const t = useWords('quality');
  const pack = useAction('evidence-pack');
  const run = async (): Promise<void> => {
    const answer = await pack.run({ serial });
    if (answer?.ok === true) saveFile(answer.value.name, [bytesFrom(answer.value.base64)], 'application/zip');
  };
  return (
    <Stack gap="xs" align="flex-start" className="no-print">
      <Button variant="default" loading={pack.busy} onClick={() => void run()} data-evidence={serial}>
        {t('evidence')}
      </Button>
      {pack.problem !== null && (
        <ProblemCard problem={pack.problem} action={{ label: t('again'), busy: pack.busy, run: () => void run() }} />
      )}
    </Stack>
  );
}
