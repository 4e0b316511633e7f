import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { readNotes } from '../../script/changelog.js'
import { git, tryGit } from '../../script/run-command.js'
import { interpolate } from '../support/expression.js'
import { runJob, type StepEnd } from '../support/job-runner.js'
import { mentioning } from '../support/played.js'
import { describeUnlessMissing } from '../support/programs.js'
import { keepInstalled, type ThrowawayClone, throwawayClone } from '../support/throwaway-clone.js'
import { type Job, workflowFiles } from '../support/workflow.js'

const ARCHIVE = 'atlas-snapshot-action-1.0.0.tar.gz'

// On Windows, runners use another bash than the first one in PATH.
const missing = process.platform === 'win32' ? ['the bash of a runner'] : []

describeUnlessMissing(missing, 'the workflow that publishes a release', () => {
  const jobs = workflowFiles().find(({ path }) => path.endsWith('/release.yml'))?.workflow.jobs ?? []
  let clone: ThrowawayClone

  beforeAll(async () => {
    clone = await throwawayClone()
  })

  beforeEach(() => clone.reset())

  afterAll(() => clone.remove())

  it('moves the major tag last, after all other jobs succeeded', () => {
    expect(jobs.map(({ id, needs }) => [id, needs])).toEqual([
      ['ci', []],
      ['assets', []],
      ['draft', ['ci', 'assets']],
      ['attest', ['draft']],
      ['publish', ['attest']],
      ['major', ['publish']],
    ])
  })

  it('runs code of the repository and its tools only in jobs without write permissions', () => {
    const writing = jobs.filter(
      ({ id, permissions }) => id !== 'ci' && JSON.stringify(permissions).includes('write'),
    )
    expect(writing.map(({ id }) => id)).toEqual(['draft', 'attest', 'publish', 'major'])
    const scripts = writing.flatMap(({ steps }) => steps.map(({ run = '' }) => run))
    expect(scripts.filter((script) => /\b(npm|npx|node)\b/.test(script))).toEqual([])
  })

  it('creates the archive, the SBOM, and the notes of the pushed version', async () => {
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
    expect(readFileSync(join(made, 'notes.md'), 'utf8')).toEqual(
      mentioning(
        readNotes(clone.read('CHANGELOG.md'), '1.0.0'),
        `\`@${clone.git('rev-parse', 'HEAD')} # v1.0.0\``,
      ),
    )
  })

  it.each<[string, () => unknown, tag: string, ...facts: string[]]>([
    ['a tag that is not the version', () => clone.git('tag', 'v9.9.9'), 'v9.9.9', 'v9.9.9', '0.1.0'],
    [
      'a tag on another commit',
      () => {
        clone.git('tag', 'v0.1.0')
        clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
      },
      'v0.1.0',
      'v0.1.0',
    ],
    [
      'a version that the changelog does not contain',
      () => clone.git('tag', 'v0.1.0'),
      'v0.1.0',
      'CHANGELOG.md',
      '0.1.0',
    ],
  ])('creates no assets for %s', (_, prepare, tag, ...facts) => {
    prepare()
    const { status, stderr } = node(join('build', 'script', 'assets.js'), '--tag', tag, '--out', 'release')
    expect({ status, stderr }).toEqual({ status: 1, stderr: mentioning(...facts) })
    expect(existsSync(join(clone.folder, 'release'))).toBe(false)
  })

  it('stops if the tag is not on main', async () => {
    clone.git('switch', '--quiet', '--create', 'idea')
    clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
    clone.git('tag', 'v0.1.0')
    expect(findFailures(await play('assets', 'v0.1.0'))).toMatchObject([
      { step: { run: expect.stringContaining('origin/main') } },
    ])
  })

  it('stops if the bundle does not match the sources', async () => {
    clone.write('dist/index.js', 'console.log("mine")')
    clone.git('commit', '--quiet', '--all', '--message', 'Mine')
    clone.git('tag', 'v0.1.0')
    clone.git('push', '--quiet')
    expect(findFailures(await play('assets', 'v0.1.0'))).toMatchObject([
      { log: expect.stringContaining('dist/index.js') },
    ])
  })

  it('moves the major tag to the newest version, as a lightweight tag, and never back', async () => {
    releaseAndPush('major')
    expect(findFailures(await play('major', 'v1.0.0'))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.git('rev-parse', 'v1.0.0^{commit}')}`)

    releaseAndPush('minor', '- More.')
    expect(findFailures(await play('major', 'v1.1.0'))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.git('rev-parse', 'v1.1.0^{commit}')}`)

    const [, late] = await play('major', 'v1.0.0')
    expect(late).toMatchObject({
      outcome: 'success',
      log: mentioning('::notice::', 'v1.1.0', 'v1.0.0'),
    })
    expect(majorTag()).toBe(`commit ${clone.git('rev-parse', 'v1.1.0^{commit}')}`)
  })

  it('moves the major tag only to releases, not to other tags with the same prefix', async () => {
    for (const tag of ['v1.0.0', 'v1.9.0-rc.1', 'v1.9.0.1', 'v1.next', 'v1.9']) clone.git('tag', tag)
    expect(findFailures(await play('major', 'v1.0.0'))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.start}`)
  })

  it('moves the major tag to the pushed commit even if the tag was moved', async () => {
    clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
    clone.git('tag', 'v1.0.0')
    expect(findFailures(await play('major', 'v1.0.0', clone.start))).toEqual([])
    expect(majorTag()).toBe(`commit ${clone.start}`)
  })

  it('creates and attests assets from checkouts of the tag', () => {
    const checkouts = ['assets', 'attest'].flatMap((id) =>
      findJob(id).steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')),
    )
    const contexts = { github: { ref_name: 'v1.0.0' } }
    const refs = checkouts.map(({ inputs }) => interpolate(`${inputs['ref']}`, contexts, { failed: false }))
    expect(refs).toEqual(['refs/tags/v1.0.0', 'refs/tags/v1.0.0'])
    // The attested bundle must not come from the job that runs code of tools.
    const kept = findJob('assets').steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))
    expect(kept?.inputs['path']).toBe('release')
  })

  it.each(['assets', 'attest'])('stops in %s if the tag is not on the pushed commit', async (id) => {
    clone.git('commit', '--quiet', '--allow-empty', '--message', 'More')
    clone.git('tag', 'v1.0.0')
    expect(findFailures(await play(id, 'v1.0.0', clone.start))).toMatchObject([
      { step: { run: expect.stringContaining('$GITHUB_SHA') } },
    ])
  })

  it.each<[string, string, (archive: string) => unknown]>([
    ['the archive is from another commit', ARCHIVE, (archive) => makeArchive(archive, 'v1.0.0~1')],
    ['the archive is invalid', ARCHIVE, (archive) => writeFileSync(archive, 'Words.')],
    ['another archive exists', 'a.tar.gz', (archive) => makeArchive(archive, 'v1.0.0~1')],
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
      { step: { run: expect.stringContaining('cmp ') } },
    ])
  })

  function makeArchive(file: string, commit: string): void {
    clone.git('archive', '--prefix=atlas-snapshot-action-1.0.0/', `--output=${file}`, commit)
  }

  function node(...args: readonly string[]) {
    return spawnSync(process.execPath, args, { cwd: clone.folder, encoding: 'utf8' })
  }

  /** Creates and pushes a release of the unreleased changes, and of `more`. */
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
   * Runs the steps of a job as after a push of this tag. Actions that prepare a runner, pass files between jobs, or
   * attest them do nothing.
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

  /** Type and name of the object of the major tag in the remote repository. */
  function majorTag(): string {
    return git(clone.origin, 'for-each-ref', '--format=%(objecttype) %(objectname)', 'refs/tags/v1')
  }
})

function findFailures(ends: readonly StepEnd[]): StepEnd[] {
  return ends.filter(({ outcome }) => outcome === 'failure')
}
