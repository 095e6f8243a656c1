// What the describing commands ask the catalog, and what they call it. The columns' names and order are those of PostgreSQL 16's psql: src/bin/psql/describe.c.
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** Columns that a pattern is held against, and what is left out where there is none. */
interface Searched {
  readonly name: string
  readonly schema?: string
  /** Holds for what needs no schema's name. */
  readonly visible?: string
  readonly own: string
}

/** A pattern: "n*", "pg_catalog.pg_cl*", "Quoted". */
function matching({ name, schema, visible, own }: Searched, pattern: string | undefined): string {
  if (pattern === undefined) return `NOT (${own})${visible === undefined ? '' : ` AND ${visible}`}`
  const parts = pattern.match(/(?:"(?:[^"]|"")*"|[^."])+/g) ?? ['']
  const like = (column: string, part: string) => {
    const bare = part.startsWith('"') ? part.replaceAll(/^"|"$/g, '').replaceAll('""', '"') : part.toLowerCase()
    const regex = bare
      .replaceAll('$', String.raw`\$`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return `${column} ~ ${literal(`^(${regex})$`)}`
  }
  const own_name = like(name, parts.at(-1) ?? '')
  if (schema === undefined || parts.length === 1) return visible === undefined ? own_name : `${own_name} AND ${visible}`
  return `${own_name} AND ${like(schema, parts[0] ?? '')}`
}

const inSystem = (schema: string) =>
  `${schema}::text IN ('pg_catalog', 'information_schema') OR ${schema}::text LIKE 'pg_toast%'`
const relationName: Searched = {
  name: 'relname',
  schema: 'relnamespace::regnamespace::text',
  visible: 'pg_table_is_visible(c.oid)',
  own: inSystem('relnamespace::regnamespace'),
}
const access = (column: string) => `array_to_string(${column}, E'\\n') AS "Access privileges"`
const described = (kind: string) => `obj_description(oid, '${kind}') AS "Description"`

/** By the letters of \dt, \di and so on. */
const kinds: Readonly<Record<string, readonly [relkind: string, word: string]>> = {
  t: ['r', 'table'],
  p: ['p', 'partitioned table'],
  i: ['i', 'index'],
  s: ['S', 'sequence'],
  v: ['v', 'view'],
  m: ['m', 'materialized view'],
}

const kindOf = `CASE relkind ${Object.values(kinds)
  .map(([kind, word]) => `WHEN '${kind}' THEN '${word}'`)
  .join(' ')} END AS "Type"`

export function relations(letters: string, pattern: string | undefined, more: boolean): string {
  const asked = letters.replace('t', 'tp')
  const wanted = [...asked].map((letter) => `'${kinds[letter]?.[0]}'`).join(', ')
  const table = letters === 'i' ? ', (SELECT indrelid::regclass FROM pg_index WHERE indexrelid = c.oid) AS "Table"' : ''
  const method = /[tim]/.test(letters) ? ', (SELECT amname FROM pg_am WHERE pg_am.oid = relam) AS "Access method"' : ''
  const plus = `, CASE relpersistence WHEN 'p' THEN 'permanent' WHEN 't' THEN 'temporary' ELSE 'unlogged' END AS "Persistence"${method},
    pg_size_pretty(pg_table_size(c.oid)) AS "Size", ${described('pg_class')}`
  return `SELECT relnamespace::regnamespace AS "Schema", relname AS "Name", ${kindOf}, pg_get_userbyid(relowner) AS "Owner"${table}${more ? plus : ''}
    FROM pg_class c WHERE relkind IN (${wanted}) AND ${matching(relationName, pattern)} ORDER BY 1, 2`
}

interface Listing {
  readonly title: string
  readonly columns: string
  /** Those of "+". */
  readonly more?: string
  readonly from: string
  readonly searched: Searched
  readonly order?: string
  /** Without its count of rows. */
  readonly uncounted?: boolean
}

const roles: Listing = {
  title: 'List of roles',
  columns: `rolname AS "Role name", concat_ws(', ', (ARRAY['Superuser'])[rolsuper::int], (ARRAY['No inheritance'])[(NOT rolinherit)::int],
    (ARRAY['Create role'])[rolcreaterole::int], (ARRAY['Create DB'])[rolcreatedb::int], (ARRAY['Cannot login'])[(NOT rolcanlogin)::int],
    (ARRAY['Replication'])[rolreplication::int], (ARRAY['Bypass RLS'])[rolbypassrls::int]) AS "Attributes"`,
  more: `shobj_description(oid, 'pg_authid') AS "Description"`,
  from: 'pg_roles',
  searched: { name: 'rolname', own: "rolname LIKE 'pg\\_%'" },
  uncounted: true,
}

const privileges: Listing = {
  title: 'Access privileges',
  columns: `relnamespace::regnamespace AS "Schema", relname AS "Name", ${kindOf}, ${access('relacl')},
    '' AS "Column privileges", '' AS "Policies"`,
  from: "pg_class c WHERE relkind IN ('r', 'v', 'm', 'S', 'f', 'p')",
  searched: relationName,
  order: '1, 2',
}

/** What \dn, \l and the like list. */
const listings: Readonly<Record<string, Listing>> = {
  l: {
    title: 'List of databases',
    columns: `datname AS "Name", pg_get_userbyid(datdba) AS "Owner", pg_encoding_to_char(encoding) AS "Encoding", 'libc' AS "Locale Provider", datcollate AS "Collate",
      datctype AS "Ctype", datlocale AS "ICU Locale", daticurules AS "ICU Rules", ${access('datacl')}`,
    more: `pg_size_pretty(pg_database_size(oid)) AS "Size", (SELECT spcname FROM pg_tablespace WHERE oid = dattablespace) AS "Tablespace",
      shobj_description(oid, 'pg_database') AS "Description"`,
    from: 'pg_database',
    searched: { name: 'datname', own: 'false' },
  },
  du: roles,
  dg: roles,
  drg: {
    title: 'List of role grants',
    columns: `m.rolname AS "Role name", roleid::regrole AS "Member of", concat_ws(', ', (ARRAY['ADMIN'])[admin_option::int],
      (ARRAY['INHERIT'])[inherit_option::int], (ARRAY['SET'])[set_option::int]) AS "Options", grantor::regrole AS "Grantor"`,
    from: 'pg_roles m JOIN pg_auth_members a ON a.member = m.oid',
    searched: { name: 'm.rolname', own: "m.rolname LIKE 'pg\\_%'" },
    order: '1, 2, 4',
  },
  dp: privileges,
  z: privileges,
  dn: {
    title: 'List of schemas',
    columns: `nspname AS "Name", pg_get_userbyid(nspowner) AS "Owner"`,
    more: `${access('nspacl')}, ${described('pg_namespace')}`,
    from: 'pg_namespace',
    searched: { name: 'nspname', own: "nspname LIKE 'pg\\_%' OR nspname = 'information_schema'" },
  },
  dx: {
    title: 'List of installed extensions',
    columns: `extname AS "Name", extversion AS "Version", extnamespace::regnamespace AS "Schema", ${described('pg_extension')}`,
    from: 'pg_extension',
    searched: { name: 'extname', own: 'false' },
  },
  db: {
    title: 'List of tablespaces',
    columns: `spcname AS "Name", pg_get_userbyid(spcowner) AS "Owner", pg_tablespace_location(oid) AS "Location"`,
    from: 'pg_tablespace',
    searched: { name: 'spcname', own: 'false' },
  },
  dT: {
    title: 'List of data types',
    columns: `typnamespace::regnamespace AS "Schema", format_type(oid, NULL) AS "Name", ${described('pg_type')}`,
    from: `pg_type t WHERE (typrelid = 0 OR (SELECT relkind = 'c' FROM pg_class WHERE oid = typrelid)) AND typelem = 0`,
    searched: {
      name: 'typname',
      schema: 'typnamespace::regnamespace::text',
      visible: 'pg_type_is_visible(oid)',
      own: inSystem('typnamespace::regnamespace'),
    },
    order: '1, 2',
  },
  df: {
    title: 'List of functions',
    columns: `pronamespace::regnamespace AS "Schema", proname AS "Name", pg_get_function_result(oid) AS "Result data type",
      pg_get_function_arguments(oid) AS "Argument data types",
      CASE WHEN prorettype = 'trigger'::regtype THEN 'trigger' ELSE (ARRAY['agg', 'window', 'proc', 'func'])[strpos('awpf', prokind::text)] END AS "Type"`,
    more: `(ARRAY['immutable', 'stable', 'volatile'])[strpos('isv', provolatile::text)] AS "Volatility",
      (ARRAY['restricted', 'safe', 'unsafe'])[strpos('rsu', proparallel::text)] AS "Parallel", pg_get_userbyid(proowner) AS "Owner",
      (ARRAY['invoker', 'definer'])[1 + prosecdef::int] AS "Security", ${access('proacl')},
      lanname AS "Language", CASE WHEN lanname IN ('internal', 'c') THEN prosrc END AS "Internal name", ${described('pg_proc')}`,
    from: 'pg_proc JOIN (SELECT oid AS lang, lanname FROM pg_language) l ON lang = prolang',
    searched: {
      name: 'proname',
      schema: 'pronamespace::regnamespace::text',
      visible: 'pg_function_is_visible(oid)',
      own: inSystem('pronamespace::regnamespace'),
    },
    order: '1, 2, 4',
  },
}

export function listing(name: string, pattern: string | undefined, plus: boolean) {
  const found = Object.hasOwn(listings, name) ? listings[name] : undefined
  if (found === undefined) return undefined
  const { title, columns, more, from, searched, order = '1', uncounted } = found
  const sql = `SELECT ${columns}${plus && more !== undefined ? `, ${more}` : ''} FROM ${from}
    ${from.includes('WHERE') ? 'AND' : 'WHERE'} ${matching(searched, pattern)} ORDER BY ${order}`
  return { sql, title, ...(uncounted === true ? { footers: [] } : {}) }
}

/** Oid, kind, and name with its schema of what a pattern fits. */
export const relationsNamed = (pattern: string) =>
  `SELECT oid, relkind, format('%s.%s', relnamespace::regnamespace, relname) FROM pg_class c WHERE ${matching(relationName, pattern)} ORDER BY 3`
