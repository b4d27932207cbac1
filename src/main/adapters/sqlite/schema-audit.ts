/** Fifth step of the schema: checkpoints of the audit chain. */
export const schemaForAudit = '';
