import fc from 'fast-check'

/** Syntax of HTML, Markdown, Mermaid, shells, and the runner, separated by spaces. */
const SYNTAX = `
  < > " ' & &lt; </td></tr></table> <script>alert(1)</script> <!-- --> <a href="
  \` \`\`\` ~~~ # * - | [x](y) ![x](y) *** $$ @octocat \\
  : ; , %% %%{init:{}}%% section click title gantt dateFormat ---
  :: # ## ##[ [ ] ::error::x ##[error] %0A $(id) \u202E \u200B \uD800 🔥 http://x javascript:x a 1`
const BLANKS = ['\r\n', '\n\n', '\n \n', '\n```\n', '    ', ...'\n\r\v\f\u0085\u2028\u2029\u001b\ufeff\0\t ']
const PIECES = [...SYNTAX.trim().split(/[ \n]+/), ...BLANKS]

/** Any text. `unit: 'binary'` would do too, but takes a second in each test file to build a map of all characters. */
export const anyText: fc.Arbitrary<string> = fc.string({
  unit: fc.integer({ min: 0, max: 0x10_ffff }).map((codePoint) => String.fromCodePoint(codePoint)),
})

/** A text that might break the markup around it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  anyText,
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
)
