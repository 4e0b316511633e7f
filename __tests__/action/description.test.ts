import { describe, expect, it } from '@jest/globals'
import { defaultDescription } from '../../src/action/description.js'

const run = {
  GITHUB_REPOSITORY: 'octo/shop',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_WORKFLOW: 'Deploy to production',
  GITHUB_RUN_ID: '9876543210',
  GITHUB_RUN_ATTEMPT: '2',
}

describe('the description of a snapshot without one', () => {
  it('leads back to the run', () => {
    expect(defaultDescription(run)).toBe('octo/shop@0123456 Deploy to production run 9876543210.2')
  })

  it.each([
    ['GITHUB_REPOSITORY', '@0123456 Deploy to production run 9876543210.2'],
    ['GITHUB_SHA', 'octo/shop Deploy to production run 9876543210.2'],
    ['GITHUB_WORKFLOW', 'octo/shop@0123456 run 9876543210.2'],
    ['GITHUB_RUN_ID', 'octo/shop@0123456 Deploy to production run 2'],
    ['GITHUB_RUN_ATTEMPT', 'octo/shop@0123456 Deploy to production run 9876543210'],
  ])('is what there is without %s, be it missing or empty', (name, expected) => {
    expect(defaultDescription({ ...run, [name]: undefined })).toBe(expected)
    expect(defaultDescription({ ...run, [name]: '' })).toBe(expected)
  })

  it('is a name of this action outside of a workflow', () => {
    expect(defaultDescription({})).toBe('Atlas snapshot action')
  })
})
