import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DpsBench, type ServiceCaller, serviceCaller, startDpsBench } from '../interop/dps-bench.ts';
import { instance, type Judgement, judgements } from '../vectors/enrollment-judgements.ts';

/* The simulated service against the table of judgements; each case begins without the entry. */

let bench: DpsBench;
let call: ServiceCaller;
beforeAll(async () => {
  bench = await startDpsBench({ ...instance });
  call = serviceCaller(bench.ready);
});
afterAll(() => bench.close());

const pathOf = ({ kind, body }: Judgement): string => {
  const id = kind === 'group' ? body['enrollmentGroupId'] : body['registrationId'];
  return `/${kind === 'group' ? 'enrollmentGroups' : 'enrollments'}/${encodeURIComponent(String(id))}`;
};

describe('an enrollment or group', () => {
  it.each(judgements.map((judgement) => [judgement.name, judgement] as const))('%s', async (_name, judgement) => {
    const path = pathOf(judgement);
    const heard = await call('PUT', path, judgement.body);
    const verdict = heard.status === 200 ? 'accepted' : heard.json.errorCode;
    if (judgement.service === 'open') expect(['accepted', 400_004]).toContain(verdict);
    else if (judgement.body['registrationId'] === '')
      expect(heard.status).toBe(405); // no id in the path
    else expect({ verdict, why: judgement.source }).toEqual({ verdict: judgement.service, why: judgement.source });
    if (heard.status === 200) expect((await call('DELETE', path)).status).toBe(204);
  });

  it('has a name of its own in the table', () => {
    const names = judgements.map((judgement) => judgement.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('trap 9: keys and certificates may be enrolled twice; nobody checks', async () => {
    const shared = judgements.filter((one) =>
      ['certificate: RSA 2048', 'TPM: a standard endorsement key'].includes(one.name),
    );
    expect(shared).toHaveLength(2);
    for (const [index, { body }] of shared.entries()) {
      for (const registrationId of [`first-${index}`, `second-${index}`]) {
        expect((await call('PUT', `/enrollments/${registrationId}`, { ...body, registrationId })).status).toBe(200);
      }
    }
  });
});
