/** The part of the contract about people at the station: badges, who is at work. */
export const peopleContract = { calls: {}, streams: {} } as const;
