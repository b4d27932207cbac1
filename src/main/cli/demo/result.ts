/** What a demo prints last. */
export type DemoResult = {
  readonly units: number;
  readonly slots: number;
  readonly seed: number;
  readonly outage: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly delivered: number;
  readonly parked: number;
  readonly registered: number; // boards that registered with their own certificate
  readonly proved: number; // units whose registration the station saw
  readonly secretWrites: number; // counted by the boards
  readonly operatorActions: number; // counted by the bench: scans, plugs, unplugs, presses
  readonly duplicatesAnswered: number; // creates that the service had carried out before
  readonly serviceCalls: number;
  readonly throttled: number;
  readonly wallSeconds: number;
};

/** The closing table for people. */
export function closingTable(result: DemoResult): string {
  const rows: readonly (readonly [string, string])[] = [
    ['units', `${result.units} on ${result.slots} slots`],
    ['passed / failed', `${result.passed} / ${result.failed}`],
    ['delivered / parked', `${result.delivered} / ${result.parked}`],
    ['registered by themselves', `${result.registered}`],
    ['proved to the station', `${result.proved}`],
    ['secret writes (boards count)', `${result.secretWrites}`],
    ['operator actions', `${result.operatorActions} (${(result.operatorActions / result.units).toFixed(1)} per unit)`],
    [
      'service calls',
      `${result.serviceCalls}, ${result.throttled} throttled, ${result.duplicatesAnswered} sent twice and recognised`,
    ],
    ['time', `${result.wallSeconds} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), ''].join('\n');
}
