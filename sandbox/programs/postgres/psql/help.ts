// What \? and \h say of what there is here.
export const commandsHelp = `General
  \\g [(OPTIONS)]         execute query
  \\gset [PREFIX]         execute query and store result in psql variables
  \\gx [(OPTIONS)]        as \\g, but forces expanded output mode
  \\q                     quit psql

Help

  \\? [commands]          show help on backslash commands
  \\h [NAME]              help on syntax of SQL commands, * for all commands

Query Buffer
  \\r                     reset (clear) the query buffer

Input/Output
  \\copy ...              perform SQL COPY with data stream to the client host
  \\echo [-n] [STRING]    write string to standard output (-n for no newline)
  \\i FILE                execute commands from file
  \\o [FILE]              send all query results to file or |pipe
  \\qecho [-n] [STRING]   write string to \\o output stream (-n for no newline)
  \\warn [-n] [STRING]    write string to standard error (-n for no newline)

Informational
  (options: S = show system objects, + = additional detail)
  \\d[S+]                 list tables, views, and sequences
  \\d[S+]  NAME           describe table, view, sequence, or index
  \\db[+]  [PATTERN]      list tablespaces
  \\df[S+] [FUNCPTRN]     list functions
  \\dg[S+] [PATTERN]      list roles
  \\di[S+] [PATTERN]      list indexes
  \\dm[S+] [PATTERN]      list materialized views
  \\dn[S+] [PATTERN]      list schemas
  \\dp     [PATTERN]      list table, view, and sequence access privileges
  \\drg[S] [PATTERN]      list role grants
  \\ds[S+] [PATTERN]      list sequences
  \\dt[S+] [PATTERN]      list tables
  \\dT[S+] [PATTERN]      list data types
  \\du[S+] [PATTERN]      list roles
  \\dv[S+] [PATTERN]      list views
  \\dx[+]  [PATTERN]      list extensions
  \\l[+]   [PATTERN]      list databases
  \\z      [PATTERN]      same as \\dp

Formatting
  \\a                     toggle between unaligned and aligned output mode
  \\C [STRING]            set table title, or unset if none
  \\f [STRING]            show or set field separator for unaligned query output
  \\pset [NAME [VALUE]]   set table output option
                         (border|expanded|fieldsep|footer|format|null|
                         pager|title|tuples_only)
  \\t [on|off]            show only rows
  \\x [on|off|auto]       toggle expanded output

Connection
  \\c[onnect] {[DBNAME|- USER|- HOST|- PORT|-] | conninfo}
                         connect to new database
  \\conninfo              display information about current connection
  \\encoding [ENCODING]   show or set client encoding

Operating System
  \\cd [DIR]              change the current working directory
  \\timing [on|off]       toggle timing of commands
  \\! [COMMAND]           execute command in shell or start interactive shell

Variables
  \\set [NAME [VALUE]]    set internal variable, or list all if no parameters
  \\unset NAME            unset (delete) internal variable
`

/** The SQL commands whose page a learner may look for; in the order of the manual. */
const sql =
  'ABORT,ALTER DATABASE,ALTER ROLE,ALTER SCHEMA,ALTER SEQUENCE,ALTER SYSTEM,ALTER TABLE,ALTER TYPE,ALTER USER,ALTER VIEW,ANALYZE,BEGIN,CALL,CHECKPOINT,CLOSE,COMMENT,COMMIT,COPY,CREATE DATABASE,CREATE DOMAIN,CREATE EXTENSION,CREATE FUNCTION,CREATE INDEX,CREATE MATERIALIZED VIEW,CREATE PROCEDURE,CREATE ROLE,CREATE RULE,CREATE SCHEMA,CREATE SEQUENCE,CREATE TABLE,CREATE TABLE AS,CREATE TRIGGER,CREATE TYPE,CREATE USER,CREATE VIEW,DEALLOCATE,DECLARE,DELETE,DISCARD,DO,DROP DATABASE,DROP FUNCTION,DROP INDEX,DROP ROLE,DROP SCHEMA,DROP SEQUENCE,DROP TABLE,DROP TRIGGER,DROP TYPE,DROP USER,DROP VIEW,END,EXECUTE,EXPLAIN,FETCH,GRANT,INSERT,LISTEN,LOCK,MERGE,NOTIFY,PREPARE,REASSIGN OWNED,REFRESH MATERIALIZED VIEW,REINDEX,RELEASE SAVEPOINT,RESET,REVOKE,ROLLBACK,ROLLBACK TO SAVEPOINT,SAVEPOINT,SELECT,SELECT INTO,SET,SET ROLE,SET TRANSACTION,SHOW,START TRANSACTION,TABLE,TRUNCATE,UNLISTEN,UPDATE,VACUUM,VALUES,WITH'.split(
    ',',
  )

/** Where a command is explained: its syntax is not told here. */
export function sqlHelp(topic: string): string {
  if (topic === '') {
    const rows = Math.ceil(sql.length / 2)
    const lines = sql.slice(0, rows).map((name, at) => `  ${name.padEnd(32)} ${sql[at + rows] ?? ''}`)
    return `Available help:\n${lines.join('\n')}\n`
  }
  const wanted = topic.toUpperCase().replace(/\s+/g, ' ')
  const found = sql.filter((name) => name === wanted)
  const named = found.length > 0 ? found : sql.filter((name) => name.startsWith(wanted))
  if (named.length === 0) return `No help available for "${topic}".\nTry \\h with no arguments to see available help.\n`
  const page = (name: string) => name.toLowerCase().replaceAll(' ', '')
  return named
    .map((name) => `Command:     ${name}\n\nURL: https://www.postgresql.org/docs/current/sql-${page(name)}.html\n\n`)
    .join('')
}
