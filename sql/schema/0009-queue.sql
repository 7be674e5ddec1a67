-- SPDX-License-Identifier: BSD-2-Clause
-- Reports of trusted signers go before those of strangers, who may send as many
-- as they like.
ALTER TABLE outbox ADD COLUMN trusted boolean NOT NULL DEFAULT false;
