import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { runAction } from '../../script/runner.js'
import { bundle } from '../support/bundle.js'
import { type Ended, runJob, type StepEnd } from '../support/job-runner.js'
import { describeUnlessMissing } from '../support/programs.js'
import { workflowFiles } from '../support/workflow.js'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-self-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// On Windows, runners use another bash than the first one in PATH.
describeUnlessMissing(process.platform === 'win32' ? ['the bash of a runner'] : [], 'the self-test', () => {
  const [job] = workflowFiles().find(({ path }) => path.endsWith('/self-test.yml'))?.workflow.jobs ?? []

  it('passes with the bundle', async () => {
    const ends = await play(bundle)
    expect(ends.filter(({ outcome }) => outcome !== 'success')).toMatchObject([
      { step: { id: 'failing' }, outcome: 'failure' },
      { step: { condition: 'failure()' }, outcome: 'skipped' },
    ])
  })

  it('fails with an action that does nothing and succeeds', async () => {
    const idle = join(folder, 'idle.mjs')
    writeFileSync(idle, '')
    const ends = await play(idle)
    expect(findStepBeforeFailure(ends)).toBe('take')
    expect(ends.at(-1)).toMatchObject({ step: { condition: 'failure()' }, outcome: 'success' })
  })

  it('fails with an action that succeeds even if its snapshot fails', async () => {
    const credulous = join(folder, 'credulous.mjs')
    const real = JSON.stringify(pathToFileURL(bundle))
    writeFileSync(credulous, `import ${real}\nprocess.on('exit', () => { process.exitCode = 0 })\n`)
    const ends = await play(credulous)
    expect(findStepBeforeFailure(ends)).toBe('failing')
  })

  function play(program: string): Promise<StepEnd[]> {
    if (job === undefined) throw new Error('the self-test has no job')
    return runJob(job, {
      workspace: projectRoot(),
      contexts: { matrix: { os: 'ubuntu-latest' } },
      use: (action, inputs) => use(program, action, inputs),
    })
  }
})

/** The ID of the step that the first failing step checks. */
function findStepBeforeFailure(ends: readonly StepEnd[]): string | undefined {
  return ends[ends.findIndex(({ outcome }) => outcome === 'failure') - 1]?.step.id
}

/** Runs the action as a runner does. Actions that prepare a runner do nothing. */
async function use(
  program: string,
  action: string,
  inputs: Readonly<Record<string, string>>,
): Promise<Ended> {
  if (/^actions\/(checkout|setup-node)@/.test(action)) return { succeeded: true, outputs: {}, log: '' }
  if (action !== './') throw new Error(`the self-test uses ${action}`)
  const { exitCode, outputs, lines } = await runAction({ bundle: program, inputs })
  return { succeeded: exitCode === 0, outputs, log: lines.join('\n') }
}
