import { describe, expect, it } from '@jest/globals'
import { formatBytes, formatDuration, truncateMiddle } from '../src/format.js'

it.each([
  [0, '0 s'],
  [49, '0 s'],
  [50, '0.1 s'],
  [999, '1.0 s'],
  [1_000, '1 s'],
  [1_499, '1 s'],
  [1_500, '2 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [61_000, '1 min 1 s'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h'],
  [3_900_000, '1 h 5 min'],
  [432_000_000, '120 h'],
])('formatDuration formats %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

describe('truncateMiddle', () => {
  it.each([
    ['', ''],
    ['123456789', '123456789'],
    ['12 4567890', '12 …'],
    ['1234567 90', '… 90'],
    ['before the release', '…'],
    ['no 5ec2e75ec2e7 is it', 'no … it'],
    ['😀'.repeat(4), '😀'.repeat(4)],
    ['😀'.repeat(5_000), '…'],
  ])('shortens %j to at most 9 characters: %j', (text, expected) => {
    expect(truncateMiddle(text, 9)).toBe(expected)
  })

  it('keeps one more character of the start if the length is even', () => {
    expect(truncateMiddle('1 3 5 7 9 1', 8)).toBe('1 3 … 1')
  })
})

it.each([
  [0, '0 bytes'],
  [1_023, '1023 bytes'],
  [1_024, '1.00 KiB'],
  [10_240, '10.0 KiB'],
  [102_400, '100 KiB'],
  [8 * 1024 * 1024, '8.00 MiB'],
  [1_582_854_144, '1.47 GiB'],
  [5 * 1024 ** 4, '5.00 TiB'],
  [5_000 * 1024 ** 5, '5000 PiB'],
])('formatBytes formats %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
