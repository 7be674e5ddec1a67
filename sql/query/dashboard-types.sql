-- SPDX-License-Identifier: BSD-2-Clause
-- What each result type means and what to do.
SELECT
  json_object_agg(result_type, json_build_object(
    'severity', severity, 'title', title, 'explanation', explanation,
    'remedy', remedy)) AS explanations
FROM result_type_info;
