/** Eighth step of the schema: returns. */
export const schemaForReturns = '';
