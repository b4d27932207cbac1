/** The part of the contract about work orders and the line. */
export const ordersContract = { calls: {}, streams: {} } as const;
