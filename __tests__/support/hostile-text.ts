import fc from 'fast-check'

/** Syntax of HTML, Markdown, Mermaid, shells, and the runner, separated by spaces. */
const SYNTAX = `
  < > " ' & &lt; </td></tr></table> <script>alert(1)</script> <!-- --> <a href="
  \` \`\`\` ~~~ # * - | [x](y) ![x](y) *** $$ @octocat \\
  : ; , %% %%{init:{}}%% section click title gantt dateFormat ---
  :: # ## ##[ [ ] ::error::x ##[error] %0A $(id) \u202E \u200B \uD800 🔥 http://x javascript:x a 1`
const BLANKS = ['\r\n', '\n\n', '\n \n', '\n```\n', '    ', ...'\n\r\v\f\u0085\u2028\u2029\u001b\ufeff\0\t ']
const PIECES = [...SYNTAX.trim().split(/[ \n]+/), ...BLANKS]

/** A text that might break the markup around it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
)
