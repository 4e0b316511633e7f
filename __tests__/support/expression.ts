import { data, Evaluator, Lexer, Parser } from '@actions/expressions'

/** The contexts of expressions, such as `steps`, `needs`, and `github`. */
type Contexts = Readonly<Record<string, unknown>>

/**
 * The value of an expression, computed by GitHub's own evaluator.
 *
 * @param failed whether a previous step or job failed, for the status functions
 * @throws Error if the expression is invalid
 */
function evaluate(expression: string, contexts: Contexts, failed: boolean): data.ExpressionData {
  const functions = Object.entries({ always: true, cancelled: false, failure: failed, success: !failed }).map(
    ([name, value]) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) }),
  )
  const { tokens } = new Lexer(expression).lex()
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse()
  const dictionary: unknown = JSON.parse(JSON.stringify(contexts), data.reviver)
  if (!(dictionary instanceof data.Dictionary)) throw new TypeError('contexts are objects')
  return new Evaluator(tree, dictionary, new Map(functions.map((each) => [each.name, each]))).evaluate()
}

/** Whether a step or job with this condition runs. Without a status function, it runs only after success. */
export function holds(condition: string | undefined, contexts: Contexts, failed: boolean): boolean {
  const bare = (condition ?? 'success()').replace(/^\$\{\{(.*)\}\}$/s, '$1')
  const whole = /\b(always|cancelled|failure|success)\(\)/.test(bare) ? bare : `success() && (${bare})`
  const value = evaluate(whole, contexts, failed)
  return value.kind === data.Kind.Boolean ? value.coerceString() === 'true' : value.coerceString() !== ''
}

/** The text with the values of its expressions. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts, false).coerceString(),
  )
}
