/** The part of the contract about returns and field re-provisioning. */
export const returnsContract = { calls: {}, streams: {} } as const;
