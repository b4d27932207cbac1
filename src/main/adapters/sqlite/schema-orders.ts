/** Sixth step of the schema: work orders. */
export const schemaForOrders = '';
