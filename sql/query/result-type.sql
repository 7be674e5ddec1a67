-- SPDX-License-Identifier: BSD-2-Clause
-- Writes a result type: its columns in order.
INSERT INTO result_type_info (result_type, category, severity, title,
  explanation, remedy)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (result_type) DO UPDATE
SET category = excluded.category, severity = excluded.severity,
  title = excluded.title, explanation = excluded.explanation,
  remedy = excluded.remedy;
