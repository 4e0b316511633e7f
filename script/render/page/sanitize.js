// Sanitizes a job summary like GitHub: keeps only the elements and attributes that its html-pipeline allows, as far as
// summaries could use them.

const elements = new Set(
  (
    'a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ' +
    'ins kbd li mark ol p picture pre q s samp small source span strike strong sub summary sup table tbody td ' +
    'tfoot th thead time tr tt ul var wbr'
  ).split(' '),
)

/** Elements that are removed with their content. Other disallowed elements are replaced by their content. */
const withContent = new Set(
  'iframe math noembed noframes noscript object script style svg template xmp'.split(' '),
)

const attributes = new Set(
  (
    'abbr align alt axis border cellpadding cellspacing char charoff clear cols colspan datetime dir headers ' +
    'height hspace itemprop lang name nohref noshade nowrap open prompt rel rows rowspan rules scope size span ' +
    'start summary tabindex title type valign value width'
  ).split(' '),
)

const addresses = new Map([
  ['a', ['href']],
  ['img', ['src']],
  ['source', ['srcset']],
  ['blockquote', ['cite']],
  ['del', ['cite']],
  ['ins', ['cite']],
  ['q', ['cite']],
])

/**
 * Removes everything that GitHub would remove.
 *
 * @param {Element} root
 * @returns {string[]} what was removed, such as `<script>` or `onclick of <a>`
 */
export function sanitize(root) {
  return [...root.children].flatMap((element) => {
    const name = element.localName
    if (withContent.has(name)) {
      element.remove()
      return [`<${name}>`]
    }
    const inside = sanitize(element)
    if (!elements.has(name)) {
      element.replaceWith(...element.childNodes)
      return [`<${name}>`, ...inside]
    }
    return [...withoutAttributes(element), ...inside]
  })
}

/** @param {Element} element */
function withoutAttributes(element) {
  const name = element.localName
  const refused = [...element.attributes].filter((attribute) =>
    addresses.get(name)?.includes(attribute.name)
      ? !isSafeAddress(attribute.value)
      : !attributes.has(attribute.name),
  )
  for (const attribute of refused) element.removeAttribute(attribute.name)
  return refused.map((attribute) => `${attribute.name} of <${name}>`)
}

/** @param {string} address */
function isSafeAddress(address) {
  const base = 'https://github.com/'
  return (
    URL.canParse(address, base) && ['http:', 'https:', 'mailto:'].includes(new URL(address, base).protocol)
  )
}
