/**
 * Guards between returns, the queue and lots that a question before the write cannot keep: somebody else may write between
 * the two. A credential that an open return puts out of the way is not sent again; a lot is not closed over the head of
 * one of its verifications.
 */
export const schemaForGuards = `
  CREATE TRIGGER outbox_not_of_return BEFORE UPDATE OF state ON outbox
    WHEN OLD.state = 'parked' AND NEW.state = 'pending'
      AND EXISTS (SELECT 1 FROM return_case WHERE job_id = NEW.job_id AND step <> 'done') BEGIN
    SELECT RAISE(ABORT, 'outbox.return');
  END;
  CREATE TRIGGER lot_of_no_running BEFORE UPDATE OF closed ON lot
    WHEN NEW.closed IS NOT NULL AND EXISTS (SELECT 1 FROM verification WHERE lot = NEW.id AND step <> 'done') BEGIN
    SELECT RAISE(ABORT, 'lot.running');
  END;
`;
