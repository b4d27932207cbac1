import { Button, CopyButton } from '@mantine/core';
import { useWords } from '../../words/words.ts';

/** Copies a text; says what it copies, and that it has. `words`: the button bears the name. */
export function Copy({
  value,
  name,
  words = false,
}: {
  readonly value: string;
  readonly name: string;
  readonly words?: boolean;
}) {
  const t = useWords('unit');
  return (
    <CopyButton value={value} timeout={2_000}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          flex="none"
          onClick={copy}
          aria-label={t('copyWhat', { what: name })}
          aria-live="polite"
        >
          {copied ? t('copied') : words ? t('copyWhat', { what: name }) : t('copy')}
        </Button>
      )}
    </CopyButton>
  );
}
