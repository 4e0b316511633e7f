/** Below this contrast, a label is not legible. Mermaid's light theme has 2.9 in places. */
const LEAST_CONTRAST = 2

/**
 * Illegible text in a chart.
 *
 * @param {Element} figure
 * @returns {string[]} each with the reason
 */
export function illegibleWords(figure) {
  const frame = figure.querySelector('svg')?.getBoundingClientRect()
  if (frame === undefined) return []
  const marks = [...figure.querySelectorAll('rect.milestone')]
  const bars = [...figure.querySelectorAll('rect.task:not(.milestone)')]
  return [...figure.querySelectorAll('svg text')].flatMap((text) => {
    const box = text.getBoundingClientRect()
    if (box.width === 0) return []
    const words = text.textContent?.trim()
    const isUnder = (/** @type {Element} */ shape) => overlap(shape.getBoundingClientRect(), box)
    const behind = bars.filter(isUnder)
    if (!contains(frame, box)) return [`cut off: ${words}`]
    if (marks.some(isUnder)) return [`runs into a mark: ${words}`]
    if (text.matches('.sectionTitle') && behind.length > 0) return [`runs into a bar: ${words}`]
    const isFaint = behind.some((bar) => contrast(findFill(bar), findFill(text)) < LEAST_CONTRAST)
    return isFaint ? [`as light as its bar: ${words}`] : []
  })
}

/**
 * @param {DOMRect} outer
 * @param {DOMRect} inner
 */
function contains(outer, inner) {
  const { left, right, top, bottom } = outer
  // Ignores fractions of a pixel.
  return inner.left > left - 1 && inner.right < right + 1 && inner.top > top - 1 && inner.bottom < bottom + 1
}

/**
 * @param {DOMRect} one
 * @param {DOMRect} other
 */
function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

/**
 * The WCAG contrast ratio, from 1 to 21.
 *
 * @param {number[]} one
 * @param {number[]} other
 */
function contrast(one, other) {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** @param {number[]} color of red, green and blue, 0 to 255 */
function luminance(color) {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** @param {Element} shape */
function findFill(shape) {
  return (getComputedStyle(shape).fill.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
}
