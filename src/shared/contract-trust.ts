/** The part of the contract about records that can be trusted: chain, backups. */
export const trustContract = { calls: {}, streams: {} } as const;
