/** What the public sources on IoT Hub leave open, or what is simulated in part, one named switch each; strict by default. */
export type HubSwitches = {
  /** A query that the simulator does not understand. */
  readonly unknownQuery: 'refuse' | 'list-all';
  /** DELETE of an identity without If-Match; clients send `*`. */
  readonly deleteWithoutIfMatch: 'refuse' | 'delete';
};

/** The strict defaults of {@link HubSwitches}. */
export const strictHubSwitches: HubSwitches = { unknownQuery: 'refuse', deleteWithoutIfMatch: 'refuse' };
