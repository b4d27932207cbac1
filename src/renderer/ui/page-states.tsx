import { Center, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A page or a list with nothing in it: what would be here, and how it comes to be. */
export function EmptyState(props: { readonly title: string; readonly text: string; readonly children?: ReactNode }) {
  return (
    <Center mih="12rem" p="xl">
      <Stack align="center" gap="sm" maw="40rem" ta="center">
        <Title order={2} size="h3">
          {props.title}
        </Title>
        <Text>{props.text}</Text>
        {props.children}
      </Stack>
    </Center>
  );
}

/** Something is on its way. */
export function LoadingState({ text }: { readonly text: string }) {
  return (
    <Center mih="12rem" role="status">
      <Stack align="center" gap="sm">
        <Loader />
        <Text>{text}</Text>
      </Stack>
    </Center>
  );
}
