import { describe, expect, it } from 'vitest';
import { judgeBulkError, judgeFailedCall, judgeReadBack, planCalls } from '../../../src/main/domain/outbox-machine.ts';
import type { EnrollmentAnswer } from '../../../src/shared/enrollment.ts';
import type { OutboxItem } from '../../../src/shared/outbox.ts';
import { type ProblemCode, problem } from '../../../src/shared/problem.ts';
import { enrollmentOf, jobOf, newItem } from '../../doubles/books.ts';

const now = '2026-11-20T10:00:00.000Z';
const later = '2026-11-20T10:00:01.000Z';
let lastId = 0;
function item(registrationId: string, change: Partial<OutboxItem> = {}): OutboxItem {
  lastId += 1;
  return {
    ...newItem(jobOf(`s${lastId}`), { registrationId }),
    id: lastId,
    state: 'pending',
    attempts: 0,
    notBefore: null,
    problem: null,
    deliveredAt: null,
    provedAt: null,
    proofAfter: null,
    ...change,
  };
}
const many = (count: number, change: Partial<OutboxItem> = {}) =>
  Array.from({ length: count }, (_, index) => item(`id-${index}`, change));
const plan = (items: OutboxItem[], underWay: string[] = [], callsFree = 100) =>
  planCalls(items, { now, underWay: new Set(underWay), callsFree }).map((call) =>
    call.map((one) => one.registrationId),
  );

describe('planning calls', () => {
  it('fills bulks of ten, the rest goes in the last', () => {
    expect(plan(many(25)).map((call) => call.length)).toEqual([10, 10, 5]);
    expect(plan([])).toEqual([]);
  });
  it('plans no more calls than are free', () => {
    expect(plan(many(25), [], 2).map((call) => call.length)).toEqual([10, 10]);
    expect(plan(many(25), [], 0)).toEqual([]);
    expect(plan(many(25), [], -1)).toEqual([]);
  });
  it('takes only the oldest item of an id, and none of an id that is on its way', () => {
    expect(plan([item('a'), item('b'), item('a', { mode: 'replace' })])).toEqual([['a', 'b']]);
    expect(plan([item('a'), item('b')], ['default\na'])).toEqual([['b']]);
  });
  it('an older item that is parked or not due holds back the newer of its id', () => {
    expect(plan([item('a', { state: 'parked' }), item('a'), item('b')])).toEqual([['b']]);
    expect(plan([item('a', { notBefore: later }), item('a'), item('b', { notBefore: now })])).toEqual([['b']]);
  });
  it('keeps instances apart: the same id in two instances is two ids', () => {
    expect(plan([item('a'), item('a', { instance: 'other' }), item('b')])).toEqual([['a', 'b'], ['a']]);
  });
  it('sends a replacement alone', () => {
    expect(plan([item('a'), item('b', { mode: 'replace' }), item('c')])).toEqual([['a', 'c'], ['b']]);
  });
});

describe('one line of a bulk answer', () => {
  it.each<[number, string, ProblemCode | null]>([
    [409201, 'read-back', null],
    [409202, 'parked', 'enrollment-refused'],
    [400004, 'parked', 'enrollment-refused'],
    [400207, 'parked', 'enrollment-refused'],
    [404201, 'parked', 'enrollment-refused'],
    [429001, 'again', 'service-throttled'],
    [500000, 'again', 'service-failed'],
    [503001, 'again', 'service-failed'],
  ])('%i: %s %s', (errorCode, verdict, code) => {
    const judged = judgeBulkError({ registrationId: 'a', errorCode, message: 'said' });
    expect(judged.verdict).toBe(verdict);
    expect('problem' in judged ? judged.problem.code : null).toBe(code);
  });
});

describe('a call that failed whole', () => {
  const refused = (status: number) =>
    problem('request-refused', { status, errorCode: status * 1000, message: '', trackingId: '' });
  it.each<[ReturnType<typeof problem>, number, string]>([
    [refused(400), 10, 'bisect'],
    [refused(400), 2, 'bisect'],
    [refused(400), 1, 'park'],
    [refused(404), 10, 'pause backoff'],
    [refused(409), 10, 'pause backoff'],
    [problem('network-down'), 10, 'pause backoff'],
    [problem('name-not-found'), 10, 'pause backoff'],
    [problem('service-timeout'), 10, 'pause backoff'],
    [problem('service-throttled'), 10, 'pause backoff'],
    [problem('service-failed'), 10, 'pause backoff'],
    [problem('answer-unreadable'), 10, 'pause backoff'],
    [problem('credentials-refused'), 10, 'pause operator'],
    [problem('clock-wrong'), 10, 'pause operator'],
    [problem('access-forbidden'), 10, 'pause operator'],
    [problem('tls-failed'), 10, 'pause operator'],
    [problem('key-root-changed', { registrationId: 'a' }), 10, 'bisect'],
    [problem('key-root-changed', { registrationId: 'a' }), 1, 'park'],
    [problem('key-root-missing'), 10, 'pause operator'],
    [problem('vault-locked'), 10, 'pause operator'],
    [problem('vault-unsafe'), 10, 'pause operator'],
    [problem('vault-unreadable'), 10, 'pause operator'],
  ])('%j of %i items: %s', (failure, items, expected) => {
    const judged = judgeFailedCall(failure, items);
    expect('until' in judged ? `${judged.verdict} ${judged.until}` : judged.verdict).toBe(expected);
  });
});

describe('reading back', () => {
  const thumbprint = 'AB'.repeat(32);
  const found = (more: object = {}, sha256Thumbprint = thumbprint): EnrollmentAnswer => ({
    registrationId: 'a',
    attestation: { type: 'x509', x509: { clientCertificates: { primary: { info: { sha256Thumbprint } } } } },
    ...more,
  });
  const sent = item('a', {
    fingerprint: thumbprint.toLowerCase(),
    enrollment: enrollmentOf('a', 'AAAA', {
      deviceId: 'Dev-1',
      initialTwin: { tags: { line: 'L3', nested: { deep: [1, { two: 2 }] } } },
      reprovisionPolicy: { updateHubAssignment: true, migrateDeviceData: true },
    }),
  });
  const twin = { tags: { line: 'L3', nested: { deep: [1, { two: 2 }] } } };
  const policy = { updateHubAssignment: true, migrateDeviceData: true };
  const same = { deviceId: 'Dev-1', initialTwin: twin, reprovisionPolicy: policy };
  it.each<[string, EnrollmentAnswer | null, string]>([
    ['the same', found({ ...same, provisioningStatus: 'enabled' }), 'delivered'],
    ['no status, which means enabled', found(same), 'delivered'],
    ['an echoed null status', found({ ...same, provisioningStatus: null }), 'delivered'],
    ['fields that only the service set', found({ ...same, capabilities: { iotEdge: false }, etag: 'x' }), 'delivered'],
    [
      'more twin members than were sent',
      found({ ...same, initialTwin: { ...twin, properties: { desired: {} } } }),
      'delivered',
    ],
    ['another device id', found({ ...same, deviceId: 'dev-1' }), 'enrollment-drift deviceId'],
    ['no device id', found({ ...same, deviceId: null }), 'enrollment-drift deviceId'],
    ['disabled', found({ ...same, provisioningStatus: 'disabled' }), 'enrollment-drift provisioningStatus'],
    [
      'a twin value',
      found({ ...same, initialTwin: { tags: { line: 'L4', nested: { deep: [1, { two: 2 }] } } } }),
      'enrollment-drift initialTwin',
    ],
    [
      'a longer list in the twin',
      found({ ...same, initialTwin: { tags: { line: 'L3', nested: { deep: [1, { two: 2 }, 3] } } } }),
      'enrollment-drift initialTwin',
    ],
    [
      'two fields',
      found({ ...same, deviceId: 'x', reprovisionPolicy: { ...policy, migrateDeviceData: false } }),
      'enrollment-drift deviceId, reprovisionPolicy',
    ],
    ['another certificate', found(same, 'CD'.repeat(32)), 'enrollment-conflict'],
    ['another certificate and other fields', found({}, 'CD'.repeat(32)), 'enrollment-conflict'],
    ['another attestation', { registrationId: 'a', attestation: { type: 'symmetricKey' } }, 'enrollment-conflict'],
    ['nothing', null, 'again'],
  ])('%s: %s', (_, answer, expected) => {
    const judged = judgeReadBack(sent, answer);
    const told =
      judged.verdict === 'parked'
        ? `${judged.problem.code} ${judged.problem.facts['fields'] ?? ''}`.trim()
        : judged.verdict;
    expect(told).toBe(expected);
  });
});
