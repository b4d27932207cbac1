/** The part of the contract about QA: verifications, lots, evidence. */
export const qualityContract = { calls: {}, streams: {} } as const;
