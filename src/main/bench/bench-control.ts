import type { z } from 'zod';
import { type BenchVerb, benchVerbs } from '../../shared/bench.ts';

/** Hands at the bench: each verb is one request over the control link. */
export type BenchControl = {
  call<Verb extends BenchVerb>(
    verb: Verb,
    request: z.input<(typeof benchVerbs)[Verb]['request']>,
  ): Promise<z.output<(typeof benchVerbs)[Verb]['answer']>>;
};

/** Connects to a running bench; a refusal or a broken link throws, because a demo without hands has no sense. */
export function connectBench(address: string): BenchControl {
  return {
    call: async (verb, request) => {
      const response = await fetch(`${address}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`the bench refused ${verb}: ${JSON.stringify(body)}`);
      return benchVerbs[verb].answer.parse(body) as never;
    },
  };
}
