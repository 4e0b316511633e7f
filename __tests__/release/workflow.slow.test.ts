import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { readNotes } from '../../script/changelog.js'
import { git, tryGit } from '../../script/run-command.js'
import { interpolate } from '../support/expression.js'
import { runJob, type StepEnd } from '../support/job-runner.js'
import { describeUnlessMissing } from '../support/programs.js'
import { keepInstalled, type ThrowawayClone, throwawayClone } from '../support/throwaway-clone.js'
import { type Job, workflowFiles } from '../support/workflow.js'

const ARCHIVE = 'atlas-snapshot-action-1.0.0.tar.gz'

// A bash that Windows finds first is not the one that runners use there.
const missing = process.platform === 'win32' ? ['the bash of a runner'] : []

describeUnlessMissing(missing, 'the workflow that publishes a release', () => {
  const jobs = workflowFiles().find(({ path }) => path.endsWith('/release.yml'))?.workflow.jobs ?? []
  let clone: ThrowawayClone

  beforeAll(async () => {
    clone = await throwawayClone()
  })

  beforeEach(() => clone.reset())

  afterAll(() => clone.remove())

  it('moves the major tag as its last act, after everything else went well', () => {
    expect(jobs.map(({ id, needs }) => [id, needs])).toEqual([
      ['ci', []],
      ['assets', []],
      ['draft', ['ci', 'assets']],
      ['attest', ['draft']],
      ['publish', ['attest']],
      ['major', ['publish']],
    ])
  })

  it('lets code of the repository and of its tools run only where nothing can be written', () => {
    const writing = jobs.filter(
      ({ id, permissions }) => id !== 'ci' && JSON.stringify(permissions).includes('write'),
    )
    expect(writing.map(({ id }) => id)).toEqual(['draft', 'attest', 'publish', 'major'])
    const scripts = writing.flatMap(({ steps }) => steps.map(({ run = '' }) => run))
    expect(scripts.filter((script) => /\b(npm|npx|node)\b/.test(script))).toEqual([])
  })

  it('makes archive, bill of materials and notes of the version whose tag was pushed', async () => {
    releaseAndPush('major')
    expect(findFailures(await play('assets', 'v1.0.0'))).toEqual([])
    expect(findFailures(await play('attest', 'v1.0.0'))).toEqual([])

    const made = join(clone.folder, 'release')
    expect(readdirSync(made).sort()).toEqual([ARCHIVE, 'notes.md', 'sbom.cdx.json'])
    const listed = execFileSync('tar', ['-t', '-z', '-f', ARCHIVE], {
      cwd: made,
    })
    expect(listed.toString().split('\n')).toEqual(
      expect.arrayContaining(
        ['action.yml', 'dist/index.js'].map((name) => `atlas-snapshot-action-1.0.0/${name}`),
      ),
    )
    expect(JSON.parse(readFileSync(join(made, 'sbom.cdx.json'), 'utf8'))).toMatchObject({
      metadata: { component: { version: '1.0.0' } },
    })
    expect(readFileSync(join(made, 'notes.md'), 'utf8')).toBe(
      `${readNotes(clone.read('CHANGELOG.md'), '1.0.0')}\n\nTo pin it: \`@${clone.git('rev-parse', 'HEAD')} # v1.0.0\`\n`,
    )
  })

  it.each<[string, () => unknown, string, string]>([
    [
      'a tag that is not the version',
      () => clone.git('tag', 'v9.9.9'),
      'v9.9.9',
      'The tag v9.9.9 is not the version in package.json, 0.1.0',
    ],
    [
      'a tag on another commit',
      () => {
        clone.git('tag', 'v0.1.0')
        clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
      },
      'v0.1.0',
      'The tag v0.1.0 is not on this commit',
    ],
    [
      'a version that the changelog does not know',
      () => clone.git('tag', 'v0.1.0'),
      'v0.1.0',
      'CHANGELOG.md says nothing about 0.1.0',
    ],
  ])('makes nothing of %s', (_, prepare, tag, message) => {
    prepare()
    const { status, stderr } = node(join('build', 'script', 'assets.js'), '--tag', tag, '--out', 'release')
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${message}\n` })
    expect(existsSync(join(clone.folder, 'release'))).toBe(false)
  })

  it('stops at a tag that is not on main', async () => {
    clone.git('switch', '--quiet', '--create', 'idea')
    clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
    clone.git('tag', 'v0.1.0')
    expect(findFailures(await play('assets', 'v0.1.0'))).toMatchObject([{ name: 'The tag is on main' }])
  })

  it('stops at a bundle that is not what the sources make', async () => {
    clone.write('dist/index.js', 'console.log("mine")')
    clone.git('commit', '--quiet', '--all', '--message', 'Mine')
    clone.git('tag', 'v0.1.0')
    clone.git('push', '--quiet')
    expect(findFailures(await play('assets', 'v0.1.0'))).toEqual([
      {
        name: 'The bundle is what the sources make',
        outcome: 'failure',
        log: expect.stringContaining('not current: dist/index.js'),
      },
    ])
  })

  it('lets the major tag follow the newest version, as a plain tag, and never go back', async () => {
    releaseAndPush('major')
    expect(findFailures(await play('major', 'v1.0.0'))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.git('rev-parse', 'v1.0.0^{commit}')}`)

    releaseAndPush('minor', '- More.')
    expect(findFailures(await play('major', 'v1.1.0'))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.git('rev-parse', 'v1.1.0^{commit}')}`)

    const [, late] = await play('major', 'v1.0.0')
    expect(late).toMatchObject({
      outcome: 'success',
      log: '::notice::v1 stays where it is: v1.1.0 is newer than v1.0.0\n',
    })
    expect(majorTag()).toBe(`commit ${clone.git('rev-parse', 'v1.1.0^{commit}')}`)
  })

  it('lets the major tag follow releases only, and no other tag that begins like it', async () => {
    for (const tag of ['v1.0.0', 'v1.9.0-rc.1', 'v1.9.0.1', 'v1.next', 'v1.9']) clone.git('tag', tag)
    expect(findFailures(await play('major', 'v1.0.0'))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.start}`)
  })

  it('moves the major tag to the commit whose tag was pushed, wherever that tag is now', async () => {
    clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
    clone.git('tag', 'v1.0.0')
    expect(findFailures(await play('major', 'v1.0.0', clone.start))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.start}`)
  })

  it('makes and attests what it publishes out of checkouts of the tag', () => {
    const checkouts = ['assets', 'attest'].flatMap((id) =>
      findJob(id).steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')),
    )
    const contexts = { github: { ref_name: 'v1.0.0' } }
    const refs = checkouts.map(({ inputs }) => interpolate(`${inputs['ref']}`, contexts, { failed: false }))
    expect(refs).toEqual(['refs/tags/v1.0.0', 'refs/tags/v1.0.0'])
    // The bundle that is attested does not come from the job in which code of tools ran.
    const kept = findJob('assets').steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
    expect(kept?.inputs['path']).toBe('release')
  })

  it.each(['assets', 'attest'])('stops in %s if the tag is not on the commit that was pushed', async (id) => {
    clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
    clone.git('tag', 'v1.0.0')
    expect(findFailures(await play(id, 'v1.0.0', clone.start))).toMatchObject([
      { name: 'The tag is on the commit that was pushed' },
    ])
  })

  it.each<[string, string, (archive: string) => unknown]>([
    ['the archive is of another commit', ARCHIVE, (archive) => makeArchive(archive, 'v1.0.0~1')],
    ['the archive is none', ARCHIVE, (archive) => writeFileSync(archive, 'Words.')],
    ['there is one more archive', 'a.tar.gz', (archive) => makeArchive(archive, 'v1.0.0~1')],
  ])('attests nothing if %s', async (_, name, spoil) => {
    clone.write('README.md', 'Words.')
    clone.git('commit', '--quiet', '--all', '--message', 'More')
    clone.git('tag', 'v1.0.0')
    const made = join(clone.folder, 'release')
    mkdirSync(made)
    makeArchive(join(made, ARCHIVE), 'v1.0.0')
    expect(findFailures(await play('attest', 'v1.0.0'))).toEqual([])
    spoil(join(made, name))
    expect(findFailures(await play('attest', 'v1.0.0'))).toMatchObject([
      { name: 'The archive holds the files of the tag' },
    ])
  })

  function makeArchive(file: string, commit: string): void {
    clone.git('archive', '--prefix=atlas-snapshot-action-1.0.0/', `--output=${file}`, commit)
  }

  function node(...args: readonly string[]) {
    return spawnSync(process.execPath, args, { cwd: clone.folder, encoding: 'utf8' })
  }

  /** Makes a release of what is unreleased, and of more if it is said, and pushes it. */
  function releaseAndPush(step: string, more = ''): void {
    if (more !== '') {
      const changelog = clone.read('CHANGELOG.md')
      clone.write('CHANGELOG.md', changelog.replace('## Unreleased\n', `## Unreleased\n\n${more}\n`))
      clone.git('commit', '--quiet', '--all', '--message', 'More')
      clone.git('push', '--quiet')
    }
    const { status, stderr } = node(join('build', 'script', 'release.js'), step, '--check', 'node --version')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    clone.git('push', '--quiet', '--follow-tags')
    keepInstalled(clone)
  }

  function findJob(id: string): Job {
    const job = jobs.find((candidate) => candidate.id === id)
    if (job === undefined) throw new Error(`release.yml has no job ${id}`)
    return job
  }

  /**
   * Plays the steps of a job as after the push of this tag. What prepares a runner, passes files between jobs or
   * attests them is not needed here.
   */
  function play(id: string, tag: string, pushed = tryGit(clone.folder, 'rev-parse', `${tag}^{commit}`)) {
    return runJob(findJob(id), {
      workspace: clone.folder,
      contexts: { github: { ref_name: tag } },
      env: { GITHUB_SHA: pushed ?? '' },
      use: async (action) => {
        if (!/^actions\/(checkout|setup-node|upload-artifact|download-artifact|attest)@/.test(action))
          throw new Error(`${id} uses ${action}`)
        return { succeeded: true, outputs: {}, log: '' }
      },
    })
  }

  /** The major tag in the repository that everybody fetches from: what kind of object it names, and which. */
  function majorTag(): string {
    return git(clone.origin, 'for-each-ref', '--format=%(objecttype) %(objectname)', 'refs/tags/v1')
  }
})

function findFailures(ends: readonly StepEnd[]): StepEnd[] {
  return ends.filter(({ outcome }) => outcome === 'failure')
}
