import { data, Evaluator, Lexer, Parser } from '@actions/expressions'

/**
 * Whether a step or job with this condition, whose value is a boolean, runs if nothing has failed. GitHub's own evaluator
 * says it.
 *
 * @param contexts such as `steps`, `needs`, and `github`
 * @throws Error if the expression is invalid or contains a status function
 */
export function holds(condition: string, contexts: Readonly<Record<string, unknown>>): boolean {
  const { tokens } = new Lexer(condition.replace(/^\$\{\{(.*)\}\}$/s, '$1')).lex()
  const tree = new Parser(tokens, Object.keys(contexts), []).parse()
  const dictionary: unknown = JSON.parse(JSON.stringify(contexts), data.reviver)
  if (!(dictionary instanceof data.Dictionary)) throw new TypeError('contexts are objects')
  return new Evaluator(tree, dictionary).evaluate().coerceString() === 'true'
}
