// [[ ... ]]: no splitting, no path names; the right side of = is a pattern, that of =~ a regular expression.
import { RE2JS } from 're2js'
import type { TestExpression } from 'unbash'
import { holds } from '../builtins/test.ts'
import { matches } from '../expand/pattern.ts'
import type { Expander } from '../expand/words.ts'
import type { Shell } from '../shell.ts'

export async function condition(shell: Shell, words: Expander, node: TestExpression): Promise<boolean> {
  switch (node.type) {
    case 'TestGroup':
      return condition(shell, words, node.expression)
    case 'TestNot':
      return (await condition(shell, words, node.operand)) !== (node.negations.length % 2 === 1)
    case 'TestLogical': {
      const all = node.operator === '&&'
      for (const operand of node.operands) if ((await condition(shell, words, operand)) !== all) return !all
      return all
    }
    case 'TestUnary':
      return holds(shell.process, [node.operator, await words.text(node.operand)])
    case 'TestBinary': {
      const left = await words.text(node.left)
      const { operator } = node
      if (['=', '==', '!='].includes(operator))
        return matches(await words.pattern(node.right), left) === (operator !== '!=')
      const right = await words.text(node.right)
      if (operator === '=~') return RE2JS.compile(right).matcher(left).find()
      if (operator === '<') return left < right
      if (operator === '>') return left > right
      return holds(shell.process, [left, operator, right])
    }
  }
}
