// What the describing commands ask: src/bin/psql/describe.c.
const named = (pattern: string | undefined, column: string) => {
  if (pattern === undefined) return ''
  const regex = pattern
    .replaceAll(/[.+|()[\]{}^$\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll("'", "''")
  return ` AND ${column} ~ '^(${regex})$'`
}

const kinds: Readonly<Record<string, string>> = { t: "'r','p'", i: "'i','I'", s: "'S'", v: "'v'", m: "'m'" }

export const relations = (letters: string, pattern: string | undefined, verbose: boolean) => {
  const wanted = [...letters].map((letter) => kinds[letter]).filter((kind) => kind !== undefined)
  const withIndexes = letters.includes('i')
  const { schema, name } = split(pattern)
  return `SELECT n.nspname AS "Schema", c.relname AS "Name",
 CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'p' THEN 'partitioned table' WHEN 'I' THEN 'partitioned index' END AS "Type",
 pg_catalog.pg_get_userbyid(c.relowner) AS "Owner"${withIndexes ? ', c2.relname AS "Table"' : ''}${
   verbose
     ? `, CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 't' THEN 'temporary' ELSE 'unlogged' END AS "Persistence", pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)) AS "Size", pg_catalog.obj_description(c.oid, 'pg_class') AS "Description"`
     : ''
 }
FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace${
    withIndexes
      ? ' LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class c2 ON i.indrelid = c2.oid'
      : ''
  }
WHERE c.relkind IN (${wanted.join(',')})${
    pattern === undefined
      ? " AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema'"
      : ''
  }${schema === undefined && pattern !== undefined ? ' AND pg_catalog.pg_table_is_visible(c.oid)' : ''}${
    pattern === undefined ? ' AND pg_catalog.pg_table_is_visible(c.oid)' : ''
  }${named(schema, 'n.nspname')}${named(name, 'c.relname')} ORDER BY 1, 2`
}

function split(pattern: string | undefined) {
  if (pattern === undefined) return {}
  const parts = pattern.split('.').map((part) => (part.startsWith('"') ? part.replaceAll('"', '') : part.toLowerCase()))
  return parts.length > 1 ? { schema: parts[0], name: parts[1] } : { schema: undefined, name: parts[0] }
}

export const databases = `SELECT d.datname AS "Name", pg_catalog.pg_get_userbyid(d.datdba) AS "Owner", pg_catalog.pg_encoding_to_char(d.encoding) AS "Encoding",
 CASE d.datlocprovider WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' END AS "Locale Provider", d.datcollate AS "Collate", d.datctype AS "Ctype",
 d.datlocale AS "ICU Locale", d.daticurules AS "ICU Rules",
 CASE WHEN pg_catalog.array_length(d.datacl, 1) = 0 THEN '(none)' ELSE pg_catalog.array_to_string(d.datacl, E'\\n') END AS "Access privileges"
FROM pg_catalog.pg_database d ORDER BY 1`

export const roles = (pattern: string | undefined) => `SELECT rolname AS "Role name", pg_catalog.concat_ws(', ',
 CASE WHEN rolsuper THEN 'Superuser' END, CASE WHEN NOT rolinherit THEN 'No inheritance' END, CASE WHEN rolcreaterole THEN 'Create role' END,
 CASE WHEN rolcreatedb THEN 'Create DB' END, CASE WHEN NOT rolcanlogin THEN 'Cannot login' END, CASE WHEN rolreplication THEN 'Replication' END,
 CASE WHEN rolbypassrls THEN 'Bypass RLS' END) AS "Attributes"
FROM pg_catalog.pg_roles WHERE ${pattern === undefined ? "rolname !~ '^pg_'" : `true${named(pattern, 'rolname')}`} ORDER BY 1`

export const schemas = (
  pattern: string | undefined,
) => `SELECT n.nspname AS "Name", pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner" FROM pg_catalog.pg_namespace n
WHERE ${pattern === undefined ? "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'" : `true${named(pattern, 'n.nspname')}`} ORDER BY 1`

export const functions = (
  pattern: string | undefined,
) => `SELECT n.nspname AS "Schema", p.proname AS "Name", pg_catalog.pg_get_function_result(p.oid) AS "Result data type",
 pg_catalog.pg_get_function_arguments(p.oid) AS "Argument data types",
 CASE p.prokind WHEN 'a' THEN 'agg' WHEN 'w' THEN 'window' WHEN 'p' THEN 'proc' ELSE 'func' END AS "Type"
FROM pg_catalog.pg_proc p LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE pg_catalog.pg_function_is_visible(p.oid)${pattern === undefined ? " AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'" : named(pattern.toLowerCase(), 'p.proname')} ORDER BY 1, 2, 4`

export const extensions = `SELECT e.extname AS "Name", e.extversion AS "Version", n.nspname AS "Schema", c.description AS "Description"
FROM pg_catalog.pg_extension e LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN pg_catalog.pg_description c ON c.objoid = e.oid AND c.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass ORDER BY 1`

/** oid, schema, name and kind of each relation that a pattern names. */
export const described = (pattern: string) => {
  const { schema, name } = split(pattern)
  return `SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE true${schema === undefined ? ' AND pg_catalog.pg_table_is_visible(c.oid)' : named(schema, 'n.nspname')}${named(name, 'c.relname')} ORDER BY 2, 3`
}

export const columnsOfRelation = (
  oid: string,
) => `SELECT a.attname AS "Column", pg_catalog.format_type(a.atttypid, a.atttypmod) AS "Type",
 (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS "Collation",
 CASE WHEN a.attnotnull THEN 'not null' ELSE '' END AS "Nullable",
 CASE a.attidentity WHEN 'a' THEN 'generated always as identity' WHEN 'd' THEN 'generated by default as identity' ELSE
 (SELECT CASE a.attgenerated WHEN 's' THEN 'generated always as (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ') stored' ELSE pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) END
 FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef) END AS "Default"
FROM pg_catalog.pg_attribute a WHERE a.attrelid = ${oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`

/** Footers of a table: a heading, and its lines. */
export const partsOfTable = (oid: string) =>
  [
    [
      'Indexes:',
      `SELECT '"' || c2.relname || '"' || CASE WHEN i.indisprimary THEN ' PRIMARY KEY,' WHEN con.contype = 'u' THEN ' UNIQUE CONSTRAINT,' WHEN i.indisunique THEN ' UNIQUE,' ELSE '' END
 || ' ' || substring(pg_catalog.pg_get_indexdef(i.indexrelid, 0, true) from ' USING (.*)$')
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c2 ON i.indexrelid = c2.oid LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p','u','x')
WHERE i.indrelid = ${oid} ORDER BY i.indisprimary DESC, c2.relname`,
    ],
    [
      'Check constraints:',
      `SELECT '"' || conname || '" ' || pg_catalog.pg_get_constraintdef(oid, true) FROM pg_catalog.pg_constraint WHERE conrelid = ${oid} AND contype = 'c' ORDER BY 1`,
    ],
    [
      'Foreign-key constraints:',
      `SELECT '"' || conname || '" ' || pg_catalog.pg_get_constraintdef(oid, true) FROM pg_catalog.pg_constraint WHERE conrelid = ${oid} AND contype = 'f' ORDER BY conname`,
    ],
    [
      'Referenced by:',
      `SELECT 'TABLE "' || conrelid::pg_catalog.regclass || '" CONSTRAINT "' || conname || '" ' || pg_catalog.pg_get_constraintdef(oid, true) FROM pg_catalog.pg_constraint WHERE confrelid = ${oid} AND contype = 'f' ORDER BY conname`,
    ],
  ] as const
