import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useWords } from '../words/words.ts';

/** A bug of the page must not leave a white window: the station works on, and a reload shows it again. */
export class CrashGuard extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useWords('common');
  return (
    <Center mih="100vh" role="alert">
      <Stack align="center" maw="36rem" ta="center">
        <Title>{t('crash.title')}</Title>
        <Text>{t('crash.text')}</Text>
        <Button onClick={() => window.location.reload()}>{t('crash.reload')}</Button>
      </Stack>
    </Center>
  );
}
