import * as assert from 'uvu/assert'
import { reported } from '../../../../sandbox/programs/postgres/psql/report.ts'
import { cut } from '../../../../sandbox/programs/postgres/psql/script.ts'
import { newFormat, printed } from '../../../../sandbox/programs/postgres/psql/table.ts'
import { tests } from '../../../support/tests.ts'

const format = newFormat()
const columns = [
  { name: 'id', oid: 23 },
  { name: 'a long name', oid: 25 },
  { name: 'x', oid: 25 },
]

tests('tables', (test) => {
  test('are aligned, with their headers in the middle', () => {
    const rows = [
      ['1', 'one', 'a\nbc'],
      ['23', null, 'grüße'],
    ]
    assert.is(
      printed({ columns, rows }, format),
      [
        ' id | a long name |   x   ',
        '----+-------------+-------',
        '  1 | one         | a    +',
        '    |             | bc',
        ' 23 |             | grüße',
        '(2 rows)',
        '',
        '',
      ].join('\n'),
    )
  })

  test('are bare or across where that is asked for', () => {
    const rows = [['1', 'one', 'a']]
    assert.is(printed({ columns, rows }, { ...format, tuples_only: true }), '  1 | one         | a\n\n')
    assert.is(printed({ columns, rows }, { ...format, format: 'unaligned', tuples_only: true }), '1|one|a\n')
    assert.is(printed({ columns, rows }, { ...format, format: 'unaligned' }), 'id|a long name|x\n1|one|a\n(1 row)\n')
    assert.is(
      printed({ columns, rows }, { ...format, expanded: 'on' }),
      '-[ RECORD 1 ]----\nid          | 1\na long name | one\nx           | a\n\n',
    )
    assert.is(printed({ columns, rows: [] }, { ...format, expanded: 'on' }), '(0 rows)\n\n')
  })
})

tests('errors', (test) => {
  test('point at what is wrong, in long lines, too', () => {
    const error = { S: 'ERROR', M: 'relation "no" does not exist', P: '15', H: 'Look.' }
    assert.is(
      reported(error, 'SELECT * FROM no'),
      'ERROR:  relation "no" does not exist\nLINE 1: SELECT * FROM no\n                      ^\nHINT:  Look.\n',
    )
    const sql = `SELECT ${'1, '.repeat(30)}no FROM x`
    const [, line = '', caret = ''] = reported({ ...error, P: '98' }, sql).split('\n')
    assert.ok(line.startsWith('LINE 1: ...') && line.length <= 75)
    assert.is(line.slice(caret.length - 1), 'no FROM x')
  })
})

tests('scripts', (test) => {
  const sql = (text: string) => cut(text).parts
  test('are cut at semicolons that end something', () => {
    assert.equal(sql("select ';' ; select $a$;$a$;\n"), [{ sql: "select ';' ;" }, { sql: 'select $a$;$a$;' }])
    assert.equal(sql('select 1 -- ;\n;'), [{ sql: 'select 1 -- ;\n;' }])
    assert.equal(cut("select 'a").inside, "'")
    assert.equal(cut('select (1').inside, '(')
    assert.equal(cut('select 1\n').inside, '-')
    assert.equal(cut('select 1;\n'), { parts: [{ sql: 'select 1;' }], rest: '', inside: '=' })
  })

  test('have commands in between', () => {
    assert.equal(sql('\\dt\nselect 1;\n'), [{ command: 'dt' }, { sql: 'select 1;' }])
    assert.equal(sql('select 1 \\g\n'), [{ sql: 'select 1' }])
    assert.equal(sql("select '\\d';\n"), [{ sql: "select '\\d';" }])
  })
})
