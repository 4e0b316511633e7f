import fc from 'fast-check'

/** Syntax of HTML, Markdown, Mermaid, shells, and the runner. */
const PIECES = [
  ...[
    '<',
    '>',
    '"',
    "'",
    '&',
    '&lt;',
    '</td></tr></table>',
    '<script>alert(1)</script>',
    '<!--',
    '-->',
    '<a href="',
  ],
  ...['\n', '\r', '\r\n', '\n\n', '\n \n', '\u0085', '\u2028', '\u2029', '\0', '\t', '    ', ' '],
  ...[
    '`',
    '```',
    '\n```\n',
    '~~~',
    '# ',
    '* ',
    '- ',
    '> ',
    '|',
    '[x](y)',
    '![x](y)',
    '***',
    '$$',
    '@octocat',
    '\\',
  ],
  ...[
    ':',
    ';',
    '#',
    ',',
    '%%',
    '%%{init: {}}%%',
    'section ',
    'click ',
    'title ',
    'gantt',
    'dateFormat ',
    '---',
  ],
  ...[
    '::error::x',
    '##[error]',
    '$(id)',
    '\u202E',
    '\u200B',
    '\uD800',
    '🔥',
    'http://x',
    'javascript:x',
    'a',
    '1',
  ],
] as const

/** A text that might break the markup around it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
)
