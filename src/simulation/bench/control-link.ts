import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { z } from 'zod';
import type { BenchVerb } from '../../shared/bench.ts';
import { benchVerbs } from '../../shared/bench.ts';
import { BenchProblem } from './bench-problem.ts';

/** What carries out each verb: parsed request in, answer out; refusals are {@link BenchProblem}s. */
export type BenchHandlers = {
  readonly [Verb in BenchVerb]: (
    request: z.infer<(typeof benchVerbs)[Verb]['request']>,
  ) => Promise<z.infer<(typeof benchVerbs)[Verb]['answer']>> | z.infer<(typeof benchVerbs)[Verb]['answer']>;
};

/** A listening control link. */
export type ControlLink = {
  readonly address: string; // `http://127.0.0.1:PORT/<token>`; whoever knows it may use the bench
  close(): Promise<void>;
};

/** Enough for the serials of 10,000 boards. */
const largestRequestInBytes = 1_000_000;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Read on all the same: a caller cut off in the middle of its request would not hear why.
    if (length <= largestRequestInBytes) chunks.push(chunk);
  }
  if (length > largestRequestInBytes) throw new BenchProblem(400, 'the request is too long');
  return Buffer.concat(chunks).toString('utf8');
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw new BenchProblem(400, 'the request is no JSON');
  }
}

function isVerb(name: string): name is BenchVerb {
  return Object.hasOwn(benchVerbs, name);
}

async function carryOut<Verb extends BenchVerb>(handlers: BenchHandlers, verb: Verb, body: string): Promise<unknown> {
  const parsed = benchVerbs[verb].request.safeParse(jsonFrom(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new BenchProblem(
      400,
      `${verb}: ${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'not understood'}`,
    );
  }
  // The schema of this very verb has just made the value.
  return handlers[verb](parsed.data as z.infer<(typeof benchVerbs)[Verb]['request']>);
}

/** The verb of a request whose path starts with the token; the same refusal for a wrong token and no path at all. */
function verbOf(request: IncomingMessage, token: string): BenchVerb {
  const [, given = '', name = '', ...more] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  const allowed = one.length === other.length && timingSafeEqual(one, other);
  if (!allowed) throw new BenchProblem(404, 'nothing here');
  if (!isVerb(name) || more.length > 0) throw new BenchProblem(404, `there is no verb ${name.slice(0, 40)}`);
  if (request.method !== 'POST') throw new BenchProblem(400, 'verbs are sent with POST');
  return name;
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(body);
}

/** Listens on a free port of 127.0.0.1. `stop` is answered before its handler runs. */
export async function openControlLink(handlers: BenchHandlers): Promise<ControlLink> {
  const token = randomBytes(16).toString('hex');
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const verb = verbOf(request, token);
      const body = await bodyOf(request);
      if (verb === 'stop') {
        jsonFrom(body);
        response.once('finish', () => void handlers.stop({}));
        return reply(response, 200, {});
      }
      reply(response, 200, await carryOut(handlers, verb, body));
    } catch (error) {
      const status = error instanceof BenchProblem ? error.status : 500;
      reply(response, status, { error: error instanceof Error ? error.message : String(error) });
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
