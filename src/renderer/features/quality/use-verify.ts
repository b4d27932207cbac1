import { useState } from 'react';
import type { CallInput, CallOutput } from '../../../shared/contract.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useAnnounce } from '../../scan/use-scan.ts';
import { play } from '../../station/sounds.ts';
import { useCall } from '../../station/use-station.ts';

/** A unit to look at and how. */
export type VerifyOrder = Omit<CallInput<'verify'>, 'actor' | 'confirm'>;
/** A new registration that waits for a yes, and what it would do. */
export type NewRegistration = { readonly order: VerifyOrder; readonly preview: CallOutput<'verify-preview'> };

/** What the station says to a new registration whose effect nobody has seen yet; it names the serial. */
const unconfirmed: string = 'new-registration-unconfirmed';

/**
 * Starts verifications. A new registration is asked about before: `question` waits for `confirm` or `decline`; the next
 * unit takes its place. Every scan is a call of its own, however fast they come.
 */
export function useVerify(onStarted: (id: string) => void) {
  const call = useCall();
  const announce = useAnnounce();
  const [underWay, setUnderWay] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [question, setQuestion] = useState<NewRegistration | null>(null);

  function refuse(refusal: Problem): void {
    setProblem(refusal);
    announce(refusal);
  }

  async function send(order: VerifyOrder, confirm: boolean): Promise<void> {
    const answer = await call('verify', { ...order, confirm });
    if (answer.ok) {
      play('scan');
      setProblem(null);
      return onStarted(answer.value.id);
    }
    const { code, facts } = answer.problem;
    if (!confirm && code === unconfirmed && typeof facts['serial'] === 'string') return look(order, facts['serial']);
    refuse(answer.problem);
  }

  async function look(order: VerifyOrder, serial: string): Promise<void> {
    const preview = await call('verify-preview', { text: serial });
    if (!preview.ok) return refuse(preview.problem);
    setProblem(null);
    setQuestion({ order, preview: preview.value });
  }

  async function during(work: Promise<void>): Promise<void> {
    setUnderWay((count) => count + 1);
    await work;
    setUnderWay((count) => count - 1);
  }

  return {
    busy: underWay > 0,
    problem,
    question,
    begin: (order: VerifyOrder): void => {
      setQuestion(null);
      void during(send(order, false));
    },
    confirm: (): void => {
      if (question === null) return;
      setQuestion(null);
      void during(send(question.order, true));
    },
    decline: (): void => setQuestion(null),
    /** Takes what was refused from the screen. */
    dismiss: (): void => setProblem(null),
  };
}
