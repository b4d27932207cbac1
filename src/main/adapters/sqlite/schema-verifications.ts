/** Seventh step of the schema: verifications and lots. */
export const schemaForVerifications = '';
