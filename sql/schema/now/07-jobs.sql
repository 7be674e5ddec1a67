-- SPDX-License-Identifier: BSD-2-Clause
-- What only one process may do at a time.

-- Whether this process does the job from now on to the end of its transaction,
-- or another one is at it.
CREATE OR REPLACE FUNCTION take_job(job_name text) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM FROM job WHERE name = job_name FOR UPDATE SKIP LOCKED;
  RETURN FOUND;
END
$$;
