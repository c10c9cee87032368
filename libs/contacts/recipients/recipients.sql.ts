/**
 * One page of recipients behind a number. $1 account, $2 lists, $3 number, $4 rows.
 *
 * Each list gives its first $4 allowed numbers behind $3 by its primary key (list_id, phone), so a page costs the same
 * at the beginning and at the end of a million. The first $4 numbers of all lists together are among those: whoever has
 * fewer than $4 smaller numbers overall has fewer than $4 smaller ones in its own list. For a number in several lists the
 * first list wins.
 */
export const RECIPIENTS_PAGE_SQL = `
  SELECT DISTINCT ON (found.phone) found.phone, found.country, found.variables
  FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (list_id, place)
  CROSS JOIN LATERAL (
    SELECT contacts.phone, contacts.country, contacts.variables FROM contacts
    WHERE contacts.list_id = wanted.list_id AND contacts.account_id = $1 AND contacts.phone > $3
      AND NOT EXISTS (SELECT FROM suppressions
                      WHERE suppressions.account_id = $1 AND suppressions.phone = contacts.phone)
    ORDER BY contacts.phone LIMIT $4
  ) AS found
  ORDER BY found.phone, wanted.place
  LIMIT $4`;

/**
 * What the planner knows of a list just imported is nothing or wrong, and it would then sort the rest of a million contacts
 * for every page. With the other ways closed it reads the primary key in its order.
 */
export const READ_IN_KEY_ORDER_SQL = `
  SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off;
  SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off`;

/** The caller's other statements are planned as usual. */
export const READ_AS_PLANNED_SQL = `
  SET LOCAL enable_bitmapscan = DEFAULT; SET LOCAL enable_seqscan = DEFAULT;
  SET LOCAL enable_hashjoin = DEFAULT; SET LOCAL enable_mergejoin = DEFAULT`;

/** How many recipients the lists make, and how many rows of them do not count. $1 account, $2 lists. */
export const COUNT_RECIPIENTS_SQL = `
  WITH numbers AS (
    SELECT phone, count(*) AS times FROM contacts WHERE list_id = ANY ($2::uuid[]) AND account_id = $1 GROUP BY phone
  )
  SELECT (count(*) FILTER (WHERE suppressions.phone IS NULL))::int AS kept,
         coalesce(sum(times - 1), 0)::int AS duplicates,
         count(suppressions.phone)::int AS suppressed
  FROM numbers
  LEFT JOIN suppressions ON suppressions.account_id = $1 AND suppressions.phone = numbers.phone`;

/** The same for one list, whose numbers are distinct by its key: no need to sort a million of them. $1 account, $2 list. */
export const COUNT_RECIPIENTS_OF_LIST_SQL = `
  SELECT (count(*) FILTER (WHERE suppressions.phone IS NULL))::int AS kept, 0 AS duplicates,
         count(suppressions.phone)::int AS suppressed
  FROM contacts
  LEFT JOIN suppressions ON suppressions.account_id = $1 AND suppressions.phone = contacts.phone
  WHERE contacts.list_id = $2 AND contacts.account_id = $1`;

/** Recipients by destination. $1 account, $2 lists. */
export const COUNT_RECIPIENTS_BY_COUNTRY_SQL = `
  SELECT country, count(*)::int AS recipients
  FROM (SELECT DISTINCT ON (phone) phone, country FROM contacts
        WHERE list_id = ANY ($2::uuid[]) AND account_id = $1 ORDER BY phone) AS numbers
  WHERE NOT EXISTS (SELECT FROM suppressions
                    WHERE suppressions.account_id = $1 AND suppressions.phone = numbers.phone)
  GROUP BY country ORDER BY recipients DESC, country`;

/** The same for one list. $1 account, $2 list. */
export const COUNT_RECIPIENTS_OF_LIST_BY_COUNTRY_SQL = `
  SELECT country, count(*)::int AS recipients FROM contacts
  WHERE list_id = $2 AND account_id = $1
    AND NOT EXISTS (SELECT FROM suppressions
                    WHERE suppressions.account_id = $1 AND suppressions.phone = contacts.phone)
  GROUP BY country ORDER BY recipients DESC, country`;

/** Differs whenever the recipients could. Lists that are gone are left out, so deletion shows too. $1 account, $2 lists. */
export const RECIPIENTS_REVISION_SQL = `
  SELECT concat(
    (SELECT string_agg(lists.id || ':' || lists.revision, ',' ORDER BY place)
     FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, place)
     JOIN contact_lists AS lists ON lists.id = wanted.id AND lists.account_id = $1),
    '/', (SELECT revision FROM suppression_revisions WHERE account_id = $1)) AS revision`;

/** Names of the columns that imports brought, in the order of the lists and their files. $1 lists. */
export const VARIABLE_NAMES_SQL = `
  SELECT brought.name FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, list_place)
  JOIN contact_lists AS lists ON lists.id = wanted.id
  CROSS JOIN LATERAL unnest(lists.variable_names) WITH ORDINALITY AS brought (name, name_place)
  GROUP BY brought.name ORDER BY min(ARRAY[list_place, name_place])`;
