import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useLayoutEffect, useState } from 'react';
import { useAction } from '../../station/use-station.ts';
import { ProblemCard } from '../../ui/problem-card.tsx';
import { answerByScan } from '../../ui/scan-answers.ts';
import { useWords } from '../../words/words.ts';
import { serialsFrom } from './lot-draft.ts';
import { scanMeaning } from './scan-meaning.ts';

const mostAtOnce = 1_000; // as the contract has it

/** Names units of a lot before they are looked at: typed, pasted or scanned one after the other. */
export function LotSerials(props: {
  readonly lot: string;
  readonly opened: boolean;
  onClose(): void;
  onAdded(): void;
}) {
  const { lot, opened, onClose, onAdded } = props;
  const t = useWords('quality');
  const common = useWords('common');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('addUnits')}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <Fields lot={lot} onClose={onClose} onAdded={onAdded} />
    </Modal>
  );
}

function Fields({ lot, onClose, onAdded }: { readonly lot: string; onClose(): void; onAdded(): void }) {
  const t = useWords('quality');
  const common = useWords('common');
  const add = useAction('lot-add');
  const [text, setText] = useState('');
  useLayoutEffect(() =>
    answerByScan((scanned) => {
      const meaning = scanMeaning(scanned);
      if (meaning?.scan !== 'unit') return false;
      setText((before) => `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${meaning.text}\n`);
      return true;
    }),
  );
  const serials = serialsFrom(text);
  const unfit = serials.length === 0 || serials.length > mostAtOnce;
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = unfit ? null : await add.run({ lot, serials });
    if (answer?.ok === true) onAdded();
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="md">
        <Textarea
          label={t('serials.label')}
          description={t('serials.help')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rows={8}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          data-serials
        />
        <Text role="status">
          {serials.length > mostAtOnce
            ? t('serials.tooMany', { most: mostAtOnce, count: serials.length })
            : t('serials.count', { count: serials.length })}
        </Text>
        {add.problem !== null && <ProblemCard problem={add.problem} action={{ label: t('close'), run: add.clear }} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={add.busy} disabled={unfit} data-added>
            {t('addUnits')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
